// SPDX-License-Identifier: Apache-2.0
// openline-sim: stations of the production core under virtual time, with everything going wrong.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <optional>
#include <ranges>
#include <string_view>
#include <vector>

#include "sim/act_scenario.h"
#include "sim/bulk_work.h"
#include "sim/link_work.h"
#include "sim/mix_runs.h"
#include "sim/scenario.h"

namespace {

using openline::sim::Scenario;
using openline::sim::ScenarioKind;

constexpr const char* kUsage =
    "openline-sim [--scenario two|group] [--stations N] [--seed N] [--runs N | --hours N] [--messages N] "
    "[--troubles SECONDS] [--rarer N]\n"
    "    [--fault NAME=VALUE]... [--without NAME|all]...\n"
    "    a line of N members (2 to 57) with every fault below; --hours plays seeds until that many hours of "
    "the line went by;\n"
    "    --rarer N: what happens so many times a minute happens so many times as rarely\n"
    "openline-sim --measure N [--seed N] [--troubles SECONDS] [--rarer N]\n"
    "    simulated hours of a line of N stations in a second, at rest and with every fault\n"
    "openline-sim --scenario three|deniable|acts [--seed N] [--runs N] [--messages N] [--crash "
    "PER_MILLION]\n"
    "openline-sim --link RATE,DELAY,LOSS[,PATHS] [--size N] [--rate declared|measured] [--precedence P] "
    "[--seed N] [--runs N] [--prose FILE]\n"
    "    [--messages N] [--packet BYTES] [--overhead BYTES] [--until stored]\n"
    "    50 messages a second apart over wires of RATE bytes a second, DELAY ms, LOSS percent; of letters at "
    "random, or the lines of a file\n"
    "openline-sim --bulk RATE,DELAY,LOSS [--size N] [--rate declared|measured] [--queue MS] [--packet-time "
    "MS] [--flash SECONDS] [--seed N] [--runs N]\n"
    "    an attachment of N bytes over such a wire, a FLASH meanwhile\n"
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
  openline::sim::MixRuns mix;
  bool is_mix = true;
  std::uint64_t runs = 1, crash = 1000;
  std::optional<openline::sim::LinkWork> link;
  std::optional<openline::sim::BulkWork> bulk;
};

openline::Milliseconds milliseconds(std::uint64_t number) {
  return openline::Milliseconds{static_cast<std::int64_t>(number)};
}

bool read_link(Arguments& arguments, std::string_view value) {
  std::vector<std::uint64_t> numbers;
  for (const auto part : std::views::split(value, ',')) {
    const auto number = number_of(std::string_view(part.begin(), part.end()));
    if (!number) return false;
    numbers.push_back(*number);
  }
  if (numbers.size() < 3 || numbers.size() > 4 || numbers[0] == 0 || numbers[2] > 99) return false;
  openline::sim::LinkWork& link = arguments.link.emplace();
  link.rate = numbers[0];
  link.delay = milliseconds(numbers[1]);
  link.loss = static_cast<double>(numbers[2]) / 100;
  if (numbers.size() == 4) link.paths = std::clamp<std::size_t>(numbers[3], 1, 3);
  return true;
}

bool read_bulk(Arguments& arguments, std::string_view value) {
  if (!read_link(arguments, value)) return false;
  const auto link = *std::exchange(arguments.link, std::nullopt);
  arguments.bulk = {.rate = link.rate, .delay = link.delay, .loss = link.loss};
  return true;
}

bool read_bulk_option(openline::sim::BulkWork& bulk, std::string_view option, std::string_view value) {
  if (option == "--rate") {
    bulk.declared = value == "declared";
    return value == "declared" || value == "measured";
  }
  const std::optional<std::uint64_t> number = number_of(value);
  if (!number) return false;
  if (option == "--size") return bulk.size = *number, true;
  if (option == "--queue") return bulk.queue = milliseconds(*number), true;
  if (option == "--packet-time") return bulk.packet_time = milliseconds(*number), true;
  if (option == "--flash") return bulk.flashes.push_back(milliseconds(*number * 1000)), true;
  return false;
}

bool read_prose(openline::sim::LinkWork& link, std::string_view path) {
  std::ifstream file{std::string(path)};
  for (std::string line; std::getline(file, line);)
    if (!line.empty()) link.prose.push_back(line);
  return !link.prose.empty();
}

bool read_fault(Arguments& arguments, std::string_view option, std::string_view value) {
  openline::sim::FaultMix& mix = arguments.mix.scenario.mix;
  if (option == "--without" && value == "all") return mix.leave_out_all(), true;
  const auto done = option == "--fault" ? mix.set(value) : mix.leave_out(value);
  if (!done) fmt::print(stderr, "{}\n", done.error().text());
  return done.has_value();
}

bool read_mix_number(Arguments& arguments, std::string_view option, std::uint64_t number) {
  openline::sim::MixRuns& mix = arguments.mix;
  const auto length = openline::Seconds{static_cast<std::int64_t>(number)};
  if (option == "--stations") return mix.scenario.stations = number, number >= 2 && number <= 57;
  if (option == "--hours") return mix.hours = static_cast<double>(number), number > 0;
  if (option == "--rarer") return mix.scenario.rarer = number, number > 0 && number <= 100'000;
  if (option == "--troubles") return mix.scenario.troubles = length, number > 0 && number <= 1'000'000;
  if (option == "--measure") return mix.measure = number, number >= 2 && number <= 57;
  return false;
}

bool read_one(Arguments& arguments, std::string_view option, std::string_view value) {
  if (option == "--link") return read_link(arguments, value);
  if (option == "--bulk") return read_bulk(arguments, value);
  if (arguments.bulk && read_bulk_option(*arguments.bulk, option, value)) return true;
  if (option == "--prose" && arguments.link) return read_prose(*arguments.link, value);
  if (option == "--rate" && arguments.link) {
    arguments.link->declared = value == "declared";
    return value == "declared" || value == "measured";
  }
  if (option == "--precedence" && arguments.link) {
    if (value == "flash") return true;
    arguments.link->precedence = openline::Precedence::kRoutine;
    return value == "routine";
  }
  if (option == "--scenario") {
    arguments.name = value;
    arguments.is_mix = value == "two" || value == "group";
    if (value == "two") return arguments.mix.scenario.stations = 2, true;
    if (value == "group") return arguments.mix.scenario.stations = 9, true;
    if (value == "three") return arguments.scenario.kind = ScenarioKind::kThree, true;
    if (value == "deniable") return arguments.scenario.kind = ScenarioKind::kDeniable, true;
    if (value == "acts") return arguments.scenario.kind = ScenarioKind::kActs, true;
    return false;
  }
  if (option == "--fault" || option == "--without") return read_fault(arguments, option, value);
  if (option == "--until" && arguments.link) {
    arguments.link->until_stored = true;
    return value == "stored";
  }
  const std::optional<std::uint64_t> number = number_of(value);
  if (!number) return false;
  if (option == "--size" && arguments.link) return arguments.link->size = *number, true;
  if (option == "--packet" && arguments.link) return arguments.link->max_packet = *number, *number > 0;
  if (option == "--overhead" && arguments.link) return arguments.link->overhead = *number, true;
  if (option == "--messages" && arguments.link) return arguments.link->messages = *number, *number > 0;
  if (option == "--seed") return arguments.scenario.seed = arguments.mix.scenario.seed = *number, true;
  if (option == "--runs") return arguments.runs = arguments.mix.runs = *number, true;
  if (option == "--messages")
    return arguments.scenario.messages = arguments.mix.scenario.messages = *number, true;
  if (option == "--crash") return arguments.crash = *number, true;
  return read_mix_number(arguments, option, *number);
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

double seconds(openline::Microseconds time) { return static_cast<double>(time.count()) / 1e6; }

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

// Of each run the median and the worst message, and the medians of these over the runs.
int measure_link(Arguments& arguments) {
  std::vector<double> medians, worst;
  bool held = true;
  openline::sim::LinkWork& link = *arguments.link;
  link.seed = arguments.scenario.seed;
  for (std::uint64_t left = arguments.runs; left > 0; --left, ++link.seed) {
    const openline::sim::LinkFigures figures = openline::sim::measure(link);
    if (!figures.failure.empty()) {
      fmt::print("seed {}: FAILED: {}\n", link.seed, figures.failure);
      held = false;
      continue;
    }
    medians.push_back(seconds(figures.median()));
    worst.push_back(seconds(figures.worst()));
    fmt::print("seed {}: p50 {:.3f} s, worst {:.3f} s, {} bytes there, {} back\n", link.seed, medians.back(),
               worst.back(), figures.air_there, figures.air_back);
  }
  fmt::print("medians over {} seeds: p50 {:.3f} s, worst {:.3f} s\n", medians.size(), median_of(medians),
             median_of(worst));
  return held ? 0 : 1;
}

int measure_bulk(Arguments& arguments) {
  std::vector<double> shares;
  bool held = true;
  openline::sim::BulkWork& bulk = *arguments.bulk;
  bulk.seed = arguments.scenario.seed;
  for (std::uint64_t left = arguments.runs; left > 0; --left, ++bulk.seed) {
    const openline::sim::BulkFigures figures = openline::sim::measure(bulk);
    if (!figures.failure.empty()) {
      fmt::print("seed {}: FAILED: {}\n", bulk.seed, figures.failure);
      held = false;
      continue;
    }
    shares.push_back(figures.of_capacity);
    fmt::print(
        "seed {}: {:.3f} s, {:.3f} of capacity, {:.3f} of what was offered, loss {:.3f}, queue {:.1f} ms",
        bulk.seed, seconds(figures.taken), figures.of_capacity, figures.of_offered, figures.loss,
        seconds(figures.queued) * 1e3);
    for (const auto flash : figures.flashes) fmt::print(", flash {:.3f} s", seconds(flash));
    fmt::print("\n");
  }
  fmt::print("median over {} seeds: {:.3f} of capacity\n", shares.size(), median_of(shares));
  return held ? 0 : 1;
}

}  // namespace

int main(int count, char** values) {
  Arguments arguments;
  if (count == 2 && std::string_view(values[1]) == "--help") {
    fmt::print("{}{}", kUsage, openline::sim::faults_in_words());
    return 0;
  }
  for (int at = 1; at < count; at += 2) {
    if (at + 1 == count || !read_one(arguments, values[at], values[at + 1])) {
      std::fputs(kUsage, stderr);
      return 2;
    }
  }
  if (arguments.bulk) return measure_bulk(arguments);
  if (arguments.link) return measure_link(arguments);
  if (arguments.mix.measure > 0) return openline::sim::measure(arguments.mix);
  if (arguments.is_mix) return openline::sim::run(arguments.mix);
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
