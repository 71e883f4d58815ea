// SPDX-License-Identifier: Apache-2.0
#include "sim/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/hash.h"
#include "core/wire/assert.h"

namespace openline::sim {
namespace {

constexpr WallTime kStart{Milliseconds{1'767'225'600'000}};  // 2026-01-01
constexpr std::uint64_t kTimersASecond = 20'000;             // more is a station that never sleeps

RandomSeed seed_for(std::uint64_t world, std::size_t party, std::uint64_t run) {
  return RandomSeed(hash_of(view_of(fmt::format("{} {} {}", world, party, run))).value);
}

}  // namespace

World::World(WorldOptions options)
    : options_(std::move(options)), chance_(options_.seed), network_(options_.seed + 1) {
  std::vector<Party> members;
  for (const std::size_t number : options_.parties) {
    auto fresh = std::make_unique<Node>();
    fresh->number = nodes_.size();
    fresh->party = {number,
                    options_.paths,
                    options_.declared_rate,
                    options_.max_packet,
                    options_.packet_time,
                    options_.discover_up_to,
                    options_.overhead};
    const bool copied = std::count(options_.parties.begin(), options_.parties.end(), number) > 1;
    fresh->name = fresh->party.code() + (copied ? fmt::format("/{}", nodes_.size()) : "");
    const bool hostile = std::ranges::find(options_.hostile, number) != options_.hostile.end();
    oracles_.know(nodes_.size(), fresh->party.station(), !copied && !hostile);
    const auto same = [&](const Party& party) { return party.number == number; };
    if (std::none_of(members.begin(), members.end(), same)) members.push_back(fresh->party);
    nodes_.push_back(std::move(fresh));
  }
  agreement_ = agreement_of(members, options_.record);
  set_faults(options_.faults);
  for (std::size_t at = 0; at < nodes_.size(); ++at) start(at);
}

Now World::now(std::size_t) const {
  return {now_, kStart + std::chrono::duration_cast<Milliseconds>(now_.time_since_epoch())};
}

void World::say(const Node& node, const std::string& what) {
  trace_.add(now_, fmt::format("{:8} {}", node.name, what));
}

void World::later(Microseconds after, std::function<void()> what) {
  events_.push({now_ + after, next_order_++, std::move(what)});
}

void World::for_run(Node& node, Microseconds after, std::function<void()> what) {
  later(after, [this, at = node.number, run = node.runs, what = std::move(what)] {
    if (this->node(at).runs == run) what();
  });
}

bool World::step() {
  if (events_.empty() || !failure().empty()) return false;
  Event event = events_.top();
  events_.pop();
  now_ = std::max(now_, event.at);
  event.what();
  return failure().empty();
}

void World::run_for(Microseconds time) {
  const MonotonicTime end = now_ + time;
  while (!events_.empty() && events_.top().at <= end && step()) {
  }
  if (failure().empty()) now_ = end;
}

bool World::run_until(const std::function<bool()>& condition, Seconds within) {
  const MonotonicTime end = now_ + within;
  while (!condition()) {
    if (events_.empty() || events_.top().at > end || !step()) return false;
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
  say(node, "starts");
  oracles_.check_promises(at, node.store);
  finish_turn(node);
}

void World::crash(std::size_t at) {
  Node& node = this->node(at);
  if (!node.station) return;
  say(node, "crashes");
  node.station.reset();
  node.committing.reset();
  node.timer.reset();
  ++node.runs;
  ++crashes_;
  oracles_.check_promises(at, node.store);
  for_run(node, options_.restart_after, [this, at] { start(at); });
}

void World::stop(std::size_t at, const std::string& reason) {
  Node& node = this->node(at);
  input(node, "stops", [&](Station& station) { station.stop(reason, now(at)); });
  node.station.reset();
  node.committing.reset();
  node.timer.reset();
  ++node.runs;
}

void World::restore(std::size_t at, Store backup) {
  Node& node = this->node(at);
  say(node, "is restored from a backup");
  node.station.reset();
  node.committing.reset();
  node.timer.reset();
  ++node.runs;
  replace_store(at, std::move(backup));
  start(at);
}

void World::replace_store(std::size_t at, Store backup) {
  OPENLINE_ASSERT(!is_running(at));
  node(at).store = std::move(backup);
  oracles_.restored(at, node(at).store);
}

// The turn.

bool World::point(Node& node, const char* where) {
  const bool due = node.crash_in > 0 && --node.crash_in == 0;
  if (!due && !chance_.happens(options_.crash)) return true;
  say(node, fmt::format("crash point: {}", where));
  crash(node.number);
  return false;
}

void World::input(Node& node, const std::string& what, const std::function<void(Station&)>& give) {
  if (!node.station) return;
  say(node, what);
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
  set_timer(node);
}

bool World::begin_commit(Node& node) {
  if (node.committing) return true;
  node.committing = node.station->take_batch(now(node.number));
  if (!node.committing) return true;
  say(node, fmt::format("begins commit {} of {} changes", node.committing->commit,
                        node.committing->changes.size()));
  for_run(node, options_.commit_time, [this, at = node.number] { commit(this->node(at)); });
  return point(node, "after the batch was taken");
}

void World::commit(Node& node) {
  const std::uint64_t number = node.committing->commit;
  if (node.store_full) {
    for_run(node, Seconds{1}, [this, at = node.number] { commit(this->node(at)); });
    return input(node, "cannot commit", [&](Station& station) {
      station.commit_failed(number, "the disk is full", now(node.number));
    });
  }
  if (!point(node, "before the batch is durable")) return;
  const Batch batch = *node.committing;
  if (const Result<void> done = node.store.apply(batch); !done) {
    return oracles_.fail(fmt::format("{}, commit {}: {}", node.name, number, done.error().text()));
  }
  std::vector<const Store*> stores;
  for (const auto& each : nodes_) stores.push_back(&each->store);
  oracles_.stored(node.number, batch, stores);
  if (!point(node, "after the batch is durable")) return;
  node.committing.reset();
  input(node, fmt::format("committed {}", number),
        [&](Station& station) { station.committed(number, now(node.number)); });
}

bool World::take_outputs(Node& node) {
  for (Output& output : node.station->take_outputs()) take(node, output);
  return failure().empty();
}

void World::take(Node& node, Output& output) {
  const std::size_t at = node.number;
  if (auto* reply = std::get_if<Reply>(&output.what)) {
    say(node, fmt::format("replies to {}: {}", reply->request,
                          reply->result ? "done " + reply->result->note : reply->result.error().message));
    oracles_.replied(at, *reply, node.store);
    node.replies.insert_or_assign(reply->request, std::move(*reply));
  } else if (auto* added = std::get_if<EntryAdded>(&output.what)) {
    say(node, fmt::format("shows {} {} {}", added->serial.value, kind_name(added->entry.header.kind),
                          added->entry.id.hex().substr(0, 12)));
    oracles_.added(at, *added, node.store);
    if (node.told) node.told(*added);
    node.added.push_back(std::move(*added));
  } else if (const auto* runs = std::get_if<ReadRuns>(&output.what)) {
    for_run(node, options_.read_time, [this, at, what = *runs] {
      input(this->node(at), "has read runs",
            [&](Station& station) { station.runs_read(this->node(at).store.read(what), now(at)); });
    });
  } else if (const auto* part = std::get_if<ReadPart>(&output.what)) {
    for_run(node, options_.read_time, [this, at, what = *part] {
      input(this->node(at), fmt::format("has read part {}", what.part),
            [&](Station& station) { station.part_read(this->node(at).store.read(what), now(at)); });
    });
  } else if (const auto* write = std::get_if<WritePart>(&output.what)) {
    for_run(node, options_.commit_time, [this, at, what = *write] {
      const PartWritten written = this->node(at).store.write(what);
      if (!point(this->node(at), "after a part is durable")) return;
      input(this->node(at), fmt::format("has written part {}", what.part),
            [&](Station& station) { station.part_written(written, now(at)); });
    });
  }
}

void World::send_packets(Node& node) {
  for (std::size_t path = 0; path < options_.paths; ++path) {
    const PathIndex index{static_cast<std::uint8_t>(path)};
    const std::size_t most = std::max(options_.max_packet, options_.discover_up_to);
    while (auto packet = node.station->next_packet(index, most, now(node.number))) carry(node, path, *packet);
  }
}

Address World::address_of(const Node& node, std::size_t path) {
  const auto moved = node.moved.find(path);
  return moved == node.moved.end() ? node.party.address(path) : moved->second;
}

void World::move(std::size_t station, std::size_t path) {
  Node& moving = node(station);
  moving.moved[path] = {fmt::format("198.51.100.{}:{}", station + 1, 1024 + ++moving.moves)};
  say(moving, fmt::format("is at {} on path {}", moving.moved[path].text, path));
}

void World::move_back() {
  for (const auto& node : nodes_) node->moved.clear();
}

void World::carry(Node& node, std::size_t path, const OutgoingPacket& packet) {
  for (const auto& other : nodes_) {
    if (other->number == node.number || address_of(*other, path) != packet.to) continue;
    const WireName wire{node.number, other->number, path};
    for (Arrival& arrival : network_.carry(wire, packet.bytes, now_)) {
      later(arrival.at - now_, [this, from = address_of(node, path), to = other->number, path,
                                bytes = std::move(arrival.packet)] {
        const std::string what =
            fmt::format("receives {} bytes of type {} on path {} from {}", bytes.size(),
                        bytes.empty() ? 0 : static_cast<unsigned>(bytes[0]), path, from.text);
        input(this->node(to), what, [&](Station& station) {
          station.receive({static_cast<std::uint8_t>(path)}, from, bytes, now(to));
        });
      });
    }
  }
}

void World::set_timer(Node& node) {
  const MonotonicTime next = node.station->next_timeout();
  if (next == kNever) return;
  const MonotonicTime due = std::max(next, now_ + Microseconds{100});
  if (node.timer && *node.timer <= due && *node.timer > now_) return;
  node.timer = due;
  for_run(node, due - now_, [this, at = node.number, due] {
    Node& woken = this->node(at);
    if (woken.timer != due) return;
    woken.timer.reset();
    count_timer(woken);
    input(woken, "timer", [&](Station& station) { station.run_timers(now(at)); });
  });
}

void World::count_timer(Node& node) {
  const std::int64_t second = std::chrono::floor<Seconds>(now_.time_since_epoch()).count();
  if (second != node.timer_second) node.timer_second = second, node.timers = 0;
  if (++node.timers > kTimersASecond) oracles_.fail(node.name + " never sleeps: its timers are always due");
}

}  // namespace openline::sim
