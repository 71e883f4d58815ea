// SPDX-License-Identifier: Apache-2.0
#include "sim/trace.h"

#include <fmt/format.h>

namespace openline::sim {
namespace {

std::string words_of(const Happening& what) {
  const std::int64_t time = what.at.time_since_epoch().count();
  const auto& n = what.numbers;
  return fmt::format("{:>7}.{:06} {:8} {}\n", time / 1'000'000, time % 1'000'000, what.who,
                     fmt::format(fmt::runtime(what.what), n[0], n[1], n[2], n[3], what.text));
}

}  // namespace

void Trace::Ring::add(const Happening& what, std::size_t most) {
  if (kept.size() < most) {
    kept.push_back(what);
  } else {
    kept[next] = what;
  }
  next = (next + 1) % most;
}

std::string Trace::Ring::words() const {
  std::string text;
  for (std::size_t at = 0; at < kept.size(); ++at) text += words_of(kept[(next + at) % kept.size()]);
  return text;
}

// FNV-1a with whole numbers: it need not withstand anybody, only tell two runs apart.
void Trace::mix(std::uint64_t number) { hash_ = (hash_ ^ number) * 0x100000001b3 ^ (hash_ >> 47); }

void Trace::mix(std::string_view text) {
  for (const char letter : text) mix(static_cast<unsigned char>(letter));
}

void Trace::add(const Happening& what, bool deed) {
  mix(static_cast<std::uint64_t>(what.at.time_since_epoch().count()));
  mix(what.who);
  mix(what.what);
  for (const std::uint64_t number : what.numbers) mix(number);
  mix(what.text);
  all_.add(what, kKept);
  if (deed) deeds_.add(what, kDeeds);
  ++count_;
}

std::string Trace::digest() const { return fmt::format("{:016x}", hash_); }

std::string Trace::last() const {
  return "What was done (virtual seconds, who, what):\n" + deeds_.words() +
         "The last steps, packets and timers too:\n" + all_.words();
}

}  // namespace openline::sim
