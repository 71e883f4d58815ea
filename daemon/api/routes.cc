// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/routes.h"

#include <algorithm>
#include <iterator>

namespace openline::daemon {
namespace {

using enum Role;

constexpr Roles kAnybody{kOfficer, kReleaser, kSupervisor, kLinguist, kEngineer, kAuditor};
constexpr Roles kWriters{kOfficer, kReleaser};
constexpr Roles kTranslators{kLinguist, kOfficer, kReleaser};
constexpr Roles kDrafters{kOfficer, kReleaser, kSupervisor, kLinguist};
constexpr Roles kTechnical{kEngineer, kSupervisor};
constexpr Roles kSupervisors{kSupervisor}, kEngineers{kEngineer};
constexpr auto kASession = Route::Session::kNeeded, kNoSession = Route::Session::kNotNeeded,
               kOrRootKey = Route::Session::kOrRootKey;

}  // namespace

std::string Route::text() const {
  std::string result(method);
  result += ' ';
  for (const std::string_view part : path) result += "/" + std::string(part);
  return result;
}

std::vector<Route> Routes::of_station_and_lines() {
  return {
      {"GET", {"v1", "status"}, &Api::get_status, kAnybody},
      {"GET", {"metrics"}, &Api::get_metrics, {}, kNoSession},
      {"GET", {"v1", "card"}, &Api::get_card, kAnybody},
      {"POST", {"v1", "cards"}, &Api::post_card, kTechnical},
      {"POST", {"v1", "demo", "clock"}, &Api::post_clock, kTechnical},
      {"GET", {"v1", "agreements"}, &Api::get_agreements, kAnybody},
      {"POST", {"v1", "agreements"}, &Api::post_agreement, kSupervisors},
      {"GET", {"v1", "agreements", "{}"}, &Api::get_agreement, kAnybody},
      {"POST", {"v1", "agreements", "{}", "refuse"}, &Api::refuse_agreement, kSupervisors},
      {"GET", {"v1", "lines"}, &Api::get_lines, kAnybody},
      {"GET", {"v1", "lines", "{}"}, &Api::get_line, kAnybody},
      {"GET", {"v1", "lines", "{}", "record"}, &Api::get_record, kReaders},
      {"GET", {"v1", "lines", "{}", "record", "{}"}, &Api::get_entry, kReaders},
      {"GET", {"v1", "lines", "{}", "search"}, &Api::search_record, kReaders},
      {"GET", {"v1", "lines", "{}", "history"}, &Api::get_history, kReaders | kEngineers},
      {"GET", {"v1", "lines", "{}", "estimate"}, &Api::get_estimate, kReaders | kEngineers},
      {"POST", {"v1", "lines", "{}", "entries"}, &Api::post_entries, kWriters, kASession, true},
      {"POST", {"v1", "lines", "{}", "ack"}, &Api::acknowledge, kWatch},
      {"POST", {"v1", "lines", "{}", "shown"}, &Api::shown, kWatch},
      {"POST", {"v1", "lines", "{}", "test"}, &Api::test, kWatch | kTechnical},
      {"POST", {"v1", "lines", "{}", "suspend"}, &Api::suspend, kSupervisors},
      {"POST", {"v1", "lines", "{}", "resume"}, &Api::resume, kSupervisors},
      {"POST", {"v1", "lines", "{}", "go-on"}, &Api::go_on, kSupervisors},
      {"POST", {"v1", "lines", "{}", "amend"}, &Api::amend, kSupervisors, kASession, true},
      {"GET", {"v1", "lines", "{}", "contacts"}, &Api::get_matters, kReaders},
      {"POST", {"v1", "lines", "{}", "contacts"}, &Api::request_contact, kWriters, kASession, true},
      {"POST",
       {"v1", "lines", "{}", "contacts", "{}", "answer"},
       &Api::answer_contact,
       kWriters,
       kASession,
       true},
      {"POST",
       {"v1", "lines", "{}", "contacts", "{}", "change"},
       &Api::change_contact,
       kWriters,
       kASession,
       true},
      {"GET", {"v1", "lines", "{}", "visits"}, &Api::get_matters, kReaders},
      {"POST", {"v1", "lines", "{}", "visits"}, &Api::propose_visit, kWriters, kASession, true},
      {"POST", {"v1", "lines", "{}", "visits", "{}", "act"}, &Api::act_on_visit, kWriters, kASession, true},
      {"POST",
       {"v1", "lines", "{}", "visits", "{}", "outcome"},
       &Api::visit_outcome,
       kWriters,
       kASession,
       true},
      {"GET", {"v1", "lines", "{}", "calls"}, &Api::get_matters, kReaders},
      {"POST", {"v1", "lines", "{}", "calls"}, &Api::post_call, kWriters, kASession, true},
      {"POST", {"v1", "lines", "{}", "calls", "{}", "act"}, &Api::act_on_call, kWriters, kASession, true},
      {"GET", {"v1", "lines", "{}", "readouts"}, &Api::get_matters, kReaders},
      {"POST", {"v1", "lines", "{}", "readouts"}, &Api::post_readout, kWriters, kASession, true},
      {"POST",
       {"v1", "lines", "{}", "readouts", "{}", "answer"},
       &Api::answer_readout,
       kWriters,
       kASession,
       true},
      {"POST", {"v1", "lines", "{}", "translations"}, &Api::post_translation, kTranslators, kASession, true},
      {"POST", {"v1", "lines", "{}", "disregard"}, &Api::post_disregard, Roles{kReleaser}},
      {"GET", {"v1", "forms"}, &Api::get_forms, kAnybody},
      {"POST", {"v1", "lines", "{}", "notices"}, &Api::post_notice, kWriters, kASession, true},
      {"GET", {"v1", "lines", "{}", "efforts"}, &Api::get_efforts, kReaders},
      {"GET", {"v1", "lines", "{}", "attend"}, &Api::attend, kWatch},
      {"GET", {"v1", "lines", "{}", "export"}, &Api::get_export, kReaders},
      {"POST", {"v1", "lines", "{}", "drafts"}, &Api::post_draft, kDrafters},
  };
}

std::vector<Route> Routes::of_the_desk() {
  return {
      {"GET", {"v1", "drafts"}, &Api::get_drafts, kReaders},
      {"GET", {"v1", "drafts", "{}"}, &Api::get_draft, kReaders},
      {"POST", {"v1", "drafts", "{}", "change"}, &Api::change_draft, kDrafters},
      {"POST", {"v1", "drafts", "{}", "submit"}, &Api::submit_draft, kDrafters},
      {"POST", {"v1", "drafts", "{}", "return"}, &Api::return_draft, Roles{kReleaser}},
      {"POST", {"v1", "drafts", "{}", "withdraw"}, &Api::withdraw_draft, kDrafters},
      {"POST", {"v1", "drafts", "{}", "release"}, &Api::release_draft, Roles{kReleaser}},
      {"GET", {"v1", "alarms"}, &Api::get_alarms, kAnybody},
      {"POST", {"v1", "alarms", "{}", "answer"}, &Api::answer_alarm, kWatch},
      {"POST", {"v1", "lines", "{}", "alarm-test"}, &Api::test_alarm, kWatch},
      {"GET", {"v1", "desks"}, &Api::get_desks, kAnybody},
      {"GET", {"v1", "desks", "{}", "watch"}, &Api::get_watch, kAnybody},
      {"GET", {"v1", "desks", "{}", "roster"}, &Api::get_roster, kAnybody},
      {"POST", {"v1", "desks", "{}", "roster"}, &Api::post_roster, kSupervisors},
      {"GET", {"v1", "desks", "{}", "hand-overs"}, &Api::get_hand_overs, kReaders},
      {"POST", {"v1", "desks", "{}", "hand-overs"}, &Api::open_hand_over, kWatch},
      {"GET", {"v1", "hand-overs", "{}"}, &Api::get_hand_over, kReaders},
      {"POST", {"v1", "hand-overs", "{}", "check"}, &Api::check_hand_over, kWatch},
      {"POST", {"v1", "hand-overs", "{}", "sign"}, &Api::sign_hand_over, kWatch},
      {"POST", {"v1", "hand-overs", "{}", "withdraw"}, &Api::withdraw_hand_over, kWatch},
      {"POST", {"v1", "here"}, &Api::post_here, kWatch},
      {"GET", {"v1", "events"}, &Api::get_events, kAnybody},
      {"GET", {"v1", "socket"}, &Api::get_socket, kAnybody},
      {"GET", {"v1", "inbox"}, &Api::get_inbox, kReaders},
      {"GET", {"v1", "attachments", "{}"}, &Api::get_attachment, kReaders},
      {"POST", {"v1", "sign-in"}, &Api::sign_in, {}, kNoSession},
      {"POST", {"v1", "enrol"}, &Api::enrol, {}, kNoSession},
      {"GET", {"v1", "root-challenge"}, &Api::get_challenge, {}, kNoSession},
      {"POST", {"v1", "sign-out"}, &Api::sign_out, kAnybody},
      {"POST", {"v1", "password"}, &Api::set_password, kAnybody},
      {"GET", {"v1", "me"}, &Api::get_me, kAnybody},
      {"GET", {"v1", "security-keys"}, &Api::get_security_keys, kAnybody},
      {"POST", {"v1", "security-keys"}, &Api::add_security_key, kAnybody},
      {"POST", {"v1", "security-keys", "challenge"}, &Api::ask_security_key, kAnybody},
      {"POST", {"v1", "security-keys", "{}", "remove"}, &Api::remove_security_key, kAnybody},
      {"GET", {"v1", "officers"}, &Api::get_officers, kAnybody},
      {"POST", {"v1", "officers"}, &Api::add_officer, kSupervisors, kOrRootKey},
      {"POST", {"v1", "officers", "{}", "grants"}, &Api::change_grants, kSupervisors, kOrRootKey},
      {"POST", {"v1", "officers", "{}", "recover"}, &Api::recover, kSupervisors, kOrRootKey},
      {"POST", {"v1", "officers", "{}", "enable"}, &Api::enable, kSupervisors, kOrRootKey},
      {"POST", {"v1", "officers", "{}", "disable"}, &Api::disable, kSupervisors},
      {"POST", {"v1", "officers", "{}", "unlock"}, &Api::unlock, kSupervisors},
      {"POST", {"v1", "people-changes", "{}", "confirm"}, &Api::confirm_change, kWatch},
      {"POST", {"v1", "people-changes", "{}", "refuse"}, &Api::refuse_change, kWatch},
      {"GET", {"v1", "audit"}, &Api::get_log, Roles{kSupervisor, kAuditor}},
  };
}

std::span<const Route> Routes::all() {
  static const std::vector<Route> kRoutes = [] {
    std::vector<Route> all = of_station_and_lines();
    std::ranges::move(of_the_desk(), std::back_inserter(all));
    return all;
  }();
  return kRoutes;
}

}  // namespace openline::daemon
