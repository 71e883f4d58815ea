// SPDX-License-Identifier: Apache-2.0
// openline-play --programs DIR --scenario FILE --work DIR [--once]: see ./demo.
#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <exception>
#include <map>

#include "demonstration/desks.h"
#include "demonstration/player.h"

namespace {

using openline::demonstration::Player;
using openline::demonstration::Scenario;
using openline::demonstration::Stage;

int play(const Scenario& scenario, openline::demonstration::Places places, bool once) {
  fmt::print(
      "{}\nTwo stations, {} paths through a relay that can cut them. Real time while steps run; between them "
      "the\n"
      "demonstration clock of both stations jumps, which their status says. Paths keep real time "
      "throughout.\n\n",
      scenario.title, scenario.paths.size());
  Stage stage(std::move(places), scenario);
  stage.set_up();
  Player player(stage, scenario);
  player.play();
  player.compare();
  std::fflush(stdout);
  if (once) return 0;
  const auto accounts = openline::demonstration::man_desks(stage);
  openline::demonstration::show_desks(stage, accounts);
  fmt::print(
      "\nBoth stations stay up until Ctrl-C. From here on their clocks are real. In another terminal:\n");
  for (std::size_t side = 0; side < 2; ++side)
    fmt::print("  openline -s {} sign-in {}\n", stage.folder(side), accounts[2 * side].name);
  std::fflush(stdout);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  int which = 0;
  sigwait(&signals, &which);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  std::map<std::string, std::string> options;
  bool once = false;
  for (int at = 1; at < count; ++at) {
    const std::string word = words[at];
    if (word == "--once") {
      once = true;
    } else if (word.starts_with("--") && at + 1 < count) {
      options[word] = words[++at];
    }
  }
  const auto scenario = Scenario::read(options["--scenario"]);
  if (!scenario) return fmt::print(stderr, "{}\n", scenario.error()), 1;
  signal(SIGPIPE, SIG_IGN);
  try {
    return play(*scenario, {options["--programs"], options["--work"]}, once);
  } catch (const openline::demonstration::StageError& error) {
    std::fflush(stdout);
    fmt::print(stderr, "\nThe demonstration ended: {}\n", error.message);
  } catch (const std::exception& error) {
    std::fflush(stdout);
    fmt::print(stderr, "\nThe demonstration ended: {}\n", error.what());
  }
  return 1;
}
