// SPDX-License-Identifier: Apache-2.0
// What a verified export proves, in words for an auditor (protocol.md section 12).
#include <map>
#include <set>

#include "core/record/bodies.h"
#include "core/record/call_bodies.h"
#include "core/record/contact_bodies.h"
#include "core/record/export_parts.h"
#include "core/record/readout_bodies.h"
#include "core/record/visit_bodies.h"

namespace openline {
namespace {

constexpr std::string_view kBoth = "signed by both", kOne = "one side's claim", kNot = "not provable";
constexpr std::size_t kMostNames = 20;  // in one claim

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string entries_text(std::size_t count) { return counted(count, "entry", "entries"); }

// "a, b and 3 more"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < kMostNames; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kMostNames) text += " and " + std::to_string(names.size() - kMostNames) + " more";
  return text;
}

class Claims {
 public:
  explicit Claims(const Verification& verification) : verification_(verification) {
    for (const VerifiedEntry& entry : verification.entries) by_id_.emplace(entry.entry.id, &entry);
  }

  std::vector<Claim> all() {
    agreement();
    authorship();
    order();
    for (const VerifiedEntry& entry : verification_.entries) read(entry);
    receipts();
    one_sided();
    forks();
    not_provable();
    return std::move(claims_);
  }

 private:
  // On deniable lines there is nothing behind a statement but this file.
  void claim(std::string_view standing, std::string text) {
    claims_.push_back({std::string(verification_.attested ? standing : kNot), std::move(text)});
  }

  [[nodiscard]] std::string name(const VerifiedEntry& entry) const {
    const Header& header = entry.entry.header;
    const std::string drill =
        header.entry_class == Class::kExercise ? " (EXERCISE " + header.exercise + ")" : "";
    return entry_name(entry.author_code, entry.entry) + drill;
  }
  [[nodiscard]] std::string name(const EntryId& id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? short_id(id) + " (not in this file)" : name(*found->second);
  }
  [[nodiscard]] std::string_view standing_of(const VerifiedEntry& entry) const {
    return entry.stored_by.empty() ? kOne : kBoth;
  }

  void agreement() {
    const auto& agreements = verification_.head.agreements;
    std::string members;
    for (const Member& member : agreements.front().agreement.members) {
      members += (members.empty() ? "" : ", ") + member.code;
    }
    claim(kBoth, "The line \"" + agreements.front().agreement.name + "\" was agreed between " + members +
                     ", and " +
                     (agreements.size() == 1 ? "not amended"
                                             : "amended " + counted(agreements.size() - 1, "time", "times")) +
                     " in this file.");
  }

  void authorship() {
    struct Count {
      std::size_t all = 0, stored = 0;
      std::map<std::string, std::size_t> stored_by;
    };
    std::map<std::string, Count> counts;
    for (const VerifiedEntry& entry : verification_.entries) {
      Count& count = counts[entry.author_code];
      ++count.all;
      if (!entry.stored_by.empty()) ++count.stored;
      for (const std::string& code : entry.stored_by) ++count.stored_by[code];
    }
    for (const auto& [code, count] : counts) {
      claim(kOne, code + " wrote " + entries_text(count.all) +
                      (verification_.attested ? ", each signed by a station on its card." : "."));
      for (const auto& [other, stored] : count.stored_by) {
        claim(kBoth, other + " stored " + entries_text(stored) + " of " + code + ": its heads cover them.");
      }
      if (count.stored < count.all) {
        claim(kOne, "No heads of another member cover " + entries_text(count.all - count.stored) + " of " +
                        code + ": only " + code + " says that they were written.");
      }
    }
  }

  void order() {
    claim(kBoth,
          "Each entry was written after the entries that it names, " +
              entries_text(verification_.entries.size()) +
              " in all. Of entries that do not name each other, none is proven to be the earlier one.");
  }

  void read(const VerifiedEntry& entry) {
    const ByteView body = entry.entry.body;
    const std::string& who = entry.author_code;
    switch (entry.entry.header.kind) {
      case Kind::kAcknowledged:
        if (const auto ack = AcknowledgedBody::decode(body)) {
          const std::string how =
              ack->authenticated ? "personally authenticated" : "not personally authenticated";
          add(entry, who + " acknowledged, by the role \"" + ack->role + "\", " + how + ": ",
              name(ack->entry));
        }
        return;
      case Kind::kShown:
        if (const auto shown = ShownBody::decode(body)) {
          for (const EntryId& id : shown->entries) {
            add(entry, who + " showed to the role \"" + shown->role + "\": ", name(id));
          }
        }
        return;
      case Kind::kTest:
        tests_.push_back(&entry);
        return;
      case Kind::kTestAnswer:
        if (const auto answer = TestAnswerBody::decode(body)) {
          answered_.insert(answer->test);
          const std::string by =
              answer->role ? "by the role \"" + *answer->role + "\"" : "by its station alone";
          add(entry, who + " answered tests " + by + ": ", name(answer->test));
        }
        return;
      case Kind::kSuspend:
        add(entry, who + " declared the line suspended: ", name(entry));
        return;
      case Kind::kResume:
        add(entry, who + " declared the line resumed: ", name(entry));
        return;
      case Kind::kAmendmentRefusal:
        add(entry, who + " refused an amendment: ", name(entry));
        return;
      case Kind::kAttendance:
        if (const auto attendance = AttendanceBody::decode(body)) {
          const std::string state = attendance->attended ? "attended" : "not attended";
          alone_[who + " says that its desk was " + state + ": "].push_back(name(entry));
        }
        return;
      case Kind::kObservation:
        if (const auto seen = ObservationBody::decode(body)) {
          const std::string what = observation_name(seen->what);
          alone_[who + " says that it observed \"" + what + "\": "].push_back(name(entry));
        }
        return;
      case Kind::kContactRequest:
        add(entry, who + " requested contact: ", name(entry));
        return;
      case Kind::kContactAnswer:
        if (const auto answer = ContactAnswerBody::decode(body)) {
          const std::string what = contact_answer_name(answer->answer);
          add(entry, who + " " + what + " a request for contact, by the role \"" + answer->role + "\": ",
              name(answer->request));
        }
        return;
      case Kind::kContactChange:
        if (const auto change = ContactChangeBody::decode(body)) {
          add(entry, who + " changed its request for contact (" + contact_change_name(change->change) + "): ",
              name(change->request));
        }
        return;
      case Kind::kContactUnanswered:
        if (const auto claim = ContactUnansweredBody::decode(body)) {
          const std::string reach = contact_reach_name(claim->reach);
          alone_[who + " says that its request for contact was not answered (" + reach + "): "].push_back(
              name(claim->request));
        }
        return;
      default:
        read_act(entry, who);
    }
  }

  void read_act(const VerifiedEntry& entry, const std::string& who) {
    const Bytes& body = entry.entry.body;
    switch (entry.entry.header.kind) {
      case Kind::kNotice:
        add(entry, who + " gave notice: ", name(entry));
        return;
      case Kind::kVisit:
        add(entry, who + " proposed a visit: ", name(entry));
        return;
      case Kind::kVisitAct:
        if (const auto act = VisitActBody::decode(body)) {
          const std::string what = visit_act_name(act->act);
          add(entry, who + " put on record that a visit is " + what + ", by the role \"" + act->role + "\": ",
              name(act->visit));
        }
        return;
      case Kind::kVisitOutcome:
        if (const auto outcome = VisitOutcomeBody::decode(body))
          add(entry, who + " said what became of the goals of a visit: ", name(outcome->visit));
        return;
      case Kind::kCall:
        alone_[who + " says that a call was agreed or took place: "].push_back(name(entry));
        return;
      case Kind::kCallAct:
        read_call_act(entry, who);
        return;
      case Kind::kReadout:
        alone_[who + " gives its account: "].push_back(name(entry));
        return;
      case Kind::kReadoutAnswer:
        if (const auto answer = ReadoutAnswerBody::decode(body))
          add(entry, who + (answer->signs ? " signed a readout: " : " refused to sign a readout: "),
              name(answer->readout));
        return;
      case Kind::kTranslation:
        if (const auto translation = TranslationBody::decode(body))
          alone_[who + " gives a courtesy translation of: "].push_back(name(translation->of));
        return;
      case Kind::kDisregard:
        if (const auto disregard = DisregardBody::decode(body))
          add(entry, who + " asked to disregard: ", name(disregard->entry));
        return;
      default:
        return;
    }
  }

  void read_call_act(const VerifiedEntry& entry, const std::string& who) {
    const auto act = CallActBody::decode(entry.entry.body);
    if (!act) return;
    switch (act->act) {
      case CallAct::kSays:
        alone_[who + " says how a call went: "].push_back(name(act->call));
        return;
      case CallAct::kSigns:
        add(entry, who + " signed what the other side says of a call: ", name(*act->statement));
        return;
      case CallAct::kDenies:
        add(entry, who + " denies what the other side says of a call: ", name(*act->statement));
        return;
    }
  }

  // By standing and by the sentence that they share.
  void add(const VerifiedEntry& entry, const std::string& sentence, std::string about) {
    signed_[{standing_of(entry), sentence}].push_back(std::move(about));
  }

  void receipts() {
    for (const auto& [key, names] : signed_) claim(key.first, key.second + listed(names) + ".");
    std::map<std::string, std::vector<std::string>> unanswered;
    for (const VerifiedEntry* test : tests_) {
      if (!answered_.contains(test->entry.id)) unanswered[test->author_code].push_back(name(*test));
    }
    for (const auto& [code, names] : unanswered) {
      claim(kOne, "No answer is in this file to tests of " + code + ": " + listed(names) + ".");
    }
  }

  void one_sided() {
    for (const auto& [sentence, names] : alone_) claim(kOne, sentence + listed(names) + ".");
  }

  void forks() {
    for (const std::string& fork : verification_.forks) claim(kOne, fork);
  }

  void not_provable() {
    claim(kNot, "Real time: the times are those of each author's own clock.");
    claim(kNot, "The person behind a role: a signature is a station's, not an officer's.");
    claim(kNot,
          "That something was not delivered or not answered: what is missing here may exist elsewhere.");
    claim(kNot,
          "Completeness past the last heads: what was written after them, or left out behind them, does not "
          "show. " +
              last_heads());
    if (!verification_.attested) {
      claim(
          kNot,
          "This line is deniable: nothing in its record is signed, and anyone could have written this file.");
    }
  }

  [[nodiscard]] std::string last_heads() const {
    std::vector<std::string> names;
    for (const SignedHeads& heads : verification_.heads) {
      for (const Head& head : heads.statement.heads) names.push_back(name(head.position.id));
    }
    for (const Head& head : verification_.exporter_heads) names.push_back(name(head.position.id));
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names.empty() ? "There are none." : "They name " + listed(names) + ".";
  }

  const Verification& verification_;
  std::vector<Claim> claims_;
  std::map<EntryId, const VerifiedEntry*> by_id_;
  std::map<std::pair<std::string_view, std::string>, std::vector<std::string>> signed_;
  std::map<std::string, std::vector<std::string>> alone_;
  std::vector<const VerifiedEntry*> tests_;
  std::set<EntryId> answered_;
};

}  // namespace

std::vector<Claim> claims_of(const Verification& verification) {
  if (verification.head.agreements.empty()) return {};
  return Claims(verification).all();
}

}  // namespace openline
