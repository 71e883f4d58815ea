// SPDX-License-Identifier: Apache-2.0
// Objects that come from one peer in one of its link epochs (protocol.md section 6.2): puts fragments
// and repairs together within bounds and gives each object out once.
#pragma once

#include <optional>
#include <unordered_map>

#include "core/link/coding.h"
#include "core/link/frames.h"
#include "core/link/range_set.h"
#include "core/link/switchboard.h"

namespace openline {

class ObjectReceiver {
 public:
  static constexpr std::size_t kMaxGaps =
      8192;  // ranges of finished numbers; then the lowest gap is given up
  static constexpr std::size_t kMaxPieces =
      4096;  // separate ranges of one object; a fragment that adds one is dropped

  explicit ObjectReceiver(const LinkOptions& options) : options_(options) {}

  struct Taken {
    bool kept = true;             // false: no room; its packet must not be acknowledged
    std::optional<Bytes> object;  // now complete, and not given out before
  };
  [[nodiscard]] Taken take(const WholeObject& object);
  [[nodiscard]] Taken take(const Fragment& fragment);
  [[nodiscard]] Taken take(const Repair& repair);
  void start_over(RangeSet finished);  // the peer's epoch is new; these were given out of first messages
  [[nodiscard]] bool is_finished(ObjectId id) const { return finished_.contains(id.value); }
  [[nodiscard]] std::size_t unfinished_bytes() const { return unfinished_bytes_; }
  void check_invariants() const;

 private:
  struct Unfinished {
    Bytes bytes;
    RangeSet received;
    Cut cut;  // of its repairs
    std::vector<std::pair<std::uint8_t, Bytes>> repairs;
    [[nodiscard]] std::size_t held() const { return bytes.size() + repairs.size() * cut.size; }
    [[nodiscard]] bool is_enough() const;
    [[nodiscard]] Bytes solved() const;  // with the repairs
  };
  using Place = std::unordered_map<std::uint64_t, Unfinished>::iterator;
  [[nodiscard]] std::optional<Place> place_for(ObjectId id, std::uint64_t size);
  [[nodiscard]] Taken taken_of(Place place);
  void finish(ObjectId id);
  void forget(ObjectId id);
  const LinkOptions& options_;
  RangeSet finished_;
  std::unordered_map<std::uint64_t, Unfinished> unfinished_;
  std::size_t unfinished_bytes_ = 0;
};

}  // namespace openline
