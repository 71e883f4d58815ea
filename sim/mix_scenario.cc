// SPDX-License-Identifier: Apache-2.0
#include "sim/mix_scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/crypto/transport.h"
#include "sim/trouble.h"
#include "sim/watch.h"

namespace openline::sim {
namespace {

constexpr const char* kPlanted = "planted-marker-9f3c";
constexpr const char* kRole = "planted duty officer";

constexpr Seconds kTimeToKnow{90};  // what was passed on in vain is looked at again after 60 s
constexpr Seconds kRest{60};
constexpr std::size_t kPadding = 256;
constexpr std::size_t kUnpadded =
    kTransportOverhead + 24;  // a challenge or answer of an address not yet valid

std::vector<std::string> secrets_of(const World& world) {
  std::vector<std::string> secrets = {kPlanted, kRole, " Command"};
  for (std::size_t at = 0; at < std::min<std::size_t>(world.stations(), 3); ++at) {
    const StationKey key = world.party(at).station();
    secrets.emplace_back(reinterpret_cast<const char*>(key.value.data()), 16);
  }
  return secrets;
}

WorldOptions world_of(const MixScenario& scenario, std::optional<std::size_t> hostile) {
  WorldOptions options;
  options.seed = scenario.seed;
  options.parties.clear();
  for (std::size_t number = 0; number < scenario.stations; ++number) options.parties.push_back(number);
  if (hostile) options.hostile = {*hostile};
  options.courier_keys = scenario.seed % 2 == 0;
  if (scenario.seed % 5 == 3) options.padding = kPadding;
  if (scenario.seed % 11 == 10) options.cover = Milliseconds{250};
  if (scenario.seed % 3 != 0 && options.padding == 0) options.discover_up_to = 9000;
  options.keep_added = false;
  return options;
}

bool any_hostile(const FaultMix& mix) {
  return mix.has(Fault::kForge) || mix.has(Fault::kEquivocate) || mix.has(Fault::kWithhold) ||
         mix.has(Fault::kFlood);
}

// A tree, so that all are reached somehow, and a few pairs more. The last one is a leaf of it: whatever it
// does, the others reach each other without it.
void draw_topology(World& world, Chance& chance) {
  const std::size_t all = world.stations();
  std::set<std::pair<std::size_t, std::size_t>> linked;
  for (std::size_t at = 1; at < all; ++at) linked.emplace(chance.below(at), at);
  const double more = std::min(0.3, 3.0 / static_cast<double>(all));
  for (std::size_t one = 0; one < all; ++one) {
    for (std::size_t other = one + 1; other < all; ++other) {
      if (!linked.contains({one, other}) && !chance.happens(more)) world.separate(one, other);
    }
  }
}

class MixRun {
 public:
  explicit MixRun(const MixScenario& scenario)
      : scenario_(scenario),
        chance_(scenario.seed + 5),
        hostile_(scenario.stations > 2 && any_hostile(scenario.mix) && scenario.seed % 4 != 0
                     ? std::optional(scenario.stations - 1)
                     : std::nullopt),
        shape_(world_of(scenario, hostile_)),
        world_(shape_),
        watch_(world_, {}, secrets_of(world_)),
        trouble_(world_, scenario.mix, scenario.seed + 6, hostile_, scenario.rarer) {
    if (shape_.padding > 0 || shape_.cover)
      world_.tap([this](const WireName&, const Bytes& packet) { check_size(packet); });
    for (std::size_t at = 0; at < world_.stations(); ++at) {
      if (at != hostile_) honest_.push_back(at);
      silent_.push_back(chance_.happens(scenario.mix.of(Fault::kSilentOfficers).probability));
    }
  }

  MixOutcome play() {
    if (!world_.set_up_line(Seconds{1200})) fail("the line was not made");
    if (world_.failure().empty()) {
      // Signatures of an agreement go directly; what its line carries is passed on.
      if (scenario_.stations == 3) world_.separate(0, 2);
      if (scenario_.stations > 3) draw_topology(world_, chance_);
      look_on();
      for (std::size_t at = 0; at < world_.stations(); ++at) serve(at);
      write_messages();
      trouble_.begin(scenario_.troubles);
      world_.run_for(scenario_.troubles + Seconds{1});
      if (world_.failure().empty()) calm();
    }
    return outcome();
  }

 private:
  void fail(const std::string& what) {
    if (world_.failure().empty()) world_.oracles().fail(what);
  }

  // An observer of a padded path sees lengths that say nothing, of a covered one a single length.
  void check_size(const Bytes& packet) {
    if (!is_transport(packet[0]) || packet.size() <= kUnpadded || packet.size() == shape_.max_packet) return;
    if (shape_.cover || packet.size() % kPadding != 0)
      fail(fmt::format("a packet of {} bytes on a padded path", packet.size()));
  }

  // Where little happens less is to be seen: intervals are up to so many times as long.
  [[nodiscard]] std::int64_t often(std::uint64_t most) const {
    return static_cast<std::int64_t>(std::min(scenario_.rarer, most));
  }

  void look_on() {
    watch_.look();
    note_flashes();
    for (const std::size_t at : watch_.stopped()) world_.ask(at, GoOn{world_.line()});
    world_.later(Seconds{5} * often(12), [this] { look_on(); });
  }

  // An officer who is there for some minutes, or hours, then not. Renewed before a lease ends.
  void serve(std::size_t at) {
    const auto turn =
        static_cast<std::size_t>(world_.true_time().time_since_epoch() / (Seconds{180} * often(20)));
    const bool there = !silent_[at] && (turn + at) % 3 != 0;
    if (there && world_.is_running(at) && !world_.paused(at)) {
      watch_.attends(at);
      world_.ask(at, Attend{world_.line(), kRole, 1});
      acknowledge(at);
    }
    world_.later((Seconds{30} + chance_.up_to(Seconds{10})) * often(2), [this, at] { serve(at); });
  }

  void acknowledge(std::size_t at) {
    if (!world_.is_running(at) || !world_.store(at).has_rows("line") || !chance_.happens(0.3)) return;
    const LineStatus status = world_.status(at);
    for (const OpenItem& item : status.open_items) {
      if (item.own || !world_.is_running(at)) continue;
      world_.ask(at, Acknowledge{world_.line(), item.id.hex(), kRole, std::nullopt});
      return;
    }
  }

  void write_messages() {
    for (std::size_t number = 0; number < scenario_.messages; ++number) {
      const std::size_t writer = honest_[chance_.below(honest_.size())];
      const auto precedence = static_cast<Precedence>(chance_.below(4));
      const std::size_t length = chance_.happens(0.1) ? 3000 : 20;
      world_.later(chance_.up_to(scenario_.troubles), [this, writer, number, precedence, length] {
        const std::string text = fmt::format("{} {} {}", kPlanted, number, std::string(length, 'x'));
        const std::size_t errand = world_.send_text(writer, text, precedence);
        if (precedence == Precedence::kFlash) flashes_[errand] = writer;
      });
    }
  }

  void note_flashes() {
    std::erase_if(flashes_, [&](const auto& flash) {
      const Reply* answer = world_.answer(flash.first);
      if (answer == nullptr) return false;
      if (answer->result && !answer->result->entries.empty())
        watch_.flash_sent(flash.second, answer->result->entries.front().id);
      return true;
    });
  }

  void calm() {
    trouble_.end();
    watch_.calm();
    const auto settled = [&] { return world_.all_answered() && world_.agree(honest_); };
    if (!world_.run_until(settled, scenario_.converge_within)) {
      fail(world_.all_answered() ? "the honest records do not agree" : "a client has no answer");
    }
    world_.run_for(Seconds{5});
    watch_.look();
    world_.check_promises();
    if (!hostile_ && world_.failure().empty()) rest();
  }

  // Who agrees, and has had the time to say so, sends what is new and no more.
  void rest() {
    world_.rest(honest_, kTimeToKnow);
    world_.run_for(kTimeToKnow + kRest);
  }

  MixOutcome outcome() {
    MixOutcome outcome{.run = outcome_of(world_)};
    outcome.hours = static_cast<double>(world_.true_time().time_since_epoch().count()) / 3.6e9;
    outcome.faults = trouble_.happened();
    outcome.looks = watch_.looks();
    outcome.hostile = hostile_.has_value();
    outcome.forked = world_.store(0).holds_fork();
    for (std::size_t one = 0; one < world_.stations(); ++one) {
      for (std::size_t other = one + 1; other < world_.stations(); ++other)
        outcome.never_direct += world_.separate_pair(one, other) ? 1 : 0;
    }
    return outcome;
  }

  MixScenario scenario_;
  Chance chance_;
  std::optional<std::size_t> hostile_;
  WorldOptions shape_;
  World world_;
  Watch watch_;
  Trouble trouble_;
  std::vector<std::size_t> honest_;
  std::vector<bool> silent_;
  std::map<std::size_t, std::size_t> flashes_;  // errands without an answer, and who was asked
};

}  // namespace

MixOutcome play_mix(const MixScenario& scenario) { return MixRun(scenario).play(); }

Quiet quiet_line(std::uint64_t seed, std::size_t stations, bool sparse) {
  MixScenario scenario;
  scenario.seed = seed;
  scenario.stations = stations;
  auto world = std::make_shared<World>(world_of(scenario, std::nullopt));
  Chance chance(seed);
  if (!world->set_up_line(Seconds{1200})) world->oracles().fail("the line was not made");
  if (sparse && stations > 3) draw_topology(*world, chance);
  return {[world](Seconds time) { world->run_for(time); }, [world] { return world->failure(); }};
}

}  // namespace openline::sim
