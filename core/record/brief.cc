// SPDX-License-Identifier: Apache-2.0
#include "core/record/brief.h"

#include "core/crypto/hash.h"
#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kTime = 6;
constexpr std::uint64_t kTimeEnd = std::uint64_t{1} << (8 * kTime);
static_assert(static_cast<std::uint64_t>(kLastWallTime.time_since_epoch().count()) < kTimeEnd);

void write_number(cbor::Encoder& to, std::uint64_t number) {
  OPENLINE_ASSERT(number < kTimeEnd);
  std::array<std::uint8_t, kTime> bytes{};
  for (std::size_t at = 0; at < kTime; ++at)
    bytes[at] = static_cast<std::uint8_t>(number >> (8 * (kTime - 1 - at)));
  to.bytes(bytes);
}

std::uint64_t read_number(FieldDecoder& from, std::uint64_t most) {
  const std::size_t at = from.offset();
  const auto bytes = from.fixed<FixedBytes<struct NumberTag, kTime>>();
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes.value) number = number << 8 | byte;
  from.refuse_unless(number <= most, at, "number is above its limit");
  return number;
}

// Three bytes, if they name this incarnation at both ends; else all of it.
void write_incarnation(cbor::Encoder& to, const BriefWriter& writer, const Incarnation& incarnation,
                       bool reader_knows) {
  const IncarnationPrefix prefix = prefix_of(incarnation);
  const bool brief = reader_knows && writer.record.incarnation_of(prefix) == incarnation;
  to.bytes(brief ? prefix.view() : incarnation.view());
}

// Whether the reader rebuilds this position from (incarnation, sequence).
bool is_shared(const BriefWriter& writer, const Position& position) {
  if (writer.record.id_at(position.incarnation, position.sequence) != position.id) return false;
  const auto chains = writer.record.chains_of(position.incarnation);
  return !chains.empty() && writer.reader_has(chains.front()->number, position.sequence) &&
         writer.record.incarnation_of(prefix_of(position.incarnation)) == position.incarnation;
}

void write_brief_position(cbor::Encoder& to, const BriefWriter& writer, const Position& position) {
  if (!is_shared(writer, position)) return write_position(to, position);
  to.array(2).bytes(prefix_of(position.incarnation).view()).number(position.sequence.value);
}

// Reads what `Brief…` wrote; `unknown` once something is named that is not held here.
struct Rebuilder {
  const JointRecord& record;
  bool unknown = false;

  Incarnation incarnation(FieldDecoder& from) {
    const std::size_t at = from.offset();
    const ByteView bytes = from.bytes(Incarnation::kSize);
    if (const auto whole = Incarnation::from(bytes)) return *whole;
    const auto prefix = IncarnationPrefix::from(bytes);
    from.refuse_unless(prefix.has_value(), at, "an incarnation has 8 bytes, or its first 3");
    const auto found = prefix ? record.incarnation_of(*prefix) : std::nullopt;
    unknown = unknown || !found;
    return found.value_or(Incarnation{});
  }
  EntryId id_at(const Incarnation& incarnation, Sequence sequence) {
    const auto found = unknown ? std::nullopt : record.id_at(incarnation, sequence);
    unknown = unknown || !found;
    return found.value_or(EntryId{});
  }
  Position brief_position(FieldDecoder& from) { return position(from, 2); }
  Position position(FieldDecoder& from, std::size_t most = 3) {
    const std::size_t at = from.offset();
    const std::size_t elements = from.array_within(2, most);
    Position found;
    if (elements == 2) {
      found.incarnation = incarnation(from);
      found.sequence = from.sequence();
      found.id = id_at(found.incarnation, found.sequence);
    } else {
      found.incarnation = from.fixed<Incarnation>();
      found.sequence = from.sequence();
      found.id = from.fixed<EntryId>();
    }
    from.refuse_unless(from.ok(), at, "a position has two elements, or three");
    return found;
  }
};

constexpr std::uint64_t kPrecedences = 4, kClasses = 4, kNatures = kPrecedences * kClasses;
static_assert(kMostUnpacked == kMaxBody);

void write_entry(cbor::Encoder& to, const BriefWriter& writer, const Entry& entry) {
  const Header& header = entry.header;
  OPENLINE_ASSERT(header.body_size == entry.body.size());
  const bool named = !header.exercise.empty();
  const auto packed = writer.packer != nullptr ? writer.packer->pack(entry.body) : std::nullopt;
  to.array(named ? 6 : header.parents.empty() ? 4 : 5).number(static_cast<std::uint64_t>(header.kind));
  to.number((packed ? packed->dictionary : 0) * kNatures +
            static_cast<std::uint64_t>(header.entry_class) * kPrecedences +
            static_cast<std::uint64_t>(header.precedence));
  write_number(to, static_cast<std::uint64_t>(header.time.time_since_epoch().count()));
  to.bytes(packed ? packed->bytes : entry.body);
  if (!header.parents.empty() || named) {
    to.array(header.parents.size());
    for (const Position& parent : header.parents) write_brief_position(to, writer, parent);
  }
  if (named) to.text(header.exercise);
}

// A dictionary that is not held, or another's under its number, is like an entry that is not held: the whole
// form is the way out.
Bytes read_body(FieldDecoder& from, Rebuilder& rebuild, std::uint8_t dictionary) {
  from.element("body");
  const std::size_t at = from.offset();
  const ByteView bytes = from.bytes(kMaxBody);
  if (dictionary == 0 || !from.ok()) return copy_of(bytes);
  const auto size = size_unpacked(bytes);
  from.refuse_unless(size.has_value(), at, "packed bytes are short of their size, or not fewer than it");
  auto plain = size ? unpack(dictionary, bytes) : Result<Bytes>(Bytes{});
  rebuild.unknown = rebuild.unknown || !plain;
  return plain ? std::move(*plain) : Bytes{};
}

Bytes read_entry(FieldDecoder& from, Rebuilder& rebuild, Header& header) {
  from.element("entry");
  const std::size_t elements = from.array_within(4, 6);
  header.kind = static_cast<Kind>(from.number(UINT16_MAX));
  const std::uint64_t nature = from.number(kNatures * (UINT8_MAX + 1) - 1);
  header.precedence = static_cast<Precedence>(nature % kPrecedences);
  header.entry_class = static_cast<Class>(nature % kNatures / kPrecedences);
  from.element("time");
  header.time = WallTime{Milliseconds{static_cast<std::int64_t>(
      read_number(from, static_cast<std::uint64_t>(kLastWallTime.time_since_epoch().count())))}};
  Bytes body = read_body(from, rebuild, static_cast<std::uint8_t>(nature / kNatures));
  from.element("parents");
  const std::size_t at = from.offset();
  if (elements >= 5) {
    for (std::size_t left = from.array_within(elements == 5 ? 1 : 0, kMaxParents); left > 0 && from.ok();
         --left) {
      header.parents.push_back(rebuild.position(from));
      const std::size_t count = header.parents.size();
      from.refuse_unless(
          rebuild.unknown || count < 2 || header.parents[count - 2] < header.parents[count - 1], at,
          "parents must ascend and not repeat");
    }
  }
  from.element("exercise");
  if (elements == 6) header.exercise = from.text_within(1, kMaxExercise);
  from.refuse_unless(header.exercise.empty() == (header.entry_class != Class::kExercise), at,
                     "the class exercise, and no other, has the exercise's name");
  return body;
}

// CDDL: brief-place.
void read_brief_place(FieldDecoder& from, Rebuilder& rebuild, Header& header) {
  const std::size_t parts = from.array_within(2, 4);
  header.incarnation = rebuild.incarnation(from);
  header.sequence = from.sequence();
  const bool first = header.sequence.value == 0;
  bool named = false;
  if (parts >= 3 && from.next_is_bytes()) {
    const std::size_t at = from.offset();
    const ByteView previous = from.bytes(EntryId::kSize);
    header.previous = EntryId::from(previous);
    named = header.previous.has_value();
    from.refuse_unless(previous.empty() ? parts == 4 : named && !first, at,
                       "the entry before has an id of 32 bytes; the first of an incarnation has none");
  } else if (parts >= 3) {
    from.refuse_unless(first, from.offset(), "only the first entry of an incarnation continues another");
    header.origin = rebuild.position(from);
    named = true;
  }
  if (!first && !named && from.ok())
    header.previous = rebuild.id_at(header.incarnation, {header.sequence.value - 1});
  if (parts == 4) header.author = from.fixed<StationKey>();
}

Header following(const Entry& before) {
  Header header;
  header.line = before.header.line;
  header.author = before.header.author;
  header.incarnation = before.header.incarnation;
  header.sequence = before.header.sequence.next();
  header.previous = before.id;
  return header;
}

// What shows that a thing was rebuilt as it was: its signature or, where nothing is signed, the first bytes
// of its hash.
constexpr std::size_t kCheck = 8;

struct Proof {
  std::optional<Signature> signature;
  std::optional<FixedBytes<struct CheckTag, kCheck>> check;
  [[nodiscard]] bool allows(const Hash& hash) const {
    return !check || std::ranges::equal(check->view(), hash.view().first(kCheck));
  }
};

Proof read_proof(FieldDecoder& from) {
  from.element("signature");
  const std::size_t at = from.offset();
  const ByteView bytes = from.bytes(Signature::kSize);
  Proof proof{Signature::from(bytes), FixedBytes<struct CheckTag, kCheck>::from(bytes)};
  from.refuse_unless(proof.signature || proof.check, at, "a signature has 64 bytes, a check has 8");
  return proof;
}

void write_proof(cbor::Encoder& to, const std::optional<Signature>& signature, const Hash& hash) {
  to.bytes(signature ? signature->view() : hash.view().first(kCheck));
}

Hash hash_of_id(const EntryId& id) { return *Hash::from(id.view()); }

template <class Made>
Result<std::optional<Made>> outcome(FieldDecoder& from, const Rebuilder& rebuild, Made made) {
  from.finish();
  if (!from.ok()) return fail(from.failure());
  if (rebuild.unknown) return std::optional<Made>();
  return std::optional<Made>(std::move(made));
}

}  // namespace

LinePrefix prefix_of(const LineId& line) { return *LinePrefix::from(line.view().first(LinePrefix::kSize)); }

Result<LinePrefix> line_of_brief(ByteView elements) {
  FieldDecoder from(elements, "brief message");
  from.element("line");
  const auto prefix = from.fixed<LinePrefix>();
  if (!from.ok()) return fail(from.failure());
  return prefix;
}

std::optional<Bytes> BriefWriter::run(std::span<const Entry> entries) const {
  OPENLINE_ASSERT(!entries.empty() && entries.size() <= kMaxRun);
  const Header& first = entries.front().header;
  const auto chains = record.chains_of(first.incarnation);
  const bool known = !chains.empty() && reader_has(chains.front()->number, {0});
  cbor::Encoder to;
  to.bytes(prefix_of(first.line).view());
  const bool follows =
      first.previous && is_shared(*this, {first.incarnation, {first.sequence.value - 1}, *first.previous});
  const bool names = (first.previous && !follows) || first.origin;
  const bool others = first.author != sender;
  to.array(others ? 4 : names ? 3 : 2);
  write_incarnation(to, *this, first.incarnation, known);
  to.number(first.sequence.value);
  if (first.origin) {
    write_brief_position(to, *this, *first.origin);
  } else if (first.previous && !follows) {
    to.bytes(first.previous->view());
  } else if (others) {
    to.bytes({});
  }
  if (others) to.bytes(first.author.view());
  to.array(entries.size());
  for (const Entry& entry : entries) write_entry(to, *this, entry);
  write_proof(to, entries.back().signature, hash_of_id(entries.back().id));
  return to.take();
}

Result<std::optional<Run>> BriefReader::run(ByteView elements) const {
  FieldDecoder from(elements, "brief run");
  Rebuilder rebuild{record};
  Header header;
  header.line = line;
  header.author = sender;
  from.element("line"), static_cast<void>(from.fixed<LinePrefix>());
  from.element("place");
  const std::size_t at = from.offset();
  read_brief_place(from, rebuild, header);
  from.element("entries");
  const std::size_t count = from.array_within(1, kMaxRun);
  from.refuse_unless(header.sequence.value <= kMaxSequence - count + 1, at,
                     "sequences end before this run does");
  Run made;
  for (std::size_t left = count; left > 0 && from.ok(); --left) {
    Bytes body = read_entry(from, rebuild, header);
    if (!from.ok()) break;
    if (rebuild.unknown) {  // only its form is looked at
      header = {};
      header.sequence = {1};
      continue;
    }
    made.entries.push_back(Entry::make(std::move(header), std::move(body)));
    header = following(made.entries.back());
  }
  const Proof proof = read_proof(from);
  if (!made.entries.empty()) {
    made.entries.back().signature = proof.signature;
    rebuild.unknown = rebuild.unknown || !proof.allows(hash_of_id(made.entries.back().id));
  }
  return outcome(from, rebuild, std::move(made));
}

std::optional<Bytes> BriefWriter::heads(const SignedHeads& heads) const {
  if (heads.signer != sender || heads.statement.counter >= kTimeEnd) return std::nullopt;
  cbor::Encoder to;
  to.bytes(prefix_of(heads.line).view());
  write_number(to, heads.statement.counter);
  to.array(heads.statement.heads.size());
  for (const Head& head : heads.statement.heads) {
    const auto chains = record.chains_of(head.position.incarnation);
    const bool same = !chains.empty() && chains.front()->author == head.author;
    if (same && is_shared(*this, head.position)) {
      write_brief_position(to, *this, head.position);
      continue;
    }
    to.array(4).bytes(head.author.view()).bytes(head.position.incarnation.view());
    to.number(head.position.sequence.value).bytes(head.position.id.view());
  }
  to.array(heads.statement.held.size());
  for (const EntryId& id : heads.statement.held) {
    const auto place = record.held_position(id);
    if (place && is_shared(*this, *place)) {
      write_brief_position(to, *this, *place);
    } else {
      to.bytes(id.view());
    }
  }
  write_proof(to, heads.signature, hash_of(heads.bytes));
  return to.take();
}

Result<std::optional<SignedHeads>> BriefReader::heads(ByteView elements) const {
  FieldDecoder from(elements, "brief heads");
  Rebuilder rebuild{record};
  Heads said;
  from.element("line"), static_cast<void>(from.fixed<LinePrefix>());
  from.element("counter"), said.counter = read_number(from, kTimeEnd - 1);
  from.element("heads");
  for (std::size_t left = from.array(SIZE_MAX); left > 0 && from.ok(); --left) {
    const std::size_t at = from.offset();
    Head head;
    const std::size_t parts = from.array_within(2, 4);
    if (parts == 4) head.author = from.fixed<StationKey>();
    head.position.incarnation = parts == 4 ? from.fixed<Incarnation>() : rebuild.incarnation(from);
    head.position.sequence = from.sequence();
    if (parts == 4) {
      head.position.id = from.fixed<EntryId>();
    } else {
      head.position.id = rebuild.id_at(head.position.incarnation, head.position.sequence);
      if (!rebuild.unknown) head.author = record.chains_of(head.position.incarnation).front()->author;
    }
    from.refuse_unless(parts != 3, at, "a head has two elements, or four");
    from.refuse_unless(rebuild.unknown || said.heads.empty() || said.heads.back() < head, at,
                       "heads must ascend and not repeat");
    if (!from.ok() || rebuild.unknown) continue;
    said.heads.push_back(head);
  }
  from.element("held");
  for (std::size_t left = from.array_within(0, kMaxHeldIds); left > 0 && from.ok(); --left)
    said.held.push_back(from.next_is_bytes() ? from.fixed<EntryId>() : rebuild.brief_position(from).id);
  const Proof proof = read_proof(from);
  SignedHeads made{line, sender, std::move(said), {}, proof.signature};
  if (from.ok() && !rebuild.unknown) {
    made.bytes = made.statement.encode();
    rebuild.unknown = !proof.allows(hash_of(made.bytes));
  }
  return outcome(from, rebuild, std::move(made));
}

std::optional<Bytes> BriefWriter::presence(const SignedPresence& presence) const {
  if (presence.signer != sender) return std::nullopt;
  cbor::Encoder to;
  to.bytes(prefix_of(presence.line).view()).bytes(presence.bytes);
  write_proof(to, presence.signature, hash_of(presence.bytes));
  return to.take();
}

Result<std::optional<SignedPresence>> BriefReader::presence(ByteView elements) const {
  FieldDecoder from(elements, "brief presence");
  from.element("line"), static_cast<void>(from.fixed<LinePrefix>());
  from.element("statement");
  const ByteView payload = from.bytes(elements.size());
  const Proof proof = read_proof(from);
  SignedPresence made{line, sender, {}, copy_of(payload), proof.signature};
  from.finish();
  if (!from.ok()) return fail(from.failure());
  auto statement = Presence::decode(payload);
  if (!statement) return fail(statement.error());
  made.statement = std::move(*statement);
  return std::optional<SignedPresence>(std::move(made));
}

}  // namespace openline
