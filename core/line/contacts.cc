// SPDX-License-Identifier: Apache-2.0
#include "core/line/contacts.h"

#include <algorithm>

#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

// About one request, of each author: the first of its chain, so that every member keeps the same. More are on
// record only.
constexpr std::ptrdiff_t kMostActs = 16;
constexpr std::size_t kMostAuthors = 1024;

// The request that an entry is about, if it is an act that follows one.
std::optional<EntryId> request_of(const Entry& entry) {
  const auto named = [](const auto& body) -> std::optional<EntryId> {
    return body ? std::optional(body->request) : std::nullopt;
  };
  switch (entry.header.kind) {
    case Kind::kContactAnswer:
      return named(ContactAnswerBody::decode(entry.body));
    case Kind::kContactChange:
      return named(ContactChangeBody::decode(entry.body));
    case Kind::kContactUnanswered:
      return named(ContactUnansweredBody::decode(entry.body));
    default:
      return std::nullopt;
  }
}

// Notes that `entry`'s chain knows of `act` from here on. True when it did not before.
bool learns(ContactAct& act, const Entry& entry) {
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

ContactAct act_of(const Entry& entry) {
  return {entry.header, entry.id, entry.body, {{entry.header.incarnation, entry.header.sequence}}};
}

// An act counts when the request is among its ancestors.
bool takes(const Contact& contact, const Entry& entry) {
  const auto by_author = std::ranges::count_if(
      contact.acts, [&](const ContactAct& act) { return act.header.author == entry.header.author; });
  return by_author < kMostActs && contact.request().is_known_to(act_of(entry));
}

// Ancestors first, ties by id: the same at every member.
template <class Item>
void sort_acts(std::vector<Item>& items) {
  std::ranges::sort(items, {}, [](const Item& item) { return item.act->id; });
  std::vector<Item> sorted;
  while (!items.empty()) {
    const auto first = std::ranges::find_if(items, [&](const Item& item) {
      return std::ranges::none_of(items, [&](const Item& other) {
        return other.act != item.act && other.act->is_known_to(*item.act);
      });
    });
    OPENLINE_ASSERT(first != items.end());  // ancestry has no circle
    sorted.push_back(std::move(*first));
    items.erase(first);
  }
  items = std::move(sorted);
}

int rank(ContactState state) {
  switch (state) {
    case ContactState::kAccepted:
      return 4;
    case ContactState::kCountered:
      return 3;
    case ContactState::kDeferred:
      return 2;
    case ContactState::kDeclined:
      return 1;
    default:
      return 0;
  }
}

ContactState state_after(ContactAnswer answer) {
  constexpr ContactState kStates[] = {ContactState::kAccepted, ContactState::kDeclined,
                                      ContactState::kDeferred, ContactState::kCountered};
  return kStates[static_cast<std::size_t>(answer) & 3];
}

AnswerStanding standing_of(const ContactAct& answer, const std::vector<ContactStatus::Unanswered>& claims) {
  AnswerStanding standing = AnswerStanding::kInTime;
  for (const ContactStatus::Unanswered& claim : claims) {
    if (answer.is_known_to(*claim.act)) return AnswerStanding::kDenied;
    standing =
        std::max(standing, claim.act->is_known_to(answer) ? AnswerStanding::kLate : AnswerStanding::kCrossed);
  }
  return standing;
}

// The acts by kind and by whose right they are.
ContactStatus sorted_out(const Contact& contact, const SameParty& same_party) {
  ContactStatus status;
  const StationKey& requester = contact.request().header.author;
  if (auto body = ContactRequestBody::decode(contact.request().body)) status.request = std::move(*body);
  for (const ContactAct& act : contact.acts) {
    const bool own = same_party(act.header.author, requester);
    if (act.header.kind == Kind::kContactAnswer && !own) {
      if (auto body = ContactAnswerBody::decode(act.body))
        status.answers.push_back({&act, std::move(*body), {}, false});
    } else if (act.header.kind == Kind::kContactChange && own) {
      if (auto body = ContactChangeBody::decode(act.body)) status.changes.push_back({&act, std::move(*body)});
    } else if (act.header.kind == Kind::kContactUnanswered && own) {
      if (auto body = ContactUnansweredBody::decode(act.body))
        status.unanswered.push_back({&act, std::move(*body)});
    }
  }
  sort_acts(status.answers);
  sort_acts(status.changes);
  sort_acts(status.unanswered);
  return status;
}

}  // namespace

bool ContactAct::is_known_to(const ContactAct& other) const {
  const auto known = known_from.find(other.header.incarnation);
  return known != known_from.end() && known->second <= other.header.sequence && id != other.id;
}

// [serial, [[header, body, [[incarnation, sequence] ...]] ...]]
Bytes Contact::encode() const {
  cbor::Encoder out;
  out.array(2).number(serial).array(acts.size());
  for (const ContactAct& act : acts) {
    out.array(3).bytes(act.header.encode()).bytes(act.body).array(act.known_from.size());
    for (const auto& [incarnation, sequence] : act.known_from) {
      out.array(2).bytes(incarnation.view()).number(sequence.value);
    }
  }
  return out.take();
}

Result<Contact> Contact::decode(ByteView row) {
  FieldDecoder in(row, "contact row");
  Contact contact;
  in.array_within(2, 2);
  contact.serial = in.number();
  for (auto left = in.array_within(1, kMostActs * kMostAuthors); left > 0 && in.ok(); --left) {
    in.array_within(3, 3);
    Result<Header> header = Header::decode(in.bytes(kMaxBody));
    if (!header) return fail(header.error());
    const Entry entry = Entry::make(std::move(*header), copy_of(in.bytes(kMaxBody)));
    ContactAct act{entry.header, entry.id, entry.body, {}};
    for (auto more = in.array_within(1, SIZE_MAX); more > 0 && in.ok(); --more) {
      in.array_within(2, 2);
      const auto incarnation = in.fixed<Incarnation>();
      act.known_from[incarnation] = in.sequence();
    }
    contact.acts.push_back(std::move(act));
  }
  return in.result(std::move(contact));
}

std::vector<const Contact*> Contacts::place(const Entry& entry, std::uint64_t serial) {
  std::vector<const Contact*> changed;
  const std::optional<EntryId> about = request_of(entry);
  for (auto& [number, contact] : contacts_) {
    bool learnt = false;
    for (ContactAct& act : contact.acts) learnt = learns(act, entry) || learnt;
    if (about == contact.request().id && takes(contact, entry)) {
      contact.acts.push_back(act_of(entry));
      learnt = true;
    }
    if (learnt) changed.push_back(&contact);
  }
  if (entry.header.kind == Kind::kContactRequest && ContactRequestBody::decode(entry.body)) {
    const auto [made, fresh] = contacts_.emplace(serial, Contact{serial, {act_of(entry)}});
    OPENLINE_ASSERT(fresh);
    by_id_.emplace(entry.id, serial);
    changed.push_back(&made->second);
  }
  return changed;
}

void Contacts::restore(Contact contact) {
  by_id_.emplace(contact.request().id, contact.serial);
  contacts_.emplace(contact.serial, std::move(contact));
}

std::optional<std::uint64_t> Contacts::drop_oldest() {
  if (contacts_.size() <= limit_) return std::nullopt;
  const auto oldest = contacts_.begin();
  const std::uint64_t serial = oldest->first;
  by_id_.erase(oldest->second.request().id);
  contacts_.erase(oldest);
  return serial;
}

const Contact* Contacts::find(const EntryId& request) const {
  const auto found = by_id_.find(request);
  return found == by_id_.end() ? nullptr : &contacts_.at(found->second);
}

Result<const Contact*> Contacts::find_by_prefix(std::string_view prefix) const {
  std::string matches;
  const Contact* found = nullptr;
  for (const auto& [serial, contact] : contacts_) {
    const std::string hex = contact.request().id.hex();
    if (!hex.starts_with(prefix)) continue;
    matches += " " + hex.substr(0, std::max<std::size_t>(prefix.size(), 8) + 4);
    if (found != nullptr) return fail("several requests begin so:" + matches);
    found = &contact;
  }
  if (found == nullptr)
    return fail("no request for contact on this line begins with '" + std::string(prefix) + "'");
  return found;
}

const char* contact_state_name(ContactState state) {
  constexpr const char* kNames[] = {"waiting",  "accepted",   "countered", "deferred",
                                    "declined", "unanswered", "withdrawn"};
  return kNames[static_cast<std::size_t>(state)];
}

const char* answer_standing_name(AnswerStanding standing) {
  constexpr const char* kNames[] = {"in time", "crossed", "late", "denied"};
  return kNames[static_cast<std::size_t>(standing)];
}

ContactStatus status_of(const Contact& contact, const SameParty& same_party) {
  ContactStatus status = sorted_out(contact, same_party);
  status.time = status.request.proposed;
  const ContactAct* new_time = nullptr;
  bool withdrawn = false;
  for (const ContactStatus::Change& change : status.changes) {
    withdrawn = withdrawn || change.body.change == ContactChange::kWithdrawn;
    if (change.body.change != ContactChange::kRescheduled) continue;
    new_time = change.act;
    status.time = change.body.time;
  }
  const ContactStatus::Answer* stands = nullptr;
  for (ContactStatus::Answer& answer : status.answers) {
    answer.standing = standing_of(*answer.act, status.unanswered);
    answer.superseded = (new_time != nullptr && answer.act->is_known_to(*new_time)) ||
                        std::ranges::any_of(status.answers, [&](const ContactStatus::Answer& other) {
                          return other.act != answer.act && answer.act->is_known_to(*other.act) &&
                                 same_party(answer.act->header.author, other.act->header.author);
                        });
    if (answer.superseded) continue;
    // On a line of several the answer that goes furthest.
    const bool further =
        stands == nullptr || rank(state_after(answer.body.answer)) > rank(state_after(stands->body.answer));
    if (further) stands = &answer;
  }
  const bool claimed = std::ranges::any_of(status.unanswered, [&](const ContactStatus::Unanswered& claim) {
    return new_time == nullptr || !claim.act->is_known_to(*new_time);
  });
  if (stands != nullptr) {
    status.state = state_after(stands->body.answer);
    if (stands->body.time) status.time = stands->body.time;
    const bool agreed = std::ranges::any_of(status.changes, [&](const ContactStatus::Change& change) {
      return change.body.change == ContactChange::kTimeAgreed && change.body.time == stands->body.time &&
             stands->act->is_known_to(*change.act);
    });
    if (status.state == ContactState::kCountered && agreed) status.state = ContactState::kAccepted;
  } else if (claimed) {
    status.state = ContactState::kUnanswered;
  }
  if (withdrawn) status.state = ContactState::kWithdrawn;
  return status;
}

}  // namespace openline
