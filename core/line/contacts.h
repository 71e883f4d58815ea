// SPDX-License-Identifier: Apache-2.0
// Requests for contact on a line, and what the record says of each (protocol.md section 9.8).
//
// What is said of a request is a function of the entries and of which stands in whose ancestry: two members
// that hold the same entries say the same, in whatever order they came, and no clock is asked.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "core/record/contact_bodies.h"
#include "core/record/entry.h"

namespace openline {

// An entry about a request, the request itself being the first.
struct ContactAct {
  Header header;
  EntryId id;
  Bytes body;
  std::map<Incarnation, Sequence> known_from;  // the first entry of each chain that has this in its ancestry

  [[nodiscard]] bool is_known_to(const ContactAct& other) const;
};

struct Contact {
  std::uint64_t serial = 0;  // of the request
  std::vector<ContactAct> acts;

  [[nodiscard]] const ContactAct& request() const { return acts.front(); }
  [[nodiscard]] Bytes encode() const;  // a derived row
  [[nodiscard]] static Result<Contact> decode(ByteView row);
};

class Contacts {
 public:
  explicit Contacts(std::size_t limit) : limit_(limit) {}

  // Every entry of the line, each after its ancestors. Says which requests' rows changed.
  std::vector<const Contact*> place(const Entry& entry, std::uint64_t serial);
  void restore(Contact contact);
  // The oldest, when there are more than the limit; its row is to be erased, the record keeps the entries.
  std::optional<std::uint64_t> drop_oldest();

  [[nodiscard]] const Contact* find(const EntryId& request) const;
  // By the beginning of a request's id in hex; more than one match is an error.
  [[nodiscard]] Result<const Contact*> find_by_prefix(std::string_view prefix) const;
  [[nodiscard]] const std::map<std::uint64_t, Contact>& all() const { return contacts_; }  // by serial

 private:
  std::size_t limit_;
  std::map<std::uint64_t, Contact> contacts_;
  std::map<EntryId, std::uint64_t> by_id_;
};

enum class ContactState : std::uint8_t {
  kWaiting,
  kAccepted,
  kCountered,
  kDeferred,
  kDeclined,
  kUnanswered,
  kWithdrawn,
};
[[nodiscard]] const char* contact_state_name(ContactState state);

// How an answer stands to the requester's word that there was none.
enum class AnswerStanding : std::uint8_t {
  kInTime,   // there is no such word
  kCrossed,  // neither knew of the other
  kLate,     // its author knew of it
  kDenied,   // the requester knew of this answer when it said that there was none: its signatures prove it
};
[[nodiscard]] const char* answer_standing_name(AnswerStanding standing);

struct ContactStatus {
  struct Answer {
    const ContactAct* act = nullptr;
    ContactAnswerBody body;
    AnswerStanding standing{};
    bool superseded = false;  // by its author's next answer, or by a new time that was set in its knowledge
  };
  struct Change {
    const ContactAct* act = nullptr;
    ContactChangeBody body;
  };
  struct Unanswered {
    const ContactAct* act = nullptr;
    ContactUnansweredBody body;
  };
  ContactRequestBody request;
  ContactState state{};
  std::optional<WallTime> time;  // agreed, proposed instead, deferred until, or asked for: by state
  std::vector<Answer> answers;   // ancestors first, then by id
  std::vector<Change> changes;   // likewise
  std::vector<Unanswered> unanswered;
};

// Whether two stations are of one party: answers count from others than the requester's, the rest from it.
using SameParty = std::function<bool(const StationKey&, const StationKey&)>;
[[nodiscard]] ContactStatus status_of(const Contact& contact, const SameParty& same_party);

}  // namespace openline
