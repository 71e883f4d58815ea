// SPDX-License-Identifier: Apache-2.0
#include "sim/act_scenario.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/random_acts.h"
#include "sim/statements.h"

namespace openline::sim {
namespace {

constexpr std::size_t kHostile = 2;

WorldOptions world_of(const Scenario& scenario) {
  WorldOptions options;
  options.seed = scenario.seed;
  options.parties = {0, 1, kHostile};
  options.hostile = {kHostile};
  options.paths = 1;
  options.crash = scenario.crash;
  return options;
}

class ActRun {
 public:
  explicit ActRun(const Scenario& scenario)
      : scenario_(scenario), world_(world_of(scenario)), chance_(scenario.seed + 3) {
    // Short, so that many requests are left unanswered.
    world_.change_agreement().answer_within = {Seconds{120}, Seconds{90}, Seconds{60}, Seconds{30}};
  }

  ActOutcome play() {
    if (!world_.set_up_line(Seconds{600})) fail("the line was not made");
    // A hostile party must have written something before a forger can go on from it.
    world_.ask_surely(kHostile, [this] { return Command(TestNow{world_.line()}); });
    if (world_.failure().empty() && !world_.run_until([&] { return world_.all_answered(); }, Seconds{120}))
      fail("the first test was not sent");
    const std::size_t fork_at = chance_.happens(0.3) ? 5 + chance_.below(scenario_.messages) : SIZE_MAX;
    for (std::size_t step = 0; step < scenario_.messages && world_.failure().empty(); ++step) {
      if (step == fork_at) fork();
      trouble();
      act(step);
      world_.run_for(Milliseconds{static_cast<std::int64_t>(chance_.below(12'000))});
    }
    calm();
    if (world_.failure().empty()) judge();
    return outcome();
  }

 private:
  void fail(const std::string& what) {
    if (world_.failure().empty()) world_.oracles().fail(what);
  }

  void trouble() {
    if (!chance_.happens(0.3)) return;
    const std::size_t from = chance_.below(3), to = (from + 1 + chance_.below(2)) % 3;
    Faults faults = random_faults(chance_);
    faults.cut = chance_.happens(0.3);
    world_.network().wire({from, to, 0}) = faults;
  }

  RandomActs acts_at(std::size_t station) {
    std::vector<const Matter*> seen;
    if (world_.is_running(station)) seen = world_.station(station).matters(world_.line());
    std::vector<std::string> codes;
    for (const Member& member : world_.agreement().members) codes.push_back(member.code);
    return {chance_, std::move(seen), std::move(codes)};
  }

  void act(std::size_t step) {
    const std::size_t at = chance_.below(3);
    if (at == kHostile && chance_.happens(0.6)) return forge_some();
    if (!world_.is_running(at)) return;
    world_.ask(at, acts_at(at).command(world_.line(), fmt::format("act {}", step)));
    if (at == kHostile) return;
    if (chance_.happens(0.1)) world_.ask(at, Attend{world_.line(), "duty officer", 1});
    if (chance_.happens(0.03)) world_.crash(at);
  }

  void forge_some() {
    RandomActs acts = acts_at(kHostile);
    if (world_.is_running(kHostile)) world_.stop(kHostile, "busy");
    for (std::size_t left = 1 + chance_.below(4); left > 0; --left) forge_one(acts);
    // He may withhold them for a while.
    if (chance_.happens(0.2)) world_.run_for(Seconds{static_cast<std::int64_t>(chance_.below(60))});
    world_.start(kHostile);
  }

  void forge_one(RandomActs& acts) {
    const Party party{kHostile, 1};
    Store& store = world_.store(kHostile);
    const EntryId made = forge(store, party, world_.line(), acts.forged(store, party.station()));
    forged_.push_back(made);
  }

  // One history for the one, another for the other.
  void fork() {
    RandomActs acts = acts_at(kHostile);
    if (world_.is_running(kHostile)) world_.stop(kHostile, "busy");
    const Store before = world_.backup(kHostile);
    for (const std::size_t told : {std::size_t{0}, std::size_t{1}}) {
      if (told == 1) world_.replace_store(kHostile, before);
      forge_one(acts);
      world_.set_cut(kHostile, 1 - told, true);
      world_.start(kHostile);
      world_.run_for(Seconds{static_cast<std::int64_t>(chance_.below(20))});
      world_.set_cut(kHostile, 1 - told, false);
      if (told == 0 && world_.is_running(kHostile)) world_.stop(kHostile, "busy");
    }
    forks_ = true;
  }

  void calm() {
    world_.stop_crashes();
    world_.set_faults({});
    if (!world_.failure().empty()) return;
    world_.start(kHostile);
    // Until the last request's time is over and what was said of it is with both.
    world_.run_for(Seconds{180});
    const auto settled = [&] { return world_.agree({0, 1}); };
    if (!world_.run_until(settled, scenario_.converge_within)) fail("the honest records do not agree");
    world_.check_promises();
  }

  void judge() {
    judge_forks();
    const Statements one = statements_of(world_, 0);
    compare(one, statements_of(world_, 1), "they contradict each other");
    compare(one, statements_of_reader(world_.store(0), world_.line()),
            "a reader of the record says otherwise");
    const std::vector<const Matter*> matters = world_.station(0).matters(world_.line());
    result_.matters = matters.size();
    for (const Matter* matter : matters) result_.acts += matter->acts.size();
    for (const StationKey& author : denied_what_they_knew(matters)) {
      if (author == Party{kHostile, 1}.station()) {
        ++result_.denials;
      } else {
        fail("an honest party is shown to contradict itself");
      }
    }
  }

  // They may differ in what he took part in, once his own signatures prove two histories.
  void compare(const Statements& one, const Statements& other, const std::string& what) {
    for (const EntryId& id : differing(one, other)) {
      const std::vector<const Matter*> matters = world_.station(0).matters(world_.line());
      const bool his = std::ranges::any_of(matters, [&](const Matter* matter) {
        return matter->root().id == id && std::ranges::any_of(matter->acts, [](const Act& act) {
                 return act.header.author == Party{kHostile, 1}.station();
               });
      });
      if (!result_.forked || !his)
        return fail(fmt::format("{}\n{}\nand\n{}", what, text_of(one), text_of(other)));
      ++result_.differing;
    }
  }

  // Both branches with one of them: then both have them, and both say so.
  void judge_forks() {
    std::map<std::pair<Incarnation, Sequence>, std::size_t> places;
    bool forked = false;
    for (const auto& [serial, stored] : world_.store(0).entries())
      forked = ++places[{stored.entry.header.incarnation, stored.entry.header.sequence}] > 1 || forked;
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
      const std::vector<std::string> conditions = world_.status(at).conditions;
      const bool said = std::ranges::any_of(conditions, [](const std::string& text) {
        return text.find("two different") != std::string::npos;
      });
      if (forked && !said)
        return fail(fmt::format("station {} does not say that it was told two histories", at));
    }
    result_.forked = forked;
    if (forked && !forks_) fail("a fork that nobody made");
  }

  ActOutcome outcome() {
    result_.forged = forged_.size();
    result_.run = outcome_of(world_);
    return result_;
  }

  Scenario scenario_;
  World world_;
  Chance chance_;
  std::vector<EntryId> forged_;
  bool forks_ = false;
  ActOutcome result_;
};

}  // namespace

ActOutcome play_acts(const Scenario& scenario) { return ActRun(scenario).play(); }

}  // namespace openline::sim
