// SPDX-License-Identifier: Apache-2.0
// What a station can say of itself and its lines at any moment, with its evidence (design: silence is
// readable).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/line/contacts.h"
#include "core/link/link_status.h"
#include "core/record/export_file.h"
#include "core/station/store_changes.h"
#include "core/station/traffic.h"

namespace openline {

enum class DeskState : std::uint8_t { kUnknown, kUnattended, kAttended };
enum class LineLamp : std::uint8_t {
  kOpenAttended,    // reachable, the far desk is attended
  kOpenUnattended,  // reachable, the far desk is empty or unknown
  kDegraded,        // reachable, but some path is down, the last test is unanswered, or a condition holds
  kSilent,          // no path: nothing heard within the detection time
};

// A party that we know, with its stations.
struct PeerStatus {
  Fingerprint party;
  std::string code;
  std::string name;
  std::uint32_t card_edition = 1;
  std::vector<LinkStatus> links;     // one a station
  std::vector<LinkTraffic> traffic;  // by link
};

// Another member of a line, as seen from here.
// A request for contact, with what the record says of it.
struct ContactReport {
  Serial serial;
  const Matter* contact = nullptr;
  std::string requester;  // party code
  bool own = false;
  ContactStatus status;
};

struct MemberStatus {
  std::string code;
  std::string desk;
  bool reachable = false;                 // a link to one of its stations is up
  std::optional<WallTime> last_heard;     // any authenticated packet, by our clock
  std::optional<WallTime> heard_through;  // its newest news that another member passed on, by our clock
  DeskState desk_state = DeskState::kUnknown;
  std::string desk_role;
  std::optional<WallTime> desk_since;  // their clock for attended and unattended, ours for unknown
  std::uint64_t not_stored = 0;        // entries of ours that their signed heads do not cover
  std::vector<Head> heads;             // newest signed heads
  std::uint64_t heads_counter = 0;     // their clock in ms, as a rule
};

// A message that waits for somebody.
struct OpenItem {
  Serial serial;
  EntryId id;
  std::string author;  // party code
  Precedence precedence{};
  Class entry_class{};
  WallTime time;     // the author's clock
  bool own = false;  // ours, waiting for them; else theirs, waiting for our desk
  bool shown = false;
  bool acknowledged = false;  // theirs, by our party: a request that an officer has, and nobody answered
  bool stored = false;        // own: their heads cover it
  Seconds left{};             // to answer; negative: overdue
};

struct TestStatus {
  std::optional<WallTime> last_sent;
  std::optional<WallTime> last_answered;
  bool unanswered = false;  // the last one, beyond the time to answer
  std::optional<WallTime> last_received;
  std::uint64_t sent = 0, answered = 0;
};

struct AgreementStatus {
  SignedAgreement agreement;
  Hash hash;
  std::optional<LineId> line;          // it amends
  std::vector<std::string> signed_by;  // party codes
  std::vector<std::string> waiting_for;
  std::vector<std::pair<std::string, std::string>> refused_by;  // party code, reason
};

struct LineStatus {
  LineId line;
  SignedAgreement agreement;  // in force
  Hash agreement_hash;
  std::string own_desk;
  LineLamp lamp = LineLamp::kSilent;
  std::string reason;                   // for the lamp, in words
  std::vector<std::string> conditions;  // forks, rollback, expiry, suspension, gaps, store: each in words
  bool suspended = false;
  bool writing_stopped = false;  // section 9.5
  DeskState own_desk_state = DeskState::kUnattended;
  std::string own_desk_role;
  std::vector<MemberStatus> members;  // the others
  std::vector<OpenItem> open_items;
  TestStatus test;
  std::vector<AgreementStatus> amendments;  // proposed and not in force
  std::uint64_t entries = 0;                // held here
  std::uint64_t held_above_gap = 0;
};

struct AttachmentProgress {
  LineId line;
  Hash attachment;
  std::uint64_t size = 0;
  std::uint64_t parts_held = 0, parts = 0;
  std::uint64_t missing = 0;         // bytes, in whole parts
  std::optional<Microseconds> left;  // until all should be here, as the last parts came
};

struct StationStatus {
  StationKey station;
  Fingerprint party;
  std::string code;
  std::uint64_t locator_counter = 0;
  std::uint64_t commit = 0;  // newest durable
  std::optional<std::string>
      store_problem;  // the store does not take changes: why, since the last good commit
  std::size_t uncommitted_bytes = 0;
  bool demo_clock = false;
  Seconds clock_offset{};  // demo clock
  std::vector<PeerStatus> peers;
  std::vector<LineStatus> lines;
  std::vector<AgreementStatus> proposals;  // no line yet
  std::vector<AttachmentProgress> attachments;
  SwitchboardCounters counters;
  std::uint64_t refused_objects =
      0;  // of authenticated peers: malformed, not theirs to send, or refused by the record
};

struct ChainOfLine {
  ChainNumber chain;
  StationKey author;
  Incarnation incarnation;
  Sequence first;   // 0, or where a branch begins
  Sequence closed;  // last closed entry
};
// What another member's signed heads cover (protocol.md section 9.7, stored).
struct MemberCoverage {
  std::string code;
  std::vector<std::pair<ChainNumber, Sequence>> below;  // of each chain, the entries before this one
};
struct LineForExport {
  ExportHead head;
  std::vector<ChainOfLine> chains;      // durable and closed
  std::vector<SignedHeads> peer_heads;  // newest of each other station
  std::vector<Head> own_heads;
  bool attested = true;
};

}  // namespace openline
