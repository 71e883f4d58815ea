// SPDX-License-Identifier: Apache-2.0
// What is on its way to a peer, in the words of the record: which entries, agreement or file an object of the
// link carries, and so when these should be there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/link/link_status.h"
#include "core/link/range_set.h"
#include "core/record/joint_record.h"

namespace openline {

struct RunCargo {  // entries [first, next) of a chain
  LineId line;
  ChainNumber chain;
  Sequence first, next;
  std::vector<EntryId> entries;  // their ids
};
struct AgreementCargo {
  Hash agreement;
};
struct FileCargo {  // a part of an attached file, as the peer asked for it
  LineId line;
  Hash attachment;
  std::uint64_t part = 0;
};
struct StatementCargo {};  // heads, presence, cards, questions: what stations tell each other of themselves
using Cargo = std::variant<StatementCargo, RunCargo, AgreementCargo, FileCargo>;

struct Consignment {
  ObjectStatus object;
  Cargo cargo;
};

// Of one link.
struct LinkTraffic {
  static constexpr std::size_t kMaxShown = 64;
  std::vector<Consignment> on_the_way;  // the most urgent first, then the oldest; at most kMaxShown
  std::size_t more = 0;                 // objects beside them
  std::vector<PathQueue> queues;        // by path, as in LinkStatus
};

// Parts of a file that a member asked for and that are on their way to it.
struct FileTraffic {
  std::size_t parts = 0, missing = 0;  // missing: bytes that are not acknowledged
  std::optional<MonotonicTime> due;    // of the last of them
  std::string path;
};

// What is known of the way of a line's entries to another member, beside what it has stored.
struct MemberTraffic {
  static constexpr std::size_t kMaxObjects = 1024;  // of a link that are looked at: those sent first
  std::string code;
  bool path_up = false;  // to one of its stations
  struct Way {
    RunCargo run;
    ObjectStatus object;
  };
  std::vector<Way> ways;
  std::map<ChainNumber, RangeSet>
      arrived;  // its station has them in memory, and has not said that they are stored
  std::map<Hash, FileTraffic> files;
};

}  // namespace openline
