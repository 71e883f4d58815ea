// SPDX-License-Identifier: Apache-2.0
// openline-sim: stations of the production core under virtual time, with everything going wrong.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>

#include "sim/act_scenario.h"
#include "sim/scenario.h"

namespace {

using openline::sim::Scenario;
using openline::sim::ScenarioKind;

constexpr const char* kUsage =
    "openline-sim [--seed N] [--runs N] [--messages N] [--crash PER_MILLION] [--scenario "
    "two|three|deniable|acts]\n"
    "Plays a seed (and those after it, with --runs) and prints a digest of the trace: the same seed gives "
    "the\n"
    "same digest. Ends with 1 when something acknowledged was lost or doubled, or records do not agree.\n";

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Arguments {
  Scenario scenario;
  std::string_view name = "two";
  std::uint64_t runs = 1, crash = 1000;
};

bool read_one(Arguments& arguments, std::string_view option, std::string_view value) {
  if (option == "--scenario") {
    arguments.name = value;
    if (value == "two") return arguments.scenario.kind = ScenarioKind::kTwo, true;
    if (value == "three") return arguments.scenario.kind = ScenarioKind::kThree, true;
    if (value == "deniable") return arguments.scenario.kind = ScenarioKind::kDeniable, true;
    if (value == "acts") return arguments.scenario.kind = ScenarioKind::kActs, true;
    return false;
  }
  const std::optional<std::uint64_t> number = number_of(value);
  if (!number) return false;
  if (option == "--seed") return arguments.scenario.seed = *number, true;
  if (option == "--runs") return arguments.runs = *number, true;
  if (option == "--messages") return arguments.scenario.messages = *number, true;
  if (option == "--crash") return arguments.crash = *number, true;
  return false;
}

struct Totals {
  std::size_t runs = 0, matters = 0, acts = 0, forged = 0, denials = 0, forks = 0, differing = 0;
};

openline::sim::Outcome play(const Scenario& scenario, Totals& totals) {
  if (scenario.kind != ScenarioKind::kActs) return openline::sim::play(scenario);
  const openline::sim::ActOutcome outcome = openline::sim::play_acts(scenario);
  totals.matters += outcome.matters;
  totals.acts += outcome.acts;
  totals.forged += outcome.forged;
  totals.denials += outcome.denials;
  totals.forks += outcome.forked ? 1 : 0;
  totals.differing += outcome.differing;
  return outcome.run;
}

bool play_one(const Arguments& arguments, Totals& totals) {
  const Scenario& scenario = arguments.scenario;
  const openline::sim::Outcome outcome = play(scenario, totals);
  ++totals.runs;
  fmt::print("seed {} scenario {}: {} events, {} crashes, {} entries, {} promises, trace {}\n", scenario.seed,
             arguments.name, outcome.events, outcome.crashes, outcome.entries, outcome.promises,
             outcome.digest);
  if (outcome.failure.empty()) return true;
  fmt::print("FAILED: {}\n{}\nAgain: openline-sim --seed {} --scenario {} --messages {} --crash {}\n",
             outcome.failure, outcome.report, scenario.seed, arguments.name, scenario.messages,
             arguments.crash);
  return false;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments;
  for (int at = 1; at < count; at += 2) {
    if (at + 1 == count || !read_one(arguments, values[at], values[at + 1])) {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  arguments.scenario.crash = static_cast<double>(arguments.crash) / 1e6;
  bool held = true;
  Totals totals;
  for (std::uint64_t left = arguments.runs; left > 0 && held; --left, ++arguments.scenario.seed) {
    held = play_one(arguments, totals);
  }
  if (arguments.scenario.kind == ScenarioKind::kActs) {
    fmt::print(
        "{} sequences: {} matters with {} acts counted, {} entries forged. {} times a claim contradicts an "
        "answer that its own author had read; {} times two histories were signed, and both honest ends say "
        "so.\n",
        totals.runs, totals.matters, totals.acts, totals.forged, totals.denials, totals.forks);
    fmt::print("The honest records say the same{}.\n",
               !held ? ": FAILED"
               : totals.differing == 0
                   ? ""
                   : fmt::format(" but of {} matters of those who signed two histories", totals.differing));
  }
  return held ? 0 : 1;
}
