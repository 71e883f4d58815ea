// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario.h"

#include <fmt/format.h>

namespace openline::sim {
namespace {

WorldOptions world_of(const Scenario& scenario) {
  WorldOptions options;
  options.seed = scenario.seed;
  if (scenario.kind == ScenarioKind::kThree) options.parties = {0, 1, 2};
  if (scenario.kind == ScenarioKind::kDeniable) options.record = RecordMode::kDeniable;
  options.courier_keys = scenario.seed % 2 == 0;
  if (scenario.seed % 3 != 0) options.discover_up_to = 9000;
  options.crash = scenario.crash;
  return options;
}

// Other faults, and cuts of single directions, every few seconds.
void trouble(World& world, Chance& chance, const Scenario& scenario, std::size_t paths) {
  for (Microseconds at{}; at < scenario.troubles; at += Seconds{1} + chance.up_to(Seconds{9})) {
    const std::size_t from = chance.below(world.stations());
    const std::size_t to = (from + 1 + chance.below(world.stations() - 1)) % world.stations();
    const WireName name{from, to, chance.below(paths)};
    Faults faults = random_faults(chance);
    faults.cut = chance.happens(0.3);
    world.later(at, [&world, name, faults] { world.network().wire(name) = faults; });
  }
}

// Stations whose address changes, or whose NAT forgets them: from another address now, and reached only
// there.
void move_about(World& world, Chance& chance, const Scenario& scenario, std::size_t paths) {
  for (Microseconds at = chance.up_to(Seconds{10}); at < scenario.troubles; at += chance.up_to(Seconds{15})) {
    const std::size_t station = chance.below(world.stations()), path = chance.below(paths);
    world.later(at, [&world, station, path] { world.move(station, path); });
  }
}

void write_messages(World& world, Chance& chance, const Scenario& scenario) {
  for (std::size_t number = 0; number < scenario.messages; ++number) {
    const std::size_t writer = chance.below(world.stations());
    const auto precedence = static_cast<Precedence>(chance.below(4));
    const Microseconds at = chance.up_to(scenario.troubles);
    world.later(at, [&world, writer, number, precedence] {
      world.send_text(writer, fmt::format("message {}", number), precedence);
    });
  }
}

void hold_each_text(World& world, const Scenario& scenario) {
  for (std::size_t at = 0; at < world.stations(); ++at) {
    if (world.count_entries(at, Kind::kText) != scenario.messages) {
      world.oracles().fail(fmt::format("station {} holds {} texts; {} were sent", at,
                                       world.count_entries(at, Kind::kText), scenario.messages));
    }
  }
}

}  // namespace

Faults random_faults(Chance& chance) {
  const auto some = [&](double most) {
    return chance.happens(0.5) ? static_cast<double>(chance.below(1000)) / 1000 * most : 0.0;
  };
  Faults faults;
  faults.loss = some(0.4);
  faults.burst = some(0.02);
  faults.duplication = some(0.3);
  faults.reordering = some(0.3);
  faults.corruption = some(0.1);
  faults.truncation = some(0.05);
  faults.delay = Milliseconds{1} + chance.up_to(Milliseconds{300});
  faults.jitter = chance.up_to(Milliseconds{50});
  if (chance.happens(0.2)) faults.largest = 1200 + chance.below(400);
  if (chance.happens(0.2)) faults.bandwidth = 4'000 + chance.below(60'000);
  return faults;
}

Outcome outcome_of(World& world) {
  Outcome outcome;
  outcome.failure = world.failure();
  if (!outcome.failure.empty()) outcome.report = world.report();
  outcome.digest = world.trace().digest();
  outcome.events = world.trace().count();
  outcome.crashes = world.crashes();
  outcome.entries = world.store(0).entries().size();
  outcome.promises = world.oracles().promises();
  return outcome;
}

Outcome play(const Scenario& scenario) {
  World world(world_of(scenario));
  Chance chance(scenario.seed + 2);
  const auto give_up = [&](const std::string& what) {
    if (world.failure().empty()) world.oracles().fail(what);
  };
  if (!world.set_up_line(Seconds{600})) give_up("the line was not made");
  if (world.failure().empty()) {
    trouble(world, chance, scenario, 2);
    move_about(world, chance, scenario, 2);
    write_messages(world, chance, scenario);
    world.run_for(scenario.troubles + Seconds{1});
    world.stop_crashes();
    world.set_faults({});
    world.move_back();
    const auto settled = [&] { return world.all_answered() && world.agree(); };
    if (!world.run_until(settled, scenario.converge_within)) give_up("the records do not agree");
    world.check_promises();
    hold_each_text(world, scenario);
  }
  return outcome_of(world);
}

}  // namespace openline::sim
