// SPDX-License-Identifier: Apache-2.0
#include "demonstration/desks.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace openline::demonstration {
namespace {

constexpr std::string_view kPlan =
    "# Two people release a FLASH, whatever the agreement asks for.\n"
    "[[desk]]\n"
    "name = \"*\"\n"
    "release = { flash = 2 }\n"
    "releaser_for = [\"flash\"]\n";

// They are for this machine and this hour.
const std::vector<DeskAccount> kAccounts{
    {0, "adams", "Cdr. J. Adams", "*:supervisor,officer,releaser", "adams at the desk"},
    {0, "baker", "Lt. C. Baker", "*:officer,releaser", "baker at the desk"},
    {1, "wang", "Col. Wang", "*:supervisor,officer,releaser", "wang at the desk"},
    {1, "zhang", "Maj. Zhang", "*:officer,releaser", "zhang at the desk"},
};

void add(const Stage& stage, const DeskAccount& account, bool is_first) {
  const std::string& folder = stage.folder(account.side);
  const std::string password = stage.write_in_work(account.name + ".password", account.password + "\n");
  Arguments words{"-s",         folder,    "--json",      "officer", "add",
                  account.name, "--title", account.title, "--role",  account.roles};
  if (is_first) {
    words.insert(words.end(), {"--password-file", password});
    stage.openline(words);
    return;
  }
  words.insert(words.end(), {"--root-key", folder + "/root.key"});
  const auto added = nlohmann::json::parse(stage.openline(words), nullptr, false);
  if (!added.is_object() || !added.contains("code")) throw StageError{"no code came for " + account.name};
  stage.openline({"-s", folder, "enrol", account.name, "--code", added["code"].get<std::string>(),
                  "--password-file", password});
}

}  // namespace

std::vector<DeskAccount> man_desks(Stage& stage) {
  fmt::print("\nThe desks are given people, and a plan by which two of them release a FLASH:\n");
  for (std::size_t side = 0; side < 2; ++side) stage.restart_with_plan(side, std::string(kPlan));
  std::size_t last = 2;
  for (const DeskAccount& account : kAccounts) {
    add(stage, account, account.side != last);
    last = account.side;
  }
  return kAccounts;
}

void show_desks(const Stage& stage, const std::vector<DeskAccount>& accounts) {
  fmt::print("\nBoth desks can be used in a browser, each in a window of its own:\n");
  for (std::size_t side = 0; side < 2; ++side) {
    fmt::print("\n  {}  {}\n", stage.party(side), stage.console(side));
    for (const DeskAccount& account : accounts) {
      if (account.side != side) continue;
      fmt::print("    name {:<8} password \"{}\"\n", account.name, account.password);
    }
  }
}

}  // namespace openline::demonstration
