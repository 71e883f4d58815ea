// SPDX-License-Identifier: Apache-2.0
#include "core/line/matters.h"

#include <algorithm>

#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/fields.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"

namespace openline {
namespace {

// In one matter, of each author: the first of its chain, so that every member keeps the same. More are on
// record only.
constexpr std::ptrdiff_t kMostActs = 16;
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

// Notes that `entry`'s chain knows of `act` from here on. True when it did not before.
bool learns(Act& act, const Entry& entry) {
  const Header& header = entry.header;
  const auto known_at = [&](const Position& parent) {
    const auto known = act.known_from.find(parent.incarnation);
    return known != act.known_from.end() && known->second <= parent.sequence;
  };
  if (act.known_from.contains(header.incarnation)) return false;
  if (!std::ranges::any_of(header.parents, known_at) && !(header.origin && known_at(*header.origin)))
    return false;
  act.known_from.emplace(header.incarnation, header.sequence);
  return true;
}

Act act_of(const Entry& entry) {
  return {entry.header, entry.id, entry.body, {{entry.header.incarnation, entry.header.sequence}}};
}

// An act counts when what opened the matter is among its ancestors.
bool takes(const Matter& matter, const Entry& entry) {
  const auto by_author = std::ranges::count_if(
      matter.acts, [&](const Act& act) { return act.header.author == entry.header.author; });
  return by_author < kMostActs && matter.root().is_known_to(act_of(entry));
}

}  // namespace

bool Act::is_known_to(const Act& other) const {
  const auto known = known_from.find(other.header.incarnation);
  return known != known_from.end() && known->second <= other.header.sequence && id != other.id;
}

// [serial, [[header, body, [[incarnation, sequence] ...]] ...]]
Bytes Matter::encode() const {
  cbor::Encoder out;
  out.array(2).number(serial).array(acts.size());
  for (const Act& act : acts) {
    out.array(3).bytes(act.header.encode()).bytes(act.body).array(act.known_from.size());
    for (const auto& [incarnation, sequence] : act.known_from) {
      out.array(2).bytes(incarnation.view()).number(sequence.value);
    }
  }
  return out.take();
}

Result<Matter> Matter::decode(ByteView row) {
  FieldDecoder in(row, "matter row");
  Matter matter;
  in.array_within(2, 2);
  matter.serial = in.number();
  for (auto left = in.array_within(1, kMostActs * kMostAuthors); left > 0 && in.ok(); --left) {
    in.array_within(3, 3);
    Result<Header> header = Header::decode(in.bytes(kMaxBody));
    if (!header) return fail(header.error());
    const Entry entry = Entry::make(std::move(*header), copy_of(in.bytes(kMaxBody)));
    Act act{entry.header, entry.id, entry.body, {}};
    for (auto more = in.array_within(1, SIZE_MAX); more > 0 && in.ok(); --more) {
      in.array_within(2, 2);
      const auto incarnation = in.fixed<Incarnation>();
      act.known_from[incarnation] = in.sequence();
    }
    matter.acts.push_back(std::move(act));
  }
  return in.result(std::move(matter));
}

std::set<std::uint64_t>& Matters::unaware(const Incarnation& chain) {
  const auto [found, fresh] = unaware_.try_emplace(chain);
  if (fresh) {
    for (const auto& [serial, matter] : matters_) found->second.insert(serial);
  }
  return found->second;
}

std::vector<const Matter*> Matters::place(const Entry& entry, std::uint64_t serial) {
  std::vector<const Matter*> changed;
  const std::optional<EntryId> about = matter_of(entry);
  const Incarnation& chain = entry.header.incarnation;
  std::set<std::uint64_t>& open = unaware(chain);
  for (auto at = open.begin(); at != open.end();) {
    Matter& matter = matters_.at(*at);
    bool learnt = false, knows_all = true;
    for (Act& act : matter.acts) {
      learnt = learns(act, entry) || learnt;
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
    if (takes(matter, entry)) {
      matter.acts.push_back(act_of(entry));
      add(matter);
    }
  }
  if (opens_matter(entry)) {
    const auto [made, fresh] = matters_.emplace(serial, Matter{serial, {act_of(entry)}});
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
