// SPDX-License-Identifier: Apache-2.0
// What an entry means once it is on record: who waits for whom, receipts, tests, amendments.
#include <algorithm>

#include "core/station/state.h"

namespace openline {

void Station::State::put_open(LineState& line, const OpenMessage& item) {
  turn.put_state(row_key("open", number_key(line.group) + "/" + number_key(item.serial)), item.encode());
}

void Station::State::close_open(LineState& line, const OpenMessage& item) {
  turn.erase_state(row_key("open", number_key(line.group) + "/" + number_key(item.serial)));
  line.open.close(EntryId(item.id));
}

void Station::State::track(LineState& line, const PlacedEntry& placed, Serial serial, Now now) {
  const Header& header = placed.entry.header;
  const Now clock = line_now(now);
  OpenMessage item;
  item.serial = serial.value;
  item.chain = placed.chain;
  item.sequence = header.sequence;
  item.id = placed.entry.id;
  item.author = header.author;
  item.kind = header.kind;
  item.precedence = header.precedence;
  item.entry_class = header.entry_class;
  item.time = header.time;
  item.own = header.author == signing.key();
  item.due = std::max(clock.wall, WallTime{}) + line.answer_within(header.precedence);
  item.deadline = clock.monotonic + line.answer_within(header.precedence);
  if (line.open.add(item)) {
    put_open(line, item);
  } else {
    ++line.untracked;
  }
}

void Station::State::note(LineState& line, const PlacedEntry& placed, Serial serial, Now now) {
  const Entry& entry = placed.entry;
  note_matters(line, placed, serial, now);
  switch (entry.header.kind) {
    case Kind::kText:
      return note_text(line, placed, serial, now);
    case Kind::kShown:
      if (const Result<ShownBody> body = ShownBody::decode(entry.body)) {
        for (const EntryId& id : body->entries) {
          note_receipt(line, id, ReceiptKind::kShown, body->role, false, entry, serial);
        }
      }
      return;
    case Kind::kAcknowledged:
      if (const Result<AcknowledgedBody> body = AcknowledgedBody::decode(entry.body)) {
        note_receipt(line, body->entry, ReceiptKind::kAcknowledged, body->role, body->authenticated, entry,
                     serial);
      }
      return;
    case Kind::kTest:
    case Kind::kTestAnswer:
      return note_test(line, placed, serial, now);
    case Kind::kAmendment:
    case Kind::kAmendmentSignature:
    case Kind::kAmendmentRefusal:
    case Kind::kSuspend:
    case Kind::kResume:
      return note_agreement_act(line, entry, now);
    case Kind::kTranslation:
      if (const auto body = TranslationBody::decode(entry.body)) {
        note_receipt(line, body->of, ReceiptKind::kTranslated, body->role, false, entry, serial);
      }
      return;
    case Kind::kDisregard:
      if (const auto body = DisregardBody::decode(entry.body)) note_disregard(line, *body, entry, serial);
      return track(line, placed, serial, now);
    case Kind::kNotice:
      if (const auto body = NoticeBody::decode(entry.body); body && body->refers)
        note_receipt(line, *body->refers, ReceiptKind::kReferred, "", false, entry, serial);
      return track(line, placed, serial, now);
    case Kind::kVisit:
    case Kind::kVisitAct:
    case Kind::kCall:
    case Kind::kReadout:
      return track(line, placed, serial, now);
    default:
      return;
  }
}

// Counts by who may take it back: its author's party.
void Station::State::note_disregard(LineState& line, const DisregardBody& body, const Entry& entry,
                                    Serial serial) {
  const std::optional<StationKey> author = author_of(line, body.entry);
  if (!author || !same_party()(*author, entry.header.author)) return;
  note_receipt(line, body.entry, ReceiptKind::kDisregarded, body.role, false, entry, serial);
}

void Station::State::note_text(LineState& line, const PlacedEntry& placed, Serial serial, Now now) {
  const Entry& entry = placed.entry;
  if (entry.header.entry_class != Class::kTest) track(line, placed, serial, now);
  if (entry.header.author == signing.key()) return;
  const Result<TextBody> body = TextBody::decode(entry.body);
  if (!body) return;
  for (const AttachmentRef& attachment : body->attachments) want(line, attachment, entry.header.author);
}

void Station::State::note_receipt(LineState& line, const EntryId& about, ReceiptKind kind,
                                  const std::string& role, bool authenticated, const Entry& receipt,
                                  Serial serial) {
  OpenMessage* item = line.open.find(about);
  std::optional<JointRecord::Place> place;
  if (item != nullptr) {
    place = {item->chain, item->sequence};
  } else {
    place = line.record.find_recent(about);
  }
  if (!place)
    return;  // about nothing that we hold or remember: the entry is on record, and says what it says
  turn.change(PutReceipt{place->chain, place->sequence, kind, receipt.header.author, role, authenticated,
                         receipt.header.time, serial},
              100);
  if (item == nullptr) return;
  const std::string code = parties.code_of(receipt.header.author);
  if (kind > ReceiptKind::kAcknowledged) return;
  if (kind == ReceiptKind::kShown) {
    item->shown = true;
    return put_open(line, *item);
  }
  item->acknowledged_by.insert(code);
  // An officer has it, but that is no answer.
  if (item->kind == Kind::kContactRequest) return put_open(line, *item);
  const bool ours_done =
      item->own && item->acknowledged_by.size() + 1 >= line.agreement.in_force().agreement.members.size();
  const bool theirs_done = !item->own && code == own_code;
  if (ours_done || theirs_done) {
    close_open(line, *item);
  } else {
    put_open(line, *item);
  }
}

void Station::State::note_test(LineState& line, const PlacedEntry& placed, Serial serial, Now now) {
  const Entry& entry = placed.entry;
  const bool own = entry.header.author == signing.key();
  const Agreement& agreement = line.agreement.in_force().agreement;
  const WallTime wall = std::max(line_now(now).wall, WallTime{});
  if (entry.header.kind == Kind::kTestAnswer) {
    const Result<TestAnswerBody> body = TestAnswerBody::decode(entry.body);
    if (!own && body && line.tests.answered(body->test, wall)) line.row_changed = true;
    if (body && body->role) {
      if (OpenMessage* item = line.open.find(body->test)) close_open(line, OpenMessage(*item));
    }
    return;
  }
  if (own) return;
  line.tests.last_received = wall;
  line.row_changed = true;
  if (agreement.officer_answers_tests) track(line, placed, serial, now);
  // On a line of more than two the members' heads are the answer.
  if (agreement.members.size() > 2 || line.stopped) return;
  const TestAnswerBody answer{entry.id, std::nullopt};
  write(line, {Kind::kTestAnswer, Precedence::kRoutine, Class::kTest, {}, answer.encode()}, now);
}

void Station::State::note_agreement_act(LineState& line, const Entry& entry, Now now) {
  const std::string code = parties.code_of(entry.header.author);
  // A member signs for itself: a signature by another's station counts for nobody.
  const auto own_hand = [&](const AgreementSignature& signature) {
    return parties.fingerprint_of(signature.station) == parties.fingerprint_of(entry.header.author);
  };
  std::string change;
  if (entry.header.kind == Kind::kAmendment) {
    const auto body = AmendmentBody::decode(entry.body);
    if (body && std::ranges::all_of(body->successor.signatures, own_hand)) {
      change = line.agreement.proposed(body->successor, code);
    }
  } else if (entry.header.kind == Kind::kAmendmentSignature) {
    const auto body = AmendmentSignatureBody::decode(entry.body);
    if (body && own_hand(body->signature)) {
      change = line.agreement.signed_by(body->successor, body->signature, code);
    }
  } else if (entry.header.kind == Kind::kAmendmentRefusal) {
    if (const auto body = AmendmentRefusalBody::decode(entry.body)) {
      change = line.agreement.refused(body->successor, body->reason, code);
    }
  } else if (entry.header.kind == Kind::kSuspend) {
    if (std::find(line.suspended_by.begin(), line.suspended_by.end(), code) == line.suspended_by.end()) {
      line.suspended_by.push_back(code);
    }
    change = code + " suspended the line";
  } else {
    std::erase(line.suspended_by, code);
    change = code + " resumed the line";
  }
  if (change.empty()) return;
  line.tests.set_interval(line.agreement.in_force().agreement.test_every);
  line.row_changed = true;
  after_commit(Output{StatusChanged{line.id}}, now);
}

}  // namespace openline
