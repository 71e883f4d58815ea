// SPDX-License-Identifier: Apache-2.0
// Everything that a station keeps of one line.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/line/amendments.h"
#include "core/line/contact_watch.h"
#include "core/line/contacts.h"
#include "core/line/desk.h"
#include "core/line/open_items.h"
#include "core/line/test_clock.h"
#include "core/link/switchboard.h"
#include "core/record/joint_record.h"
#include "core/station/share.h"
#include "core/station/store_changes.h"

namespace openline {

// An entry that this station is about to write.
struct Draft {
  Kind kind{};
  Precedence precedence = Precedence::kRoutine;
  Class entry_class = Class::kService;
  std::string exercise;
  Bytes body;
};

struct UnsealedEntry {
  Serial serial;
  PlacedEntry placed;
};

inline constexpr std::size_t kMaxMatters = 256;  // of a line that are followed; older ones are on record only

struct LineState {
  LineState(LineId line, std::uint32_t number, Amendments terms, JointRecordOptions record_options,
            std::size_t max_open)
      : id(line), group(number), agreement(std::move(terms)), record(record_options), open(max_open) {}

  LineId id;
  std::uint32_t group;  // local number, for the link's turns and the keys of rows
  Amendments agreement;
  JointRecord record;
  OpenItems open;
  TestClock tests;
  Matters matters{kMaxMatters};
  PathWatch paths;                                // on the line's clock
  std::map<std::uint64_t, ContactWatch> watches;  // of our station's requests, by serial
  MonotonicTime next_claim = kNever;              // when a request of ours is overdue, on the line's clock
  OwnDesk desk;
  bool desk_on_record = false;  // what our last attendance entry said
  std::map<StationKey, FarDesk> far_desks;
  std::map<StationKey, SignedHeads> peer_heads;  // newest
  std::map<StationKey, SignedHeads>
      proven_heads;                    // newest whose entries were all held here when it was replaced
  std::map<StationKey, Share> shares;  // by peer station

  std::vector<UnsealedEntry> unsealed;  // own entries of this turn that no signature covers yet
  std::vector<Head> durable_heads;
  bool heads_changed = false;  // since the last batch was taken
  bool news_changed = false;   // likewise, and not by own entries alone
  bool flash_changed = false;
  std::optional<SignedHeads> statement;  // of durable_heads, made when first asked for
  std::optional<SignedPresence> presence;
  MonotonicTime presence_renewal = kNever;
  MonotonicTime ask_heads = kNever;  // when to ask for heads of members that we cannot reach
  std::map<StationKey, MonotonicTime>
      heard_through;  // when another member last passed on news of this station

  std::vector<std::string> suspended_by;  // party codes
  bool stopped = false;                   // section 9.5: writing stopped until an engineer says to go on
  std::vector<std::string> forks;         // in words, bounded
  std::uint64_t entries = 0;
  std::uint64_t untracked = 0;  // messages that found the table of open items full
  std::vector<std::pair<StationKey, ConfirmEntry>> unconfirmed;  // deniable: early data, by its author
  std::set<std::pair<StationKey, PathIndex>> downed_paths;       // that we put on record as down
  std::map<StationKey, bool> silent;    // peers of which we put on record that they are silent
  std::vector<MonotonicTime> observed;  // when we wrote observations, to bound how many
  bool row_changed = false;

  [[nodiscard]] bool attested() const {
    return agreement.in_force().agreement.record == RecordMode::kAttested;
  }
  [[nodiscard]] Seconds answer_within(Precedence precedence) const {
    return agreement.in_force().agreement.answer_within[static_cast<std::size_t>(precedence)];
  }
};

}  // namespace openline
