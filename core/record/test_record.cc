// SPDX-License-Identifier: Apache-2.0
#include "core/record/test_record.h"

#include <algorithm>
#include <set>

#include "core/wire/assert.h"

namespace openline {
namespace {

CardChain cards_of(const std::string& code, const RootKeyPair& root, const StationKeyPair& station) {
  Card card;
  card.root = root.key();
  card.code = code;
  card.name = "Ministry of " + code;
  card.languages = {"en"};
  card.stations = {{station.key(), "main", std::nullopt}};
  return CardChain::start(SignedCard::sign(card, root)).value();
}

std::uint8_t number_of(const std::string& code) { return static_cast<std::uint8_t>(code[0] - 'A'); }

}  // namespace

SigningSeed seed_of(std::uint8_t number) {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(number);
  return SigningSeed(std::span<const std::uint8_t, 32>(bytes));
}

TestParty::TestParty(std::string party_code, std::uint8_t number)
    : code(std::move(party_code)),
      root(seed_of(static_cast<std::uint8_t>(2 * number + 1))),
      station(seed_of(static_cast<std::uint8_t>(2 * number + 2))),
      cards(cards_of(code, root, station)) {}

Agreement agreement_between(const std::vector<const TestParty*>& parties, RecordMode mode) {
  Agreement agreement;
  agreement.name = "defense";
  agreement.record = mode;
  for (const TestParty* party : parties) {
    agreement.members.push_back({party->fingerprint(), party->code, "defense"});
    agreement.languages.emplace_back(party->code, "en");
  }
  std::ranges::sort(agreement.members, {}, &Member::party);
  std::ranges::sort(agreement.languages);
  agreement.answer_within = {Seconds{86400}, Seconds{10800}, Seconds{1800}, Seconds{600}};
  agreement.release = {1, 1, 1, 2};
  agreement.expires = "2028-06-30";
  return agreement;
}

Bytes ExportPieces::before_manifest() const {
  Bytes bytes = head;
  for (const Bytes& run : runs) append(bytes, run);
  for (const Bytes& statement : heads) append(bytes, statement);
  return bytes;
}

Bytes ExportPieces::file() const {
  Bytes bytes = before_manifest();
  append(bytes, manifest);
  return bytes;
}

TestRecord::TestRecord(RecordMode mode, std::vector<std::string> codes) {
  std::vector<const TestParty*> parties;
  for (const std::string& code : codes) {
    parties.push_back(&parties_.emplace(code, TestParty(code, number_of(code))).first->second);
    begin_again(code);
  }
  SignedAgreement agreement = SignedAgreement::of(agreement_between(parties, mode));
  for (const TestParty* party : parties) agreement.sign(party->station, std::nullopt);
  head_.line = *LineId::from(agreement.hash().view());
  for (const Member& member : agreement.agreement.members) head_.cards.push_back(party(member.code).cards);
  head_.agreements.push_back(std::move(agreement));
}

bool TestRecord::attested() const {
  return head_.agreements.front().agreement.record == RecordMode::kAttested;
}

void TestRecord::begin_again(const std::string& code) {
  Author fresh;
  fresh.incarnation.value.fill(static_cast<std::uint8_t>(0x10 + starts_++));
  authors_[code] = std::move(fresh);
}

void TestRecord::restart(const std::string& code) {
  const auto last = authors_[code].last;
  begin_again(code);
  if (last) authors_[code].origin = last->position();
}

void TestRecord::restart_from(const std::string& code, const Entry& at) {
  begin_again(code);
  authors_[code].origin = at.position();
}

Header TestRecord::next_header(const std::string& code) {
  Author& author = authors_[code];
  Header header;
  header.line = line();
  header.author = party(code).station.key();
  header.incarnation = author.incarnation;
  if (author.last) {
    header.sequence = author.last->header.sequence.next();
    header.previous = author.last->id;
  } else {
    header.origin = author.origin;
  }
  for (const auto& [other, newest] : sealed_) {
    if (other == code || (author.read.contains(other) && author.read[other] == newest)) continue;
    header.parents.push_back(newest);
    author.read[other] = newest;
  }
  std::ranges::sort(header.parents);
  header.time = time_ += Milliseconds{1000};
  return header;
}

Entry TestRecord::write(const std::string& code, Kind kind, Precedence precedence, Bytes body,
                        Class entry_class) {
  Header header = next_header(code);
  header.kind = kind;
  header.precedence = precedence;
  header.entry_class = entry_class;
  if (entry_class == Class::kExercise) header.exercise = "NORTHERN STAR";
  Author& author = authors_[code];
  author.last = Entry::make(std::move(header), std::move(body));
  author.open.push_back(*author.last);
  if (author.open.size() == kMaxRun || is_signed_singly(kind, precedence)) seal(code);
  return *authors_[code].last;
}

void TestRecord::seal(const std::string& code) {
  std::vector<Entry> run = std::exchange(authors_[code].open, {});
  if (run.empty()) return;
  if (attested()) sign_run(run, party(code).station);
  sealed_[code] = run.back().position();
  runs_.push_back(std::move(run));
}

Entry TestRecord::say(const std::string& code, const std::string& text, Precedence precedence) {
  write(code, Kind::kText, precedence, TextBody{text, "en", {}, "watch officer"}.encode());
  seal(code);
  return *authors_[code].last;
}

Entry TestRecord::contradict(const std::string& code, const std::string& text) {
  Entry other = *authors_[code].last;
  other = Entry::make(other.header, TextBody{text, "en", {}, ""}.encode());
  std::vector<Entry> run = {other};
  if (attested()) sign_run(run, party(code).station);
  runs_.push_back(run);
  return run[0];
}

void TestRecord::add_run(std::vector<Entry> run) { runs_.push_back(std::move(run)); }

std::vector<Head> frontier_of(const std::vector<std::vector<Entry>>& runs) {
  std::set<EntryId> continued;
  for (const auto& run : runs) {
    for (const Entry& entry : run) {
      if (entry.header.previous) continued.insert(*entry.header.previous);
      if (entry.header.origin) continued.insert(entry.header.origin->id);
    }
  }
  std::vector<Head> heads;
  for (const auto& run : runs) {
    const Entry& last = run.back();
    if (!continued.contains(last.id)) heads.push_back({last.header.author, last.position()});
  }
  std::ranges::sort(heads);
  heads.erase(std::ranges::unique(heads).begin(), heads.end());
  return heads;
}

SignedHeads TestRecord::heads_of(const std::string& code, std::size_t without) const {
  const std::vector<std::vector<Entry>> known(runs_.begin(),
                                              runs_.end() - static_cast<std::ptrdiff_t>(without));
  const auto counter = static_cast<std::uint64_t>(time_.time_since_epoch().count());
  return SignedHeads::make(line(), {counter, frontier_of(known), {}}, party(code).station, attested());
}

ExportPieces TestRecord::pieces(const std::string& exporter, std::vector<SignedHeads> heads) const {
  std::vector<const Entry*> entries;
  std::map<EntryId, const std::vector<Entry>*> by_last;
  for (const auto& run : runs_) {
    for (const Entry& entry : run) entries.push_back(&entry);
    by_last[run.back().id] = &run;
  }
  ExportWriter writer(head_);
  ExportPieces pieces;
  pieces.head = writer.head();
  for (const std::size_t index : canonical_order(entries)) {
    const auto run = by_last.find(entries[index]->id);
    if (run == by_last.end()) continue;
    pieces.entries.push_back(*run->second);
    pieces.runs.push_back(writer.run(*run->second));
  }
  for (const SignedHeads& statement : heads) pieces.heads.push_back(writer.heads(statement));
  pieces.manifest = writer.finish(frontier_of(runs_), time_, party(exporter).station);
  return pieces;
}

Bytes TestRecord::file(const std::string& exporter, std::vector<SignedHeads> heads) const {
  return pieces(exporter, std::move(heads)).file();
}

void TestRecord::resign(ExportPieces& pieces, const std::string& exporter) const {
  const StationKeyPair& station = party(exporter).station;
  std::uint64_t count = 0;
  for (const auto& run : pieces.entries) count += run.size();
  Manifest manifest{
      station.key(), time_, count, hash_of(pieces.before_manifest()), frontier_of(pieces.entries), {}};
  if (attested()) manifest.signature = station.sign({kExportLabel, line(), manifest.signed_bytes()});
  pieces.manifest = manifest.encode();
}

std::vector<Fingerprint> TestRecord::roots() const {
  std::vector<Fingerprint> roots;
  for (const auto& [code, one] : parties_) roots.push_back(one.fingerprint());
  return roots;
}

std::size_t TestRecord::entries() const {
  std::size_t count = 0;
  for (const auto& run : runs_) count += run.size();
  return count;
}

namespace {

// 15 entries: an exchange as it comes in a watch.
void hold_watch(TestRecord& record, const std::string& a, const std::string& b, std::uint64_t number) {
  record.write(a, Kind::kAttendance, Precedence::kRoutine, AttendanceBody{true, "watch officer"}.encode());
  for (const auto precedence : {Precedence::kRoutine, Precedence::kPriority, Precedence::kImmediate}) {
    const std::string text = "Exercise area " + std::to_string(number) + " is closed.";
    record.write(a, Kind::kText, precedence, TextBody{text, "en", {}, "watch officer"}.encode(),
                 Class::kExercise);
  }
  record.seal(a);
  const Entry flash = record.say(a, "Unidentified launch at 0412Z.", Precedence::kFlash);
  record.write(b, Kind::kShown, Precedence::kRoutine, ShownBody{{flash.id}, "watch officer"}.encode());
  record.write(b, Kind::kAcknowledged, Precedence::kRoutine,
               AcknowledgedBody{flash.id, "duty general", false}.encode());
  for (std::uint64_t i = 0; i < 2; ++i) {
    const Entry test = record.write(b, Kind::kTest, Precedence::kRoutine,
                                    TestBody{2 * number + i, 20}.encode(), Class::kTest);
    record.seal(b);
    const auto role = i == 0 ? std::nullopt : std::optional<std::string>("watch officer");
    record.write(a, Kind::kTestAnswer, Precedence::kRoutine, TestAnswerBody{test.id, role}.encode(),
                 Class::kTest);
  }
  const ObservationBody seen{Observation::kPathDown, WallTime{Milliseconds{1'760'000'000'000}}, "fibre",
                             std::nullopt};
  record.write(b, Kind::kObservation, Precedence::kRoutine, seen.encode(), Class::kService);
  record.write(b, Kind::kText, Precedence::kRoutine,
               TextBody{"Understood.", "zh", {}, "watch officer"}.encode());
  record.write(b, Kind::kText, Precedence::kPriority, TextBody{"We look into it.", "zh", {}, ""}.encode());
  record.write(b, Kind::kAttendance, Precedence::kRoutine, AttendanceBody{false, "watch officer"}.encode());
  record.seal(b);
}

}  // namespace

SixtyEntries::SixtyEntries() {
  hold_watch(record, "USA", "CHN", 1);
  hold_watch(record, "CHN", "USA", 2);
  record.restart("USA");
  hold_watch(record, "USA", "CHN", 3);
  hold_watch(record, "CHN", "USA", 4);
  OPENLINE_ASSERT(record.entries() == 60);
  heads = {record.heads_of("CHN", 3)};
}

}  // namespace openline
