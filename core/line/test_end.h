// SPDX-License-Identifier: Apache-2.0
// One end of a line for tests: its record, and what it makes of the matters on it. Writes what it is told to,
// whether that is honest or not.
#pragma once

#include <deque>

#include "core/line/matters.h"
#include "core/record/joint_record.h"

namespace openline {

class TestEnd {
 public:
  explicit TestEnd(std::uint8_t number) {
    station_.value.fill(number);
    restart(number);
  }
  [[nodiscard]] const StationKey& station() const { return station_; }
  void restart(std::uint8_t number) { incarnation_.value.fill(number); }

  EntryId write(Kind kind, Bytes body, WallTime time = {}) {
    Header header;
    header.author = station_;
    header.incarnation = incarnation_;
    header.kind = kind;
    header.time = time;
    record_.fill_place(header);
    const PlacedEntry placed = record_.append_own(Entry::make(header, std::move(body)), next_number_);
    written_.push_back(placed.entry);
    matters_.place(placed, record_, ++serial_);
    return placed.entry.id;
  }
  // The next `count` entries that the other wrote reach this end.
  void read(const TestEnd& other, std::size_t count = SIZE_MAX) {
    std::size_t& at = read_[other.station_];
    for (; count > 0 && at < other.written_.size(); --count) take(other.written_[at++]);
  }
  void take(const Entry& entry) {
    const Offered offered = record_.offer(Run{{entry}}, next_number_);
    for (const PlacedEntry& placed : offered.placed) matters_.place(placed, record_, ++serial_);
  }
  [[nodiscard]] const std::deque<Entry>& written() const { return written_; }
  [[nodiscard]] const Matters& matters() const { return matters_; }

 private:
  StationKey station_;
  Incarnation incarnation_;
  JointRecord record_{JointRecordOptions{}};
  Matters matters_{100};
  std::uint32_t next_number_ = 1;
  std::uint64_t serial_ = 0;
  std::deque<Entry> written_;
  std::map<StationKey, std::size_t> read_;
};

inline bool one_station_a_party(const StationKey& one, const StationKey& other) { return one == other; }

}  // namespace openline
