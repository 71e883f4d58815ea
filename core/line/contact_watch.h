// SPDX-License-Identifier: Apache-2.0
// What our station observes by itself while a request for contact of ours waits: the evidence that stands
// beside what the far side signed (protocol.md section 9.8).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/crypto/types.h"
#include "core/wire/bytes.h"
#include "core/wire/error.h"
#include "core/wire/time.h"

namespace openline {

// How long any path to another member was up, and how long none was, summed over a line's life.
class PathWatch {
 public:
  struct Totals {
    Milliseconds up{}, down{};
    std::uint64_t times_silent = 0;      // how often the last path went down
    [[nodiscard]] Bytes encode() const;  // a derived row
    [[nodiscard]] static Result<Totals> decode(ByteView row);
  };
  void restore(Totals before) { sums_ = before; }
  // Returns whether that is news.
  bool set(bool up, MonotonicTime now);
  [[nodiscard]] Totals totals(MonotonicTime now) const;

 private:
  Totals sums_;  // until since_
  std::optional<bool> up_;
  MonotonicTime since_{};
};

inline constexpr std::size_t kMaxSignedThere = 32;

struct ContactWatch {
  PathWatch::Totals at_request;
  bool officer_had_it = false;        // shown to one there, or acknowledged
  std::vector<EntryId> signed_there;  // at most kMaxSignedThere

  void note(const EntryId& entry) {
    if (signed_there.size() < kMaxSignedThere) signed_there.push_back(entry);
  }
  [[nodiscard]] Bytes encode() const;  // a derived row
  [[nodiscard]] static Result<ContactWatch> decode(ByteView row);
};

}  // namespace openline
