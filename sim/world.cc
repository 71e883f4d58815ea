// SPDX-License-Identifier: Apache-2.0
#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/hash.h"
#include "core/wire/assert.h"

namespace openline::sim {
namespace {

constexpr std::uint64_t kTimersASecond = 20'000;  // more is a station that never sleeps

RandomSeed seed_for(std::uint64_t world, std::size_t party, std::uint64_t run) {
  return RandomSeed(hash_of(view_of(fmt::format("{} {} {}", world, party, run))).value);
}

}  // namespace

World::World(WorldOptions options)
    : options_(std::move(options)), chance_(options_.seed), network_(options_.seed + 1) {
  std::vector<Party> members;
  for (const std::size_t number : options_.parties) {
    auto fresh = std::make_unique<Node>();
    fresh->disk = options_.disk;
    fresh->number = nodes_.size();
    fresh->party = {number,           options_.paths,      options_.declared_rate, options_.padding,
                    options_.cover,   options_.max_packet, options_.packet_time,   options_.discover_up_to,
                    options_.overhead};
    for (std::size_t path = 0; path < options_.paths; ++path)
      fresh->addresses.push_back(fresh->party.address(path));
    const bool copied = std::count(options_.parties.begin(), options_.parties.end(), number) > 1;
    fresh->name = fresh->party.code() + (copied ? fmt::format("/{}", nodes_.size()) : "");
    const bool hostile = std::ranges::find(options_.hostile, number) != options_.hostile.end();
    oracles_.know(nodes_.size(), fresh->party.station(), !copied && !hostile);
    const auto same = [&](const Party& party) { return party.number == number; };
    if (std::none_of(members.begin(), members.end(), same)) members.push_back(fresh->party);
    nodes_.push_back(std::move(fresh));
  }
  for (const auto& node : nodes_) {
    for (std::size_t path = 0; path < options_.paths; ++path)
      places_.emplace(node->addresses[path].text, std::pair(node->number, path));
  }
  agreement_ = agreement_of(members, options_.record);
  came_.resize(nodes_.size() * nodes_.size());
  late_.resize(nodes_.size() * nodes_.size());
  set_faults(options_.faults);
  for (std::size_t at = 0; at < nodes_.size(); ++at) start(at);
}

void World::deed(const Node& node, std::string what) {
  trace_.add({now_, node.name, "{4}", {}, std::move(what)}, true);
}

void World::say(const Node& node, const char* what, std::array<std::uint64_t, 4> numbers) {
  trace_.add({now_, node.name, what, numbers, {}}, false);
}

void World::at(MonotonicTime when, Deed what) {
  events_.push_back({when, next_order_++, std::move(what)});
  std::push_heap(events_.begin(), events_.end());
}

void World::later(Microseconds after, std::function<void()> what) { at(now_ + after, std::move(what)); }

void World::for_run(Node& node, Microseconds after, Deed what) {
  at(now_ + after, [this, number = node.number, run = node.runs, what = std::move(what)]() mutable {
    Node& then = this->node(number);
    if (then.runs != run) return;
    if (then.paused_until > now_) return for_run(then, then.paused_until - now_, std::move(what));
    what();
  });
}

void World::pause(std::size_t station, Microseconds time) {
  deed(node(station), fmt::format("stands still for {} ms", time.count() / 1000));
  node(station).paused_until = now_ + time;
}

bool World::step() {
  if (events_.empty() || !failure().empty()) return false;
  std::pop_heap(events_.begin(), events_.end());
  Event event = std::move(events_.back());
  events_.pop_back();
  now_ = std::max(now_, event.at);
  event.what();
  return failure().empty();
}

void World::run_for(Microseconds time) {
  const MonotonicTime end = now_ + time;
  while (!events_.empty() && events_.front().at <= end && step()) {
  }
  if (failure().empty()) now_ = end;
}

bool World::run_until(const std::function<bool()>& condition, Seconds within) {
  const MonotonicTime end = now_ + within;
  while (!condition()) {
    if (events_.empty() || events_.front().at > end || !step()) return false;
  }
  return failure().empty();
}

void World::start(std::size_t at) {
  Node& node = this->node(at);
  if (node.station) return;
  ++node.runs;
  Result<Station> started =
      Station::start(options_.station, node.party.identity(), node.party.local_paths(), node.store.rows(),
                     seed_for(options_.seed, node.party.number, node.runs), now(at));
  if (!started) return oracles_.fail(node.name + " does not start: " + started.error().text());
  node.station = std::make_unique<Station>(std::move(*started));
  deed(node, "starts");
  oracles_.check_promises(at, node.store);
  finish_turn(node);
}

void World::let_go(Node& node) {
  node.station.reset();
  node.committing.reset();
  node.timer.reset();
  ++node.runs;
}

void World::crash(std::size_t at) {
  Node& node = this->node(at);
  if (!node.station) return;
  deed(node, "crashes");
  // What was on its way to the disk is there whole or not at all: that is the store's own promise.
  if (node.committing && chance_.happens(node.disk.late_write)) write(node);
  let_go(node);
  ++crashes_;
  oracles_.check_promises(at, node.store);
  for_run(node, options_.restart_after, [this, at] { start(at); });
}

void World::stop(std::size_t at, const std::string& reason) {
  Node& node = this->node(at);
  if (!node.station) return;
  deed(node, "stops");
  input(node, [&](Station& station) { station.stop(reason, now(at)); });
  let_go(node);
}

void World::restore(std::size_t at, Store backup) {
  deed(node(at), "is restored from a backup");
  let_go(node(at));
  replace_store(at, std::move(backup));
  start(at);
}

void World::replace_store(std::size_t at, Store backup) {
  OPENLINE_ASSERT(!is_running(at));
  const Store before = std::exchange(node(at).store, std::move(backup));
  oracles_.restored(at, before, node(at).store);
}

// The turn.

bool World::point(Node& node, const char* where) {
  const bool due = node.crash_in > 0 && --node.crash_in == 0;
  if (!due && !chance_.happens(options_.crash)) return true;
  deed(node, fmt::format("crash point: {}", where));
  crash(node.number);
  return false;
}

template <class Give>
void World::input(Node& node, const Give& give) {
  if (!node.station) return;
  give(*node.station);
  if (point(node, "after an input")) finish_turn(node);
}

void World::finish_turn(Node& node) {
  if (!begin_commit(node)) return;
  if (!take_outputs(node)) return;
  if (!point(node, "after outputs were taken")) return;
  send_packets(node);
  if (!point(node, "after packets were sent")) return;
  node.station->check_invariants();
  if (++node.turns % Node::kChainsEvery == 0) node.station->check_chains();
  set_timer(node);
}

bool World::begin_commit(Node& node) {
  if (node.committing) return true;
  node.committing = node.station->take_batch(now(node.number));
  if (!node.committing) return true;
  say(node, "begins commit {} of {} changes", {node.committing->commit, node.committing->changes.size()});
  for_run(node, node.disk.commit_time(chance_), [this, at = node.number] { commit(this->node(at)); });
  return point(node, "after the batch was taken");
}

void World::commit(Node& node) {
  const std::uint64_t number = node.committing->commit;
  if (node.disk.full) {
    for_run(node, Seconds{1}, [this, at = node.number] { commit(this->node(at)); });
    deed(node, "cannot commit: the disk is full");
    return input(
        node, [&](Station& station) { station.commit_failed(number, "the disk is full", now(node.number)); });
  }
  if (!point(node, "before the batch is durable")) return;
  if (!write(node)) return;
  node.committing.reset();
  if (!point(node, "after the batch is durable")) return;
  say(node, "committed {}", {number});
  input(node, [&](Station& station) { station.committed(number, now(node.number)); });
}

bool World::write(Node& node) {
  const Batch& batch = *node.committing;
  if (const Result<void> done = node.store.apply(batch); !done) {
    oracles_.fail(fmt::format("{}, commit {}: {}", node.name, batch.commit, done.error().text()));
    return false;
  }
  oracles_.stored(node.number, batch,
                  [this](std::size_t at) -> const Store& { return this->node(at).store; });
  return true;
}

bool World::take_outputs(Node& node) {
  for (Output& output : node.station->take_outputs()) take(node, output);
  return failure().empty();
}

void World::take(Node& node, Output& output) {
  const std::size_t at = node.number;
  if (auto* reply = std::get_if<Reply>(&output.what)) {
    deed(node, fmt::format("replies to {}: {}", reply->request,
                           reply->result ? "done " + reply->result->note : reply->result.error().message));
    oracles_.replied(at, *reply, node.store);
    node.replies.insert_or_assign(reply->request, std::move(*reply));
  } else if (auto* added = std::get_if<EntryAdded>(&output.what)) {
    deed(node, fmt::format("shows {} {} {}", added->serial.value, kind_name(added->entry.header.kind),
                           added->entry.id.hex().substr(0, 12)));
    oracles_.added(at, *added, node.store);
    if (node.told) node.told(*added);
    if (options_.keep_added) node.added.push_back(std::move(*added));
  } else if (const auto* runs = std::get_if<ReadRuns>(&output.what)) {
    for_run(node, node.disk.read_time, [this, at, what = *runs] { read(this->node(at), what); });
  } else if (const auto* part = std::get_if<ReadPart>(&output.what)) {
    for_run(node, node.disk.read_time, [this, at, what = *part] { read(this->node(at), what); });
  } else if (const auto* write = std::get_if<WritePart>(&output.what)) {
    for_run(node, node.disk.commit_time(chance_), [this, at, what = *write] {
      const PartWritten written = this->node(at).store.write(what);
      if (!point(this->node(at), "after a part is durable")) return;
      say(this->node(at), "has written part {}", {what.part});
      input(this->node(at), [&](Station& station) { station.part_written(written, now(at)); });
    });
  }
}

void World::rest(const std::vector<std::size_t>& stations, Seconds time_to_know) {
  rest_from_ = now_ + time_to_know;
  for (const std::size_t at : stations) {
    const auto& entries = store(at).entries();
    if (!entries.empty()) node(at).at_rest = entries.rbegin()->first;
  }
}

void World::read(Node& node, const ReadRuns& what) {
  RunsRead answer = node.store.read(what);
  const std::optional<Serial> serial = node.store.serial_at(what.chain, what.from);
  if (now_ >= rest_from_ && serial && *serial <= node.at_rest)
    oracles_.fail(fmt::format("{} reads again what all had long ago: chain {} from {}", node.name,
                              what.chain.value, what.from.value));
  if (node.disk.rots(chance_, answer)) deed(node, "reads an entry with a bit turned over");
  say(node, "has read {} entries", {answer.entries.size()});
  input(node, [&](Station& station) { station.runs_read(std::move(answer), now(node.number)); });
}

void World::read(Node& node, const ReadPart& what) {
  PartRead answer = node.store.read(what);
  if (node.disk.rots(chance_, answer)) deed(node, "reads a part with a bit turned over");
  say(node, "has read part {}", {what.part});
  input(node, [&](Station& station) { station.part_read(std::move(answer), now(node.number)); });
}

void World::send_packets(Node& node) {
  for (std::size_t path = 0; path < options_.paths; ++path) {
    const PathIndex index{static_cast<std::uint8_t>(path)};
    const std::size_t most = std::max(options_.max_packet, options_.discover_up_to);
    while (auto packet = node.station->next_packet(index, most, now(node.number))) carry(node, path, *packet);
  }
}

const Address& World::address_of(const Node& node, std::size_t path) { return node.addresses[path]; }

void World::move_to(Node& node, std::size_t path, Address address) {
  std::erase_if(places_, [&](const auto& place) { return place.second == std::pair(node.number, path); });
  places_.emplace(address.text, std::pair(node.number, path));
  node.addresses[path] = std::move(address);
}

void World::move(std::size_t station, std::size_t path) {
  Node& moving = node(station);
  move_to(moving, path, {fmt::format("198.51.100.{}:{}", station + 1, 1024 + ++moving.moves)});
  deed(moving, fmt::format("is at {} on path {}", moving.addresses[path].text, path));
}

void World::move_back() {
  for (const auto& node : nodes_) {
    for (std::size_t path = 0; path < options_.paths; ++path) move_to(*node, path, node->party.address(path));
  }
}

void World::carry(Node& node, std::size_t path, const OutgoingPacket& packet) {
  // Stations of a copied disk share their address: to each of them goes a copy.
  const auto [first, last] = places_.equal_range(packet.to.text);
  for (auto place = first; place != last; ++place) {
    const auto [other, their_path] = place->second;
    if (other == node.number || their_path != path || separate_pair(node.number, other)) continue;
    const WireName wire{node.number, other, path};
    for (const Tap& tap : taps_) tap(wire, packet.bytes);
    for (Arrival& arrival : network_.carry(wire, packet.bytes, now_)) {
      at(arrival.at, [this, wire, from = address_of(node, path), bytes = std::move(arrival.packet),
                      whole = arrival.whole] { arrive(wire, from, bytes, whole); });
    }
  }
}

void World::inject(const Address& from, std::size_t to, std::size_t path, Bytes packet) {
  arrive({to, to, path}, from, packet, false);
}

void World::bring(const WireName& wire, const Address& from, const Bytes& packet, bool first) {
  if (first) late_[wire.from * nodes_.size() + wire.to] = now_;
  arrive(wire, from, packet, first);
}

void World::arrive(const WireName& wire, const Address& from, const Bytes& packet, bool whole) {
  Node& node = this->node(wire.to);
  if (node.paused_until > now_) {
    return at(node.paused_until, [this, wire, from, packet, whole] { arrive(wire, from, packet, whole); });
  }
  if (!node.station) return;
  say(node, "receives {} bytes of type {} on path {} from {}",
      {packet.size(), packet.empty() ? 0u : packet[0], wire.path, wire.from});
  if (whole) {
    came_[wire.from * nodes_.size() + wire.to] = now_;
    for (const Tap& tap : arrival_taps_) tap(wire, packet);
  }
  input(node, [&](Station& station) {
    station.receive({static_cast<std::uint8_t>(wire.path)}, from, packet, now(wire.to));
  });
}

namespace {

std::optional<MonotonicTime> unless_never(MonotonicTime time) {
  return time == MonotonicTime{} ? std::nullopt : std::optional(time);
}

}  // namespace

std::optional<MonotonicTime> World::last_came(std::size_t from, std::size_t to) const {
  return unless_never(came_[from * nodes_.size() + to]);
}

std::optional<MonotonicTime> World::last_late(std::size_t from, std::size_t to) const {
  return unless_never(late_[from * nodes_.size() + to]);
}

void World::give_command(std::size_t station, std::uint64_t request, Command command) {
  input(node(station), [&](Station& running) { running.command(request, std::move(command), now(station)); });
}

void World::set_timer(Node& node) {
  const MonotonicTime next = node.station->next_timeout();
  if (next == kNever) return;
  const MonotonicTime due = std::max(node.clock.when(next), now_ + Microseconds{100});
  if (node.timer && *node.timer <= due && *node.timer > now_) return;
  node.timer = due;
  for_run(node, due - now_, [this, at = node.number, due] {
    Node& woken = this->node(at);
    if (woken.timer != due) return;
    woken.timer.reset();
    count_timer(woken);
    say(woken, "timer");
    input(woken, [&](Station& station) { station.run_timers(now(at)); });
  });
}

void World::count_timer(Node& node) {
  const std::int64_t second = std::chrono::floor<Seconds>(now_.time_since_epoch()).count();
  if (second != node.timer_second) node.timer_second = second, node.timers = 0;
  if (++node.timers > kTimersASecond) oracles_.fail(node.name + " never sleeps: its timers are always due");
}

}  // namespace openline::sim
