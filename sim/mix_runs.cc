// SPDX-License-Identifier: Apache-2.0
#include "sim/mix_runs.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>

namespace openline::sim {
namespace {

// Of a real clock: how fast we are, nothing that a run could depend on.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

struct Totals {
  std::uint64_t runs = 0, failed = 0, events = 0, crashes = 0, faults = 0, hostile = 0, forked = 0;
  double hours = 0;

  void add(const MixOutcome& outcome) {
    ++runs;
    failed += outcome.run.failure.empty() ? 0 : 1;
    events += outcome.run.events;
    crashes += outcome.run.crashes;
    faults += outcome.faults;
    hostile += outcome.hostile ? 1 : 0;
    forked += outcome.forked ? 1 : 0;
    hours += outcome.hours;
  }
};

void print(const MixScenario& scenario, const MixOutcome& outcome) {
  fmt::print(
      "seed {}: {} stations, {} pairs never direct, {:.2f} h, {} steps, {} crashes, {} faults, {} entries, "
      "{} "
      "promises, trace {}{}\n",
      scenario.seed, scenario.stations, outcome.never_direct, outcome.hours, outcome.run.events,
      outcome.run.crashes, outcome.faults, outcome.run.entries, outcome.run.promises, outcome.run.digest,
      outcome.hostile ? ", one hostile" : "");
}

void print_failure(const MixScenario& scenario, const MixOutcome& outcome) {
  fmt::print("FAILED: {}\n{}\nAgain: {}\n", outcome.run.failure, outcome.run.report, command_of(scenario));
}

}  // namespace

std::string faults_in_words() {
  std::string text =
      "Faults, each on unless it is left out; VALUE is a probability, spans of the run's seconds, or both: "
      "0.4, @20..35, 0.4@20..35,50..60.\n";
  for (const FaultKind& kind : fault_kinds()) {
    text +=
        fmt::format("    {:16} {:>5} {:21} {}\n", kind.name, kind.usual, unit_words(kind.unit), kind.what);
  }
  return text;
}

std::string command_of(const MixScenario& scenario) {
  return fmt::format(
      "openline-sim --scenario group --stations {} --seed {} --messages {} --troubles {} --rarer {}{}",
      scenario.stations, scenario.seed, scenario.messages, scenario.troubles.count(), scenario.rarer,
      scenario.mix.options());
}

int run(const MixRuns& runs) {
  MixScenario scenario = runs.scenario;
  Totals totals;
  const Stopwatch watch;
  double said = 0;
  while (runs.hours > 0 ? totals.hours < runs.hours : totals.runs < runs.runs) {
    const MixOutcome outcome = play_mix(scenario);
    totals.add(outcome);
    if (runs.hours <= 0) print(scenario, outcome);
    if (!outcome.run.failure.empty()) print_failure(scenario, outcome);
    if (runs.hours > 0 && watch.seconds() - said > 60) {
      said = watch.seconds();
      fmt::print("so far: seed {}, {:.0f} h in {:.0f} s\n", scenario.seed, totals.hours, said);
    }
    std::fflush(stdout);
    ++scenario.seed;
  }
  fmt::print(
      "{} seeds, {:.1f} line-hours of {} stations in {:.1f} s ({:.1f} a second): {} steps, {} crashes, {} "
      "other "
      "faults, a hostile member in {} and forks in {} of them. Findings: {}.\n",
      totals.runs, totals.hours, scenario.stations, watch.seconds(), totals.hours / watch.seconds(),
      totals.events, totals.crashes, totals.faults, totals.hostile, totals.forked, totals.failed);
  return totals.failed == 0 ? 0 : 1;
}

namespace {

// Simulated hours in a second; negative: something failed.
double speed_at_rest(const MixRuns& runs, bool sparse) {
  const Quiet line = quiet_line(runs.scenario.seed, runs.measure, sparse);
  line.run_for(Seconds{600});  // what its making left to say
  const Stopwatch quiet;
  double hours = 0;
  for (; quiet.seconds() < 5; hours += 0.1) line.run_for(Seconds{360});
  const double speed = hours / quiet.seconds();
  if (line.failure().empty()) return speed;
  fmt::print("FAILED: {}\n", line.failure());
  return -1;
}

}  // namespace

int measure(const MixRuns& runs) {
  const double rest = speed_at_rest(runs, false);
  const double sparse = runs.measure > 3 ? speed_at_rest(runs, true) : rest;
  if (rest < 0 || sparse < 0) return 1;
  MixScenario scenario = runs.scenario;
  scenario.stations = runs.measure;
  Totals totals;
  const Stopwatch faulty;
  for (; totals.runs == 0 || faulty.seconds() < 5; ++scenario.seed) totals.add(play_mix(scenario));
  fmt::print(
      "{} stations: {:.2f} line-hours a second at rest, {:.2f} with few pairs linked; {:.2f} with every "
      "fault "
      "for {} s, {} times as rare ({} steps a second)\n",
      runs.measure, rest, sparse, totals.hours / faulty.seconds(), scenario.troubles.count(), scenario.rarer,
      static_cast<std::uint64_t>(static_cast<double>(totals.events) / faulty.seconds()));
  return totals.failed == 0 ? 0 : 1;
}

}  // namespace openline::sim
