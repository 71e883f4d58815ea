// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "cli/json_text.h"
#include "cli/officer.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

struct Action {
  std::string_view name;
  std::string_view of;  // what stands after it
  bool takes_title = false, takes_roles = false, takes_root = false;
};
constexpr Action kActions[] = {{"add", "NAME", true, true, true},
                               {"list", ""},
                               {"grants", "NAME", false, true, true},
                               {"recover", "NAME", false, false, true},
                               {"disable", "NAME"},
                               {"enable", "NAME", false, false, true},
                               {"unlock", "NAME"},
                               {"confirm", "NUMBER"},
                               {"refuse", "NUMBER"}};

std::unexpected<Failure> usage(const std::string& what) {
  return failed(ExitCode::kUsage, fmt::format("officer: {}. `openline help officer` says how", what));
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Outcome<void> check_officer_options(const OfficerOptions& options) {
  const auto* const action = std::ranges::find(kActions, std::string_view(options.action), &Action::name);
  if (action == std::end(kActions)) {
    return usage("ACTION is add, list, grants, recover, disable, enable, unlock, confirm or refuse");
  }
  const std::string name(action->name);
  if (action->of.empty() != options.name.empty())
    return usage(action->of.empty() ? name + " takes no name"
                                    : fmt::format("{} needs a {}", name, action->of));
  if (action->of == "NUMBER" && !is_number(options.name))
    return usage(name + " needs the number of a change");
  if (action->takes_title == options.title.empty())
    return usage(name + (action->takes_title ? " needs --title" : " takes no --title"));
  if (action->takes_roles == options.roles.empty())
    return usage(name + (action->takes_roles ? " needs --role DESK:ROLE" : " takes no --role"));
  if (!action->takes_root && !options.root_key.empty()) return usage(name + " takes no --root-key");
  if (name != "add" && !options.password_file.empty()) return usage(name + " takes no --password-file");
  for (const std::string* text : {&options.name, &options.title}) {
    if (!is_utf8(*text)) return usage("what was typed is not UTF-8");
  }
  if (auto grants = grants_json(options.roles); !grants) return failed(grants.error());
  return {};
}

Outcome<std::string> grants_json(const std::vector<std::string>& roles) {
  std::map<std::string, std::vector<std::string>> by_desk;
  for (const std::string& one : roles) {
    const std::size_t at = one.rfind(':');  // a desk's name may have one, a role's has none
    if (at == std::string::npos || at == 0 || !is_utf8(one))
      return usage("--role is DESK:ROLE[,ROLE]..., such as defense:officer,releaser or \"*:auditor\"");
    std::vector<std::string>& held = by_desk[one.substr(0, at)];
    for (const std::string& role : split(one.substr(at + 1), ',')) {
      if (role.empty()) return usage(fmt::format("--role {}: the role is missing", visible_line(one)));
      if (std::ranges::find(held, role) == held.end()) held.push_back(role);
    }
  }
  std::vector<std::string> items;
  for (const auto& [desk, held] : by_desk) items.push_back(json_object({{"desk", desk}, {"roles", held}}));
  return json_array(items);
}

}  // namespace openline::cli
