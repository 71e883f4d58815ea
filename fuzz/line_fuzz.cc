// SPDX-License-Identifier: Apache-2.0
// A line of three stations of the production core, one of them in the hands of a forger who signs entries of
// any kind, body and citation, and withholds them while it is down; the others act as desks do, are cut off,
// crash. The simulator's oracles hold throughout; afterwards the honest two agree and keep what they
// promised.
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "sim/forger.h"
#include "sim/random_acts.h"
#include "sim/world.h"

namespace openline::fuzz {
namespace {

using namespace sim;

constexpr std::size_t kHostile = 2, kMostSteps = 30;

WorldOptions options_for(Input& in) {
  WorldOptions options;
  options.parties = {0, 1, kHostile};
  options.hostile = {kHostile};
  options.paths = 1;
  options.record = in.flag() ? RecordMode::kDeniable : RecordMode::kAttested;
  return options;
}

struct Line {
  explicit Line(Input& input) : in(input), world(options_for(input)) {
    world.change_agreement().answer_within = {Seconds{120}, Seconds{90}, Seconds{60}, Seconds{30}};
    OPENLINE_ASSERT(world.set_up_line(Seconds{600}));
    world.ask_surely(kHostile, [this] { return Command(TestNow{world.line()}); });
    OPENLINE_ASSERT(world.run_until([&] { return world.all_answered(); }, Seconds{120}));
  }

  [[nodiscard]] RandomActs acts_at(std::size_t station, Chance& chance) {
    std::vector<const Matter*> seen;
    if (world.is_running(station)) seen = world.station(station).matters(world.line());
    std::vector<std::string> codes;
    for (const Member& member : world.agreement().members) codes.push_back(member.code);
    return {chance, std::move(seen), std::move(codes)};
  }

  void alter(Forged& what) {
    switch (in.byte() % 6) {
      case 0:
        if (!what.body.empty()) what.body[in.index(what.body.size())] ^= 1;
        break;
      case 1:
        what.body = copy_of(in.bytes(300));
        break;
      case 2:
        what.kind = static_cast<Kind>(in.any_number(UINT16_MAX));
        break;
      case 3:
        what.time = WallTime{Milliseconds{static_cast<std::int64_t>(in.any_number(253'402'300'799'999))}};
        break;
      case 4:
        what.entry_class = static_cast<Class>(in.byte() % 4);
        what.exercise = what.entry_class == Class::kExercise ? "JUNE" : "";
        what.precedence = static_cast<Precedence>(in.byte() % 4);
        break;
      default:
        break;
    }
  }
  void forge_some() {
    Chance chance(in.number(UINT16_MAX));
    RandomActs acts = acts_at(kHostile, chance);
    if (world.is_running(kHostile)) world.stop(kHostile, "busy");
    const Party party{kHostile, 1};
    for (std::size_t left = 1 + in.byte() % 3; left > 0; --left) {
      Store& store = world.store(kHostile);
      Forged what = acts.forged(store, party.station());
      alter(what);
      if (what.kind == Kind{}) what.kind = Kind::kText;
      forge(store, party, world.line(), std::move(what));
    }
    world.start(kHostile);
  }
  void act(std::size_t station) {
    if (!world.is_running(station)) return;
    Chance chance(in.number(UINT16_MAX));
    world.ask(station, acts_at(station, chance).command(world.line(), "act " + std::to_string(++number)));
  }
  void step() {
    const std::size_t station = in.byte() % 2;
    switch (in.byte() % 8) {
      case 0:
      case 1:
      case 2:
        forge_some();
        break;
      case 3:
      case 4:
        act(station);
        break;
      case 5:
        world.set_cut(station, in.flag() ? 1 - station : kHostile, in.flag());
        break;
      case 6:
        world.crash(station);  // it starts again by itself
        break;
      default:
        world.ask(station, Attend{world.line(), "duty officer", 1});
    }
    world.run_for(Milliseconds{static_cast<std::int64_t>(in.number(UINT16_MAX) / 4)});
    check_failure();
  }
  void check_failure() {
    if (!world.failure().empty()) std::fprintf(stderr, "%s\n", world.report().c_str());
    OPENLINE_ASSERT(world.failure().empty());
    for (std::size_t station = 0; station < 2; ++station) {
      if (!world.is_running(station)) continue;
      world.station(station).check_invariants();
      world.station(station).check_chains();
    }
  }
  void check() {
    world.set_faults({});
    if (!world.is_running(kHostile)) world.start(kHostile);
    world.run_for(Seconds{180});
    const bool settled = world.run_until([&] { return world.agree({0, 1}); }, Seconds{600});
    check_failure();
    OPENLINE_ASSERT(settled);
    world.check_promises();
    check_failure();
  }

  Input& in;
  World world;
  std::size_t number = 0;
};

}  // namespace

void run(ByteView input) {
  Input in(input);
  Line line(in);
  for (std::size_t steps = 0; steps < kMostSteps && !in.done(); ++steps) line.step();
  line.check();
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (std::uint8_t seed = 0; seed < 8; ++seed) {
    Bytes program{static_cast<std::uint8_t>(seed & 1)};
    for (std::uint8_t at = 0; at < 6; ++at) {
      const auto what = static_cast<std::uint8_t>((at * 3 + seed) % 8);
      append(program, Bytes{at, what, seed, at, 1, static_cast<std::uint8_t>(at % 6), 9, 5, 1, 20, 100});
    }
    all.push_back(program);
  }
  return all;
}

}  // namespace openline::fuzz
