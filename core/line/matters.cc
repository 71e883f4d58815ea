// SPDX-License-Identifier: Apache-2.0
#include "core/line/matters.h"

#include <algorithm>
#include <limits>

#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/fields.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"

namespace openline {
namespace {

// In one matter: an act counts while fewer acts of its author than this are in its ancestry, so that every
// member counts the same. More are on record only.
constexpr std::ptrdiff_t kMostActs = 16;
// Of one author who forks its chain or forgets it again and again: each branch is a beginning.
constexpr std::ptrdiff_t kMostForkedActs = 256;
constexpr std::size_t kMostAuthors = 1024;

template <class Body>
std::optional<EntryId> named_by(const Entry& entry, EntryId Body::* matter) {
  const Result<Body> body = Body::decode(entry.body);
  return body ? std::optional((*body).*matter) : std::nullopt;
}

// The matter that an entry is an act in.
std::optional<EntryId> matter_of(const Entry& entry) {
  switch (entry.header.kind) {
    case Kind::kContactAnswer:
      return named_by(entry, &ContactAnswerBody::request);
    case Kind::kContactChange:
      return named_by(entry, &ContactChangeBody::request);
    case Kind::kContactUnanswered:
      return named_by(entry, &ContactUnansweredBody::request);
    case Kind::kVisitAct:
      return named_by(entry, &VisitActBody::visit);
    case Kind::kVisitOutcome:
      return named_by(entry, &VisitOutcomeBody::visit);
    case Kind::kCallAct:
      return named_by(entry, &CallActBody::call);
    case Kind::kReadoutAnswer:
      return named_by(entry, &ReadoutAnswerBody::readout);
    default:
      return std::nullopt;
  }
}

bool opens_matter(const Entry& entry) {
  switch (entry.header.kind) {
    case Kind::kContactRequest:
      return ContactRequestBody::decode(entry.body).has_value();
    case Kind::kVisit:
      return VisitBody::decode(entry.body).has_value();
    case Kind::kCall:
      return CallBody::decode(entry.body).has_value();
    case Kind::kReadout:
      return ReadoutBody::decode(entry.body).has_value();
    default:
      return false;
  }
}

// Notes that the placed entry's chain knows of `act` from here on. True when it did not before.
bool learns(Act& act, const PlacedEntry& placed, const std::vector<JointRecord::Place>& named) {
  if (act.known_from.contains(placed.chain)) return false;
  const bool knows = std::ranges::any_of(named, [&](const JointRecord::Place& place) {
    const auto known = act.known_from.find(place.chain);
    return known != act.known_from.end() && known->second <= place.sequence;
  });
  if (knows) act.known_from.emplace(placed.chain, placed.entry.header.sequence);
  return knows;
}

Act act_of(const PlacedEntry& placed) {
  const Entry& entry = placed.entry;
  return {entry.header, entry.id, entry.body, placed.chain, {{placed.chain, entry.header.sequence}}};
}

// An act counts when what opened the matter is among its ancestors.
bool takes(const Matter& matter, const Act& act) {
  std::ptrdiff_t before = 0, by_author = 0;
  for (const Act& other : matter.acts) {
    if (other.header.author != act.header.author) continue;
    ++by_author;
    before += other.is_known_to(act) ? 1 : 0;
  }
  return before < kMostActs && by_author < kMostForkedActs && matter.root().is_known_to(act);
}

ChainNumber read_chain(FieldDecoder& in) {
  return {static_cast<std::uint32_t>(in.number(std::numeric_limits<std::uint32_t>::max()))};
}

}  // namespace

bool Act::is_known_to(const Act& other) const {
  const auto known = known_from.find(other.chain);
  return known != known_from.end() && known->second <= other.header.sequence && id != other.id;
}

std::size_t acts_left(const Matter& matter, const StationKey& author) {
  const auto own = std::ranges::count(matter.acts, author, [](const Act& act) { return act.header.author; });
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(kMostActs - own, 0));
}

// [serial, [[header, body, chain, [[chain, sequence] ...]] ...]]
Bytes Matter::encode() const {
  cbor::Encoder out;
  out.array(2).number(serial).array(acts.size());
  for (const Act& act : acts) {
    out.array(4).bytes(act.header.encode()).bytes(act.body).number(act.chain.value);
    out.array(act.known_from.size());
    for (const auto& [chain, sequence] : act.known_from) {
      out.array(2).number(chain.value).number(sequence.value);
    }
  }
  return out.take();
}

Result<Matter> Matter::decode(ByteView row) {
  FieldDecoder in(row, "matter row");
  Matter matter;
  in.array_within(2, 2);
  matter.serial = in.number();
  for (auto left = in.array_within(1, kMostForkedActs * kMostAuthors); left > 0 && in.ok(); --left) {
    in.array_within(4, 4);
    Result<Header> header = Header::decode(in.bytes(kMaxBody));
    if (!header) return fail(header.error());
    const Entry entry = Entry::make(std::move(*header), copy_of(in.bytes(kMaxBody)));
    Act act{entry.header, entry.id, entry.body, read_chain(in), {}};
    for (auto more = in.array_within(1, SIZE_MAX); more > 0 && in.ok(); --more) {
      in.array_within(2, 2);
      const ChainNumber chain = read_chain(in);
      act.known_from[chain] = in.sequence();
    }
    matter.acts.push_back(std::move(act));
  }
  return in.result(std::move(matter));
}

std::set<std::uint64_t>& Matters::unaware(ChainNumber chain) {
  const auto [found, fresh] = unaware_.try_emplace(chain);
  if (fresh) {
    for (const auto& [serial, matter] : matters_) found->second.insert(serial);
  }
  return found->second;
}

std::vector<const Matter*> Matters::place(const PlacedEntry& placed, const JointRecord& record,
                                          std::uint64_t serial) {
  const Entry& entry = placed.entry;
  std::vector<const Matter*> changed;
  const std::optional<EntryId> about = matter_of(entry);
  const ChainNumber chain = placed.chain;
  std::set<std::uint64_t>& open = unaware(chain);
  // Most entries come when nothing is open to their chain.
  const std::vector<JointRecord::Place> named =
      open.empty() ? std::vector<JointRecord::Place>{} : record.named_by(placed);
  for (auto at = open.begin(); at != open.end();) {
    Matter& matter = matters_.at(*at);
    bool learnt = false, knows_all = true;
    for (Act& act : matter.acts) {
      learnt = learns(act, placed, named) || learnt;
      knows_all = knows_all && act.known_from.contains(chain);
    }
    if (learnt) changed.push_back(&matter);
    at = knows_all ? open.erase(at) : std::next(at);
  }
  const auto add = [&](Matter& matter) {
    for (auto& [other, unknown] : unaware_) {
      if (other != chain) unknown.insert(matter.serial);
    }
    if (std::ranges::find(changed, &matter) == changed.end()) changed.push_back(&matter);
  };
  const auto followed = about ? by_id_.find(*about) : by_id_.end();
  if (followed != by_id_.end()) {
    Matter& matter = matters_.at(followed->second);
    if (Act act = act_of(placed); takes(matter, act)) {
      matter.acts.push_back(std::move(act));
      add(matter);
    }
  }
  if (opens_matter(entry)) {
    const auto [made, fresh] = matters_.emplace(serial, Matter{serial, {act_of(placed)}});
    OPENLINE_ASSERT(fresh);
    by_id_.emplace(entry.id, serial);
    add(made->second);
  }
  return changed;
}

void Matters::restore(Matter matter) {
  by_id_.emplace(matter.root().id, matter.serial);
  matters_.emplace(matter.serial, std::move(matter));
}

std::optional<std::uint64_t> Matters::drop_oldest() {
  if (matters_.size() <= limit_) return std::nullopt;
  const auto oldest = matters_.begin();
  const std::uint64_t serial = oldest->first;
  by_id_.erase(oldest->second.root().id);
  for (auto& [chain, unknown] : unaware_) unknown.erase(serial);
  matters_.erase(oldest);
  return serial;
}

const Matter* Matters::find(const EntryId& root) const {
  const auto found = by_id_.find(root);
  return found == by_id_.end() ? nullptr : &matters_.at(found->second);
}

Result<const Matter*> Matters::find_by_prefix(Kind kind, std::string_view prefix) const {
  std::string matches;
  const Matter* found = nullptr;
  for (const auto& [serial, matter] : matters_) {
    const std::string hex = matter.root().id.hex();
    if (matter.kind() != kind || !hex.starts_with(prefix)) continue;
    matches += " " + hex.substr(0, std::max<std::size_t>(prefix.size(), 8) + 4);
    if (found != nullptr) return fail("several of this line begin so:" + matches);
    found = &matter;
  }
  if (found == nullptr)
    return fail(std::string("no ") + kind_name(kind) + " on this line begins with '" + std::string(prefix) +
                "'");
  return found;
}

}  // namespace openline
