// SPDX-License-Identifier: Apache-2.0
#include "core/line/contact_watch.h"

#include "core/record/fields.h"

namespace openline {
namespace {

constexpr std::uint64_t kMostMilliseconds = INT64_MAX / 1000;  // fits microseconds too

std::uint64_t number_of(Milliseconds span) { return static_cast<std::uint64_t>(span.count()); }

// [up, down, times silent]
PathWatch::Totals read_totals(FieldDecoder& in) {
  in.array_within(3, 3);
  PathWatch::Totals totals;
  totals.up = Milliseconds(static_cast<std::int64_t>(in.number(kMostMilliseconds)));
  totals.down = Milliseconds(static_cast<std::int64_t>(in.number(kMostMilliseconds)));
  totals.times_silent = in.number();
  return totals;
}

}  // namespace

Bytes PathWatch::Totals::encode() const {
  cbor::Encoder out;
  out.array(3).number(number_of(up)).number(number_of(down)).number(times_silent);
  return out.take();
}

Result<PathWatch::Totals> PathWatch::Totals::decode(ByteView row) {
  FieldDecoder in(row, "path watch row");
  const Totals totals = read_totals(in);
  return in.result(totals);
}

bool PathWatch::set(bool up, MonotonicTime now) {
  if (up_ == up) return false;
  sums_ = totals(now);
  if (up_ && !up) ++sums_.times_silent;
  up_ = up;
  since_ = now;
  return true;
}

PathWatch::Totals PathWatch::totals(MonotonicTime now) const {
  Totals totals = sums_;
  if (up_) {
    (*up_ ? totals.up : totals.down) +=
        std::chrono::duration_cast<Milliseconds>(std::max(now, since_) - since_);
  }
  return totals;
}

Bytes ContactWatch::encode() const {
  cbor::Encoder out;
  out.array(3).raw(at_request.encode()).boolean(officer_had_it).array(signed_there.size());
  for (const EntryId& id : signed_there) out.bytes(id.view());
  return out.take();
}

Result<ContactWatch> ContactWatch::decode(ByteView row) {
  FieldDecoder in(row, "contact watch row");
  ContactWatch watch;
  in.array_within(3, 3);
  watch.at_request = read_totals(in);
  watch.officer_had_it = in.boolean();
  for (auto left = in.array_within(0, kMaxSignedThere); left > 0 && in.ok(); --left) {
    watch.signed_there.push_back(in.fixed<EntryId>());
  }
  return in.result(std::move(watch));
}

}  // namespace openline
