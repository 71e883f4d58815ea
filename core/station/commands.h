// SPDX-License-Identifier: Apache-2.0
// What officers and engineers ask of a station, by whatever client; and what it answers.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/crypto/card_file.h"
#include "core/crypto/courier_key.h"
#include "core/record/agreement.h"
#include "core/record/bodies.h"
#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/entry.h"
#include "core/record/notice_bodies.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"
#include "core/station/store_changes.h"

namespace openline {

// How a refused command maps to the outside: HTTP status and exit code.
enum class Refused : std::uint8_t {
  kBadRequest,  // what was asked is wrong in itself
  kNotFound,    // unknown line, entry, party
  kConflict,    // it contradicts what is on record (already signed, another card of this edition, key reused)
  kForbidden,   // not this station's to do
  kStopped,     // writing on this line is stopped (section 9.5)
  kUnavailable,  // the store cannot take it now: nothing was lost, ask again with the same key
};
struct CommandError {
  Refused why{};
  std::string message;
};

// A client's idempotency key and the digest of its request; the same key and digest give the same entries
// again.
struct RequestKey {
  std::string key;
  Hash digest;
};

struct SendText {
  LineId line;
  Precedence precedence{};
  Class entry_class{};
  std::string exercise;
  TextBody text;  // attachments are held here already
  std::optional<RequestKey> request;
};
struct Acknowledge {
  LineId line;
  std::string entry;  // an id or the beginning of one, at least 4 hex digits
  std::string role;
  std::optional<RequestKey> request;
  bool authenticated = false;  // by the officer, in person
};
struct MarkShown {  // by what displays entries to an officer on watch
  LineId line;
  std::vector<EntryId> entries;
  std::string role;
};
struct Attend {  // starts or renews; the caller renews well within the lease
  LineId line;
  std::string role;
  std::uint64_t terminal = 0;  // whose attendance: a number a connection
};
struct Leave {
  LineId line;
  std::uint64_t terminal = 0;
};
struct TestNow {
  LineId line;
};
struct AcceptCard {
  CardFile file;
  std::optional<CourierKey> courier_key;
  bool check_only = false;  // whether it would be accepted; nothing changes
};
struct ProposeAgreement {  // signs and proposes; signs if the other side proposed the same
  Agreement agreement;
};
struct RefuseAgreement {
  Hash agreement;  // a proposal, or an amendment proposed on a line
  std::string reason;
};
struct ProposeAmendment {
  LineId line;
  Agreement successor;  // predecessor is filled in when absent
};
struct Suspend {
  LineId line;
  std::string reason;
};
struct Resume {  // an act on record after Suspend
  LineId line;
  std::string reason;
};
struct GoOn {  // the engineer's word after a suspected rollback: write again on this line
  LineId line;
};
struct RequestContact {
  LineId line;
  Precedence precedence{};
  Class entry_class{};
  std::string exercise;
  ContactRequestBody request;  // without `repeats`
  std::string repeats;         // an earlier request's id or the beginning of one, or empty
  std::optional<RequestKey> key;
};
struct AnswerContact {
  LineId line;
  std::string entry;  // the request's id or the beginning of one, at least 4 hex digits
  ContactAnswer answer{};
  std::string role;
  std::optional<WallTime> time;
  std::optional<Words> reason, courtesy;
  std::optional<RequestKey> key;
};
struct ChangeContact {  // of our own request
  LineId line;
  std::string entry;
  ContactChange change{};
  std::string role;
  std::optional<WallTime> time;  // agreed: absent is the time that they proposed
  std::optional<Words> reason;
  std::optional<RequestKey> key;
};
using ActBody = std::variant<VisitBody, VisitActBody, VisitOutcomeBody, CallBody, CallActBody, ReadoutBody,
                             ReadoutAnswerBody, TranslationBody, DisregardBody, NoticeBody>;
struct PutAct {
  LineId line;
  Precedence precedence{};  // of a disregard: always FLASH
  Class entry_class{};      // of an act that follows another: that one's
  std::string exercise;
  ActBody body;
  std::optional<RequestKey> key;
};
struct JumpClock {  // demonstration only: lines' clocks go on by this much
  Seconds by{};
};
using Command = std::variant<SendText, Acknowledge, MarkShown, Attend, Leave, TestNow, AcceptCard,
                             ProposeAgreement, RefuseAgreement, ProposeAmendment, Suspend, Resume, GoOn,
                             RequestContact, AnswerContact, ChangeContact, PutAct, JumpClock>;

struct EntryMade {
  Serial serial;
  EntryId id;
};
struct Done {
  std::vector<EntryMade> entries;    // that this command put on record
  std::optional<Fingerprint> party;  // AcceptCard
  std::optional<Hash> agreement;     // ProposeAgreement, ProposeAmendment
  std::optional<LineId> line;        // the line that exists now through it
  std::string note;                  // in words, for the person who asked
};
// Given after what it says is durable.
struct Reply {
  std::uint64_t request = 0;  // as given with the command
  std::expected<Done, CommandError> result;
};

}  // namespace openline
