// SPDX-License-Identifier: Apache-2.0
// What waits for which commit (design: the turn). Changes gather; a batch is taken when none is in flight;
// what may only happen once something is durable is kept as an effect of the commit that covers it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/station/store_changes.h"
#include "core/wire/assert.h"

namespace openline {

// Effect is whatever the station does once a commit is durable, in the order in which it was asked for.
template <class Effect>
class Turn {
 public:
  explicit Turn(std::uint64_t last_commit = 0) : taken_(last_commit), durable_(last_commit) {}

  void change(Change change, std::size_t bytes) {
    bytes_ += bytes;
    gathering_bytes_ += bytes;
    changes_.push_back(std::move(change));
  }
  // Derived rows: only the last value in a batch is written.
  void put_state(const std::string& key, Bytes value) {
    bytes_ += value.size();
    gathering_bytes_ += value.size();
    rows_[key] = std::move(value);
  }
  void erase_state(const std::string& key) { rows_[key] = std::nullopt; }

  // After everything asked for so far is durable. Returns false when that is so already: the caller does it
  // now.
  [[nodiscard]] bool defer(Effect& effect) {
    if (!changes_.empty() || !rows_.empty()) {
      effects_.push_back(std::move(effect));
      return true;
    }
    if (in_flight_) {
      in_flight_effects_.push_back(std::move(effect));
      return true;
    }
    return false;
  }

  [[nodiscard]] bool has_changes() const { return !changes_.empty() || !rows_.empty(); }
  [[nodiscard]] bool in_flight() const { return in_flight_; }
  [[nodiscard]] std::uint64_t durable() const { return durable_; }
  [[nodiscard]] std::size_t uncommitted_bytes() const { return bytes_; }

  [[nodiscard]] std::optional<Batch> take() {
    if (in_flight_ || !has_changes()) return std::nullopt;
    Batch batch{++taken_, std::move(changes_)};
    for (auto& [key, value] : rows_) {
      if (value) {
        batch.changes.emplace_back(PutState{key, std::move(*value)});
      } else {
        batch.changes.emplace_back(EraseState{key});
      }
    }
    changes_.clear();
    rows_.clear();
    OPENLINE_ASSERT(in_flight_effects_.empty());
    in_flight_effects_ = std::exchange(effects_, {});
    in_flight_bytes_ = std::exchange(gathering_bytes_, 0);
    in_flight_ = true;
    return batch;
  }

  // The batch that is in flight is durable: what waited for it.
  [[nodiscard]] std::vector<Effect> committed(std::uint64_t commit) {
    OPENLINE_ASSERT(in_flight_ && commit == taken_);
    in_flight_ = false;
    durable_ = commit;
    bytes_ -= std::exchange(in_flight_bytes_, 0);
    return std::exchange(in_flight_effects_, {});
  }

  // What waits, for those who have to tell somebody that it takes long.
  [[nodiscard]] std::vector<Effect>& waiting_in_flight() { return in_flight_effects_; }
  [[nodiscard]] std::vector<Effect>& waiting() { return effects_; }

 private:
  std::vector<Change> changes_;
  std::map<std::string, std::optional<Bytes>> rows_;
  std::vector<Effect> effects_, in_flight_effects_;
  std::uint64_t taken_ = 0, durable_ = 0;
  bool in_flight_ = false;
  std::size_t bytes_ = 0, gathering_bytes_ = 0, in_flight_bytes_ = 0;
};

}  // namespace openline
