// SPDX-License-Identifier: Apache-2.0
#include "sim/link_work.h"

#include <algorithm>
#include <map>

#include "core/wire/cbor.h"

namespace openline::sim {
namespace {

constexpr std::size_t kHere = 0, kThere = 1;

// Text in which each place is drawn from 64 letters, with its number in front.
std::string text_of(Chance& chance, std::size_t number, std::size_t size) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-";
  std::string text = std::to_string(number) + " ";
  while (text.size() < size) text.push_back(kLetters[chance.below(kLetters.size())]);
  return text;
}

// As long as asked, with its number in front, so that no two are alike.
std::string prose_of(const LinkWork& work, std::size_t number) {
  std::string text = std::to_string(number) + " " + work.prose[number % work.prose.size()];
  text.resize(std::min(text.size(), work.size));
  while (!cbor::is_utf8(view_of(text))) text.pop_back();
  return text;
}

std::uint64_t air(const World& world, const LinkWork& work, std::size_t from) {
  std::uint64_t bytes = 0;
  for (std::size_t path = 0; path < work.paths; ++path)
    bytes += const_cast<World&>(world).network().on_air({from, 1 - from, path});
  return bytes;
}

}  // namespace

// Each message when the one before has its receipt: how long that takes.
LinkFigures measure_receipts(World& world, const LinkWork& work, Chance& chance) {
  LinkFigures figures;
  const std::uint64_t there = air(world, work, kHere), back = air(world, work, kThere);
  for (std::size_t number = 0; number < work.messages; ++number) {
    const MonotonicTime start = world.now(kHere).monotonic;
    const std::string text = text_of(chance, number, work.size);
    world.send_text(kHere, text, work.precedence);
    const auto stored = [&] {
      return world.holds_text(kHere, text) && world.status(kHere).members.at(0).not_stored == 0;
    };
    if (!world.run_until(stored, Seconds{3600}))
      return {"a receipt did not come back. " + world.report(), {}};
    figures.latencies.push_back(world.now(kHere).monotonic - start);
    world.run_for(work.every);
  }
  figures.air_there = air(world, work, kHere) - there;
  figures.air_back = air(world, work, kThere) - back;
  std::ranges::sort(figures.latencies);
  return figures;
}

LinkFigures measure(const LinkWork& work) {
  WorldOptions options;
  options.seed = work.seed;
  options.paths = work.paths;
  options.max_packet = work.max_packet;
  options.overhead = work.overhead;
  if (work.declared) options.declared_rate = work.rate;
  World world(options);
  LinkFigures figures;
  // Cards and an agreement take their time where a packet takes seven seconds.
  if (!world.set_up_line(Seconds{7200})) return {world.report(), {}};
  Faults faults;
  faults.delay = work.delay;
  faults.loss = work.loss;
  faults.bandwidth = work.rate;
  faults.queue = work.queue;
  faults.overhead = work.overhead;
  world.run_for(work.rate < 100 ? Seconds{900} : Seconds{5});
  world.set_faults(faults);
  // One message first, so that the link has met these wires.
  Chance chance(work.seed);
  const std::string first = text_of(chance, 999, 200);
  world.send_text(kHere, first, work.precedence);
  if (!world.run_until([&] { return world.holds_text(kThere, first); }, Seconds{600}))
    return {"the first message did not arrive. " + world.report(), {}};
  world.run_for(Seconds{5});
  if (work.until_stored) return measure_receipts(world, work, chance);
  const std::uint64_t there = air(world, work, kHere), back = air(world, work, kThere);
  const MonotonicTime start = world.now(kHere).monotonic;
  std::map<std::string, MonotonicTime> sent;
  for (std::size_t number = 0; number < work.messages; ++number) {
    const std::string text = work.prose.empty() ? text_of(chance, number, work.size) : prose_of(work, number);
    world.later(work.every * static_cast<std::int64_t>(number), [&world, &work, &sent, text] {
      sent[text] = world.now(kHere).monotonic;
      world.send_text(kHere, text, work.precedence);
    });
  }
  world.on_added(kThere, [&](const EntryAdded& added) {
    const auto body = TextBody::decode(added.entry.body);
    if (!body) return;
    const auto found = sent.find(body->text);
    if (found == sent.end()) return;
    figures.latencies.push_back(world.now(kThere).monotonic - found->second);
    sent.erase(found);
  });
  const bool all =
      world.run_until([&] { return figures.latencies.size() == work.messages; }, Seconds{3600}) &&
      world.now(kHere).monotonic >= start;
  world.on_added(kThere, {});
  if (!all) return {"not all messages arrived. " + world.report(), {}};
  figures.air_there = air(world, work, kHere) - there;
  figures.air_back = air(world, work, kThere) - back;
  std::ranges::sort(figures.latencies);
  return figures;
}

}  // namespace openline::sim
