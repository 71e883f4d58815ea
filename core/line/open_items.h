// SPDX-License-Identifier: Apache-2.0
// Messages of a line that wait for somebody: ours for the other desks, theirs for our desk.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/entry.h"
#include "core/record/joint_record.h"

namespace openline {

struct OpenMessage {
  std::uint64_t serial = 0;
  ChainNumber chain;
  Sequence sequence;
  EntryId id;
  StationKey author;
  Kind kind{};
  Precedence precedence{};
  Class entry_class{};
  WallTime time;  // the author's clock
  bool own = false;
  bool shown = false;
  std::set<std::string> acknowledged_by;  // codes of the parties that did; own messages wait for all others
  WallTime due;                           // by our clock, for the case of a restart
  MonotonicTime deadline{};               // what counts while we run: clocks may be set

  [[nodiscard]] Bytes encode() const;  // a derived row
  [[nodiscard]] static Result<OpenMessage> decode(ByteView row);
};

class OpenItems {
 public:
  explicit OpenItems(std::size_t limit) : limit_(limit) {}

  // False: the table of this direction is full, and the message is not tracked.
  bool add(OpenMessage message);
  // After a restart: what is left of the time is what the wall clock says, but never more than `longest`.
  void restore(OpenMessage message, Now now, Seconds longest);
  [[nodiscard]] bool full(bool own) const { return (own ? own_ : items_.size() - own_) >= limit_; }
  [[nodiscard]] OpenMessage* find(const EntryId& id);
  // By the beginning of an id in hex; more than one match is an error that lists them.
  [[nodiscard]] Result<const OpenMessage*> find_by_prefix(std::string_view prefix) const;
  void close(const EntryId& id);
  [[nodiscard]] std::vector<const OpenMessage*> all() const;  // by serial

 private:
  std::size_t limit_;
  std::size_t own_ = 0;
  std::map<std::uint64_t, OpenMessage> items_;  // by serial
  std::map<EntryId, std::uint64_t> by_id_;
};

}  // namespace openline
