// SPDX-License-Identifier: Apache-2.0
#include "sim/trouble.h"

#include <fmt/format.h>

#include <algorithm>

namespace openline::sim {
namespace {

constexpr std::size_t kRecorded = 256;

constexpr Fault kEvents[] = {Fault::kPartition,   Fault::kIsolation,  Fault::kFlapping,    Fault::kMoving,
                             Fault::kFullDisk,    Fault::kSlowDisk,   Fault::kStalledDisk, Fault::kRestore,
                             Fault::kClockJump,   Fault::kClockDrift, Fault::kClockStop,   Fault::kPause,
                             Fault::kReplayFirst, Fault::kStrangers,  Fault::kForge,       Fault::kEquivocate,
                             Fault::kWithhold,    Fault::kFlood};

Milliseconds longest(Fault fault) {
  switch (fault) {
    case Fault::kIsolation:
    case Fault::kWithhold:
      return Seconds{40};
    case Fault::kFullDisk:
    case Fault::kStalledDisk:
      return Seconds{20};
    case Fault::kPause:
      return Seconds{15};
    default:
      return Seconds{30};
  }
}

bool is_hostile(Fault fault) {
  return fault == Fault::kForge || fault == Fault::kEquivocate || fault == Fault::kWithhold ||
         fault == Fault::kFlood;
}

}  // namespace

Trouble::Trouble(World& world, FaultMix mix, std::uint64_t seed, std::optional<std::size_t> hostile,
                 std::uint64_t rarer)
    : world_(world),
      mix_(std::move(mix)),
      chance_(seed),
      hostile_(hostile),
      rarer_(static_cast<std::int64_t>(rarer)),
      paths_(world.party(0).paths) {}

Milliseconds Trouble::elapsed() const {
  return std::chrono::duration_cast<Milliseconds>(world_.true_time() - begun_);
}

std::size_t Trouble::other_than(std::size_t station) {
  return (station + 1 + chance_.below(world_.stations() - 1)) % world_.stations();
}

void Trouble::begin(Milliseconds duration) {
  begun_ = world_.true_time();
  duration_ = duration;
  for (std::size_t at = 0; at < world_.stations(); ++at) {
    world_.disk(at).late_write = mix_.of(Fault::kLateWrite).probability;
    world_.disk(at).rot = mix_.of(Fault::kBitRot).probability;
  }
  if (mix_.has(Fault::kReplay) || mix_.has(Fault::kReplayFirst)) {
    world_.tap([this](const WireName& wire, const Bytes& packet) { record(wire, packet); });
    world_.tap_arrivals([this](const WireName&, const Bytes& packet) { arrived(packet); });
  }
  plan_wires();
  plan_crashes();
  for (const Fault fault : kEvents) plan_events(fault);
}

void Trouble::end() {
  over_ = true;
  world_.stop_crashes();
  world_.set_faults({});
  world_.move_back();
  for (std::size_t at = 0; at < world_.stations(); ++at) {
    world_.disk(at) = {};
    world_.clock(at).go_on(world_.true_time());
    world_.clock(at).drift(0, world_.true_time());
    world_.start(at);
  }
}

void Trouble::plan_wires() {
  if (duration_ == Milliseconds{}) return;
  redraw_wires();
  world_.later((Seconds{1} + chance_.up_to(Seconds{9})) * rarer_, [this] {
    if (!over_ && elapsed() < duration_) plan_wires();
  });
}

// Some of the wires change each time.
void Trouble::redraw_wires() {
  for (std::size_t left = 1 + world_.stations() / 3; left > 0; --left) {
    const std::size_t from = chance_.below(world_.stations());
    const WireName name{from, other_than(from), chance_.below(paths_)};
    Faults faults = draw(elapsed());
    faults.cut = faults.cut || cut_until_[name] > world_.true_time();
    world_.network().wire(name) = faults;
  }
}

Faults Trouble::draw(Milliseconds at) {
  const auto some = [&](Fault fault) {
    const double most = mix_.at(fault, at);
    return chance_.happens(0.5) ? static_cast<double>(chance_.below(1000)) / 1000 * most : 0.0;
  };
  const auto has = [&](Fault fault) { return chance_.happens(mix_.at(fault, at)); };
  Faults faults;
  faults.loss = some(Fault::kLoss);
  faults.burst = some(Fault::kBurst);
  faults.duplication = some(Fault::kDuplication);
  faults.reordering = some(Fault::kReordering);
  faults.corruption = some(Fault::kCorruption);
  faults.truncation = some(Fault::kTruncation);
  if (has(Fault::kDelay)) {
    faults.delay = Milliseconds{1} + chance_.up_to(Milliseconds{300});
    faults.jitter = chance_.up_to(Milliseconds{50});
  }
  if (has(Fault::kSmallPackets)) faults.largest = 1200 + chance_.below(400);
  if (has(Fault::kBandwidth)) faults.bandwidth = 4'000 + chance_.below(60'000);
  faults.cut = has(Fault::kOneWay);
  return faults;
}

void Trouble::plan_crashes() {
  const FaultSetting& setting = mix_.of(Fault::kCrash);
  world_.set_crashes(mix_.at(Fault::kCrash, {}));
  for (const FaultSpan& span : setting.spans) {
    for (const Milliseconds edge : {span.from, span.to}) {
      world_.later(edge, [this] {
        if (!over_) world_.set_crashes(mix_.at(Fault::kCrash, elapsed()));
      });
    }
  }
}

void Trouble::plan_events(Fault fault) {
  const FaultSetting& setting = mix_.of(fault);
  if (setting.probability <= 0 || (is_hostile(fault) && !hostile_)) return;
  const auto plan = [&](Milliseconds at, Milliseconds length) {
    const std::size_t station = is_hostile(fault) ? *hostile_ : chance_.below(world_.stations());
    world_.later(at, [this, fault, station, length] {
      if (!over_ && world_.failure().empty()) happen(fault, station, length);
    });
  };
  for (const FaultSpan& span : setting.spans) plan(span.from, span.to - span.from);
  if (!setting.spans.empty()) return;
  // Few of a large group have one at the same time, or nothing would ever get through.
  const double stations = is_hostile(fault) ? 1 : std::min<double>(static_cast<double>(world_.stations()), 9);
  const Milliseconds mean{
      static_cast<std::int64_t>(60'000 * static_cast<double>(rarer_) / (setting.probability * stations))};
  const auto gap = [&] {
    return std::chrono::duration_cast<Milliseconds>(chance_.up_to(2 * mean)) + Milliseconds{1};
  };
  for (Milliseconds at = gap(); at < duration_; at += gap()) {
    plan(at, std::chrono::duration_cast<Milliseconds>(chance_.up_to(longest(fault))) + Milliseconds{100});
  }
}

void Trouble::happen(Fault fault, std::size_t station, Milliseconds length) {
  ++happened_;
  world_.note(station, fmt::format("fault: {} ({} ms)", kind_of(fault).name, length.count()));
  if (is_hostile(fault)) return hostile_event(fault, length);
  network_event(fault, station, length);
  station_event(fault, station, length);
  clock_event(fault, station, length);
  stranger_event(fault, station);
}

void Trouble::network_event(Fault fault, std::size_t station, Milliseconds length) {
  if (fault == Fault::kPartition) {
    const std::size_t other = other_than(station);
    for (std::size_t path = 0; path < paths_; ++path) cut(station, other, path, length);
  } else if (fault == Fault::kIsolation) {
    for (std::size_t other = 0; other < world_.stations(); ++other) {
      for (std::size_t path = 0; path < paths_ && other != station; ++path) cut(station, other, path, length);
    }
  } else if (fault == Fault::kFlapping) {
    flap(station, other_than(station), chance_.below(paths_), world_.true_time() + length);
  } else if (fault == Fault::kMoving) {
    world_.move(station, chance_.below(paths_));
  }
}

void Trouble::cut(std::size_t one, std::size_t other, std::size_t path, Milliseconds length) {
  const MonotonicTime until = world_.true_time() + length;
  for (const WireName& name : {WireName{one, other, path}, WireName{other, one, path}}) {
    cut_until_[name] = std::max(cut_until_[name], until);
    world_.network().wire(name).cut = true;
    world_.later(length, [this, name] {
      if (!over_ && cut_until_[name] <= world_.true_time()) world_.network().wire(name).cut = false;
    });
  }
}

void Trouble::flap(std::size_t one, std::size_t other, std::size_t path, MonotonicTime until) {
  if (over_ || world_.true_time() >= until) return;
  const auto some = [&] { return Milliseconds{200} + chance_.up_to(Seconds{3}); };
  const Microseconds away = some();
  cut(one, other, path, std::chrono::duration_cast<Milliseconds>(away));
  world_.later(away + some(), [this, one, other, path, until] { flap(one, other, path, until); });
}

void Trouble::station_event(Fault fault, std::size_t station, Milliseconds length) {
  DiskFaults& disk = world_.disk(station);
  if (fault == Fault::kFullDisk) {
    disk.full = true;
    world_.later(length, [this, station] { world_.disk(station).full = false; });
  } else if (fault == Fault::kSlowDisk) {
    disk.slow = Milliseconds{500};
    world_.later(length, [this, station] { world_.disk(station).slow = {}; });
  } else if (fault == Fault::kStalledDisk) {
    disk.stall = 1;
    disk.stalled = length;
    world_.later(Seconds{1}, [this, station] { world_.disk(station).stall = 0; });
  } else if (fault == Fault::kPause) {
    world_.pause(station, length);
  } else if (fault == Fault::kRestore) {
    backups_.insert_or_assign(station, world_.backup(station));
    world_.later(2 * length, [this, station] {
      const auto backup = backups_.find(station);
      if (over_ || backup == backups_.end() || !world_.failure().empty()) return;
      world_.restore(station, std::move(backup->second));
      backups_.erase(backup);
    });
  }
}

void Trouble::clock_event(Fault fault, std::size_t station, Milliseconds length) {
  Clock& clock = world_.clock(station);
  if (fault == Fault::kClockJump) {
    constexpr Seconds kDay{24 * 3600};
    clock.jump(std::chrono::duration_cast<Milliseconds>(chance_.up_to(2 * kDay)) - Milliseconds{kDay});
  } else if (fault == Fault::kClockDrift) {
    clock.drift(static_cast<std::int64_t>(chance_.below(10'001)) - 5'000, world_.true_time());
  } else if (fault == Fault::kClockStop) {
    clock.stop(world_.true_time());
    world_.later(length, [this, station] { world_.clock(station).go_on(world_.true_time()); });
  }
}

Address Trouble::stranger() {
  return {fmt::format("203.0.113.{}:{}", chance_.below(256), 1024 + chance_.below(60'000))};
}

void Trouble::record(const WireName& wire, const Bytes& packet) {
  if (over_) return;
  const auto one = std::make_shared<Recorded>(wire, packet);
  const auto keep = [&](auto& kept) {
    if (kept.size() < kRecorded) return kept.push_back(one);
    kept[chance_.below(kRecorded)] = one;
  };
  if (!packet.empty() && packet[0] == 0x01) keep(first_messages_);
  if (chance_.happens(0.1)) keep(recorded_);
  if (recorded_.empty() || !chance_.happens(mix_.at(Fault::kReplay, elapsed()))) return;
  const auto old = recorded_[chance_.below(recorded_.size())];
  const Address from =
      chance_.happens(0.5) ? stranger() : world_.party(old->wire.from).address(old->wire.path);
  world_.later(chance_.up_to(Seconds{20}), [this, from, old] { replay(*old, from); });
}

void Trouble::arrived(const Bytes& packet) {
  for (const auto* kept : {&recorded_, &first_messages_}) {
    for (const auto& one : *kept) one->came = one->came || one->packet == packet;
  }
}

// One that was lost when it was sent, and comes now, is late: its receiver cannot know better.
void Trouble::replay(const Recorded& old, const Address& from) {
  world_.bring(old.wire, from, old.packet, !old.came);
}

void Trouble::stranger_event(Fault fault, std::size_t station) {
  if (fault == Fault::kReplayFirst) {
    const auto all = first_messages_;  // what is answered may be recorded meanwhile
    for (const auto& old : all) replay(*old, stranger());
  } else if (fault == Fault::kStrangers) {
    constexpr std::uint8_t kTypes[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x10, 0x11, 0x20, 0x30};
    for (int left = 300; left > 0; --left) {
      Bytes packet(1 + chance_.below(300));
      chance_.fill(packet);
      packet[0] = kTypes[chance_.below(std::size(kTypes))];
      world_.inject(stranger(), station, chance_.below(paths_), std::move(packet));
    }
  }
}

void Trouble::hostile_event(Fault fault, Milliseconds length) {
  const std::size_t at = *hostile_;
  if (!world_.is_running(at) || !world_.store(at).has_rows("line")) return;
  if (fault == Fault::kForge) return forge_some(1 + chance_.below(4));
  if (fault == Fault::kFlood) return forge_some(300);
  if (fault == Fault::kEquivocate) return equivocate(length);
  world_.stop(at, "busy");
  world_.later(length, [this, at] { world_.start(at); });
}

void Trouble::forge_some(std::size_t count) {
  const std::size_t at = *hostile_;
  std::vector<std::string> codes;
  for (const Member& member : world_.agreement().members) codes.push_back(member.code);
  RandomActs acts(chance_, world_.station(at).matters(world_.line()), codes);
  world_.stop(at, "busy");
  const Party& party = world_.party(at);
  Store& store = world_.store(at);
  for (; count > 0 && can_forge(store, party); --count)
    forge(store, party, world_.line(), acts.forged(store, party.station()));
  world_.start(at);
}

void Trouble::isolate(std::size_t station, const std::vector<std::size_t>& from, bool cut) {
  for (const std::size_t other : from) world_.set_cut(station, other, cut);
}

// One history for the even, another for the odd.
void Trouble::equivocate(Milliseconds length) {
  const std::size_t at = *hostile_;
  std::vector<std::size_t> even, odd;
  for (std::size_t other = 0; other < world_.stations(); ++other) {
    if (other != at) (other % 2 == 0 ? even : odd).push_back(other);
  }
  const auto before = std::make_shared<Store>(world_.backup(at));
  isolate(at, odd, true);
  forge_some(1);
  world_.later(length / 2, [this, at, even, odd, before] {
    isolate(at, odd, false);
    if (over_ || !world_.is_running(at)) return;
    world_.stop(at, "busy");
    world_.replace_store(at, std::move(*before));
    world_.start(at);
    isolate(at, even, true);
    forge_some(1);
  });
  world_.later(length, [this, at, even] { isolate(at, even, false); });
}

}  // namespace openline::sim
