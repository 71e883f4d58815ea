// SPDX-License-Identifier: Apache-2.0
#include "cli/people_text.h"

#include <fmt/format.h>

#include "cli/clock_text.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

std::string with_title(const std::string& name, const std::string& title) {
  return visible_line(name) + (title.empty() ? "" : ", " + visible_line(title));
}

}  // namespace

std::string grants_text(const std::vector<GrantView>& grants) {
  std::string out;
  for (const GrantView& grant : grants) {
    std::string roles;
    for (const std::string& role : grant.roles) roles += (roles.empty() ? "" : ", ") + visible_line(role);
    out += fmt::format("{}{} at {}", out.empty() ? "" : "; ", roles,
                       grant.desk == "*" ? "every desk" : visible_line(grant.desk));
  }
  return out.empty() ? "no role" : out;
}

std::string officer_text(const OfficerView& officer) {
  return fmt::format("{}: {}", with_title(officer.name, officer.title), grants_text(officer.grants));
}

std::string change_text(const ChangeView& change) {
  std::string out = fmt::format("{} {}", visible_line(change.kind), with_title(change.officer, change.title));
  if (!change.grants.empty()) out += ": " + grants_text(change.grants);
  return out +
         fmt::format(", proposed by {} at {}", visible_line(change.proposed_by), utc_and_local(change.time));
}

std::string people_text(const PeopleView& people) {
  std::string out;
  for (const OfficerView& officer : people.officers) {
    out += officer_text(officer);
    if (officer.state != "active") out += " (" + visible_line(officer.state) + ")";
    if (officer.sessions > 0) out += ", signed in";
    if (officer.security_keys > 0)
      out += fmt::format(", {} security key{}", officer.security_keys, officer.security_keys == 1 ? "" : "s");
    if (!officer.locked_until.empty()) out += ", locked until " + utc_and_local(officer.locked_until);
    out += "\n";
  }
  if (people.officers.empty())
    out += "Nobody has an account here yet: `openline officer add` makes the first.\n";
  for (const ChangeView& change : people.changes) {
    out += fmt::format("change {}: {}", change.number, change_text(change));
    if (change.state == "open") {
      out +=
          fmt::format("\n  waits for another one: `openline officer confirm {0}`, or `officer refuse {0}`\n",
                      change.number);
    } else {
      out += fmt::format("; {}{}\n", visible_line(change.state),
                         change.decided_by.empty() ? "" : " by " + visible_line(change.decided_by));
    }
  }
  return out;
}

std::string audit_text(const AuditView& audit) {
  std::string out;
  for (const AuditedAct& act : audit.acts) {
    out += fmt::format("{}  {}  {}  {}", act.number, utc_and_local(act.time),
                       act.officer.empty() ? "nobody signed in" : visible_line(act.officer),
                       visible_line(act.act));
    if (!act.on.empty()) out += " on " + visible_line(act.on);
    out += act.status == 0 ? ": the station did not live to answer" : fmt::format(": {}", act.status);
    out += (act.note.empty() ? "" : ", " + visible_line(act.note)) + "\n";
  }
  if (audit.acts.empty()) out += "Nothing beyond that.\n";
  if (audit.more && !audit.acts.empty())
    out += fmt::format("There are more: `openline audit --after {}`.\n", audit.acts.back().number);
  return out;
}

}  // namespace openline::cli
