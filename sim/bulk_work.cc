// SPDX-License-Identifier: Apache-2.0
#include "sim/bulk_work.h"

#include <set>

#include "core/record/attachment_tree.h"

namespace openline::sim {
namespace {

constexpr std::size_t kHere = 0, kThere = 1;
constexpr WireName kWire{kHere, kThere, 0};

Bytes file_of(std::uint64_t seed, std::size_t size) {
  Chance chance(seed + 7);
  Bytes file(size);
  for (std::uint8_t& byte : file) byte = static_cast<std::uint8_t>(chance.below(256));
  return file;
}

void send_file(World& world, const Hash& hash, std::size_t size) {
  SendText what;
  what.line = world.line();
  what.entry_class = Class::kLive;
  what.text.text = "A file.";
  what.text.attachments.push_back({hash, size, "file.bin"});
  world.ask(kHere, what);
}

void plan_flashes(World& world, const BulkWork& work, BulkFigures& figures) {
  for (std::size_t at = 0; at < work.flashes.size(); ++at) {
    if (work.routine_before_flash) {
      world.later(work.flashes[at] - Seconds{1},
                  [&world] { world.send_text(kHere, "Before it.", Precedence::kRoutine); });
    }
    world.later(work.flashes[at], [&world, at] {
      std::string text = std::to_string(at) + " ";
      text.resize(200, 'x');
      world.send_text(kHere, text, Precedence::kFlash);
    });
  }
  const MonotonicTime start = world.now(kHere).monotonic;
  std::set<EntryId> came;  // one held above a gap comes again when the gap is closed
  world.on_added(kThere, [&world, &work, &figures, start, came](const EntryAdded& added) mutable {
    if (added.entry.header.precedence != Precedence::kFlash) return;
    if (!came.insert(added.entry.id).second) return;
    const MonotonicTime sent = start + work.flashes[figures.flashes.size()];
    figures.flashes.push_back(world.now(kThere).monotonic - sent);
  });
}

}  // namespace

BulkFigures measure(const BulkWork& work) {
  WorldOptions options;
  options.seed = work.seed;
  options.paths = 1;
  options.max_packet = work.max_packet;
  options.packet_time = work.packet_time;
  options.faults.delay = work.delay;  // a route that changes is another test
  if (work.declared) options.declared_rate = work.rate;
  World world(options);
  BulkFigures figures;
  if (!world.set_up_line()) return {.failure = world.report()};
  const Bytes file = file_of(work.seed, work.size);
  const Hash hash = world.store(kHere).attach(file);
  Faults faults;
  faults.delay = work.delay;
  faults.loss = work.loss;
  faults.bandwidth = work.rate;
  faults.queue = work.queue;
  faults.overhead = 28;
  world.run_for(Seconds{5});
  world.set_faults(faults);
  world.run_for(Seconds{5});
  const WireCounts before = world.network().counts(kWire);
  const MonotonicTime start = world.now(kHere).monotonic;
  plan_flashes(world, work, figures);
  if (work.out_for > Microseconds{}) {
    world.later(work.out_from, [&world] { world.set_cut(kHere, kThere, true); });
    world.later(work.out_from + work.out_for, [&world] { world.set_cut(kHere, kThere, false); });
  }
  send_file(world, hash, work.size);
  const std::size_t parts = attachment_chunks(work.size) + 1;
  const auto holds = [&](std::size_t count) { return world.store(kThere).parts_of(hash) >= count; };
  const bool half = world.run_until([&] { return holds(parts / 2); }, Seconds{36000});
  const WireCounts middle = world.network().counts(kWire);
  const bool all =
      half && world.run_until([&] { return holds(parts); }, Seconds{36000}) &&
      world.run_until([&] { return figures.flashes.size() == work.flashes.size(); }, Seconds{600});
  world.on_added(kThere, {});
  if (!all) return {.failure = "the file did not arrive. " + world.report()};
  figures.taken = world.now(kHere).monotonic - start;
  const WireCounts after = world.network().counts(kWire);
  figures.loss =
      static_cast<double>(after.lost - before.lost) / static_cast<double>(after.packets - before.packets);
  const double through = 1 - figures.loss, bytes = static_cast<double>(work.size);
  figures.of_capacity =
      bytes / (static_cast<double>(work.rate) * static_cast<double>(figures.taken.count()) / 1e6 * through);
  figures.of_offered = bytes / (static_cast<double>(after.bytes - before.bytes) * through);
  const auto packets = static_cast<std::int64_t>(std::max<std::uint64_t>(1, after.packets - middle.packets));
  figures.queued = (after.waited - middle.waited) / packets;
  return figures;
}

}  // namespace openline::sim
