// SPDX-License-Identifier: Apache-2.0
// The link and its sessions, in whatever state a network can put them: the input is a program of objects sent
// and of packets that are delivered, lost, repeated, changed, cut short and kept for later, while time
// passes, paths come and go and stations restart. Invariants hold after every packet (Network::collect).
// Afterwards the network is well: the line opens, and what was sent and not given up in a restart is there,
// once.
#include <set>

#include "core/link/test_network.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

using namespace link_test;

constexpr std::size_t kMostInFlight = 256, kMostKept = 64, kMostSteps = 120, kMostObjects = 40;
constexpr std::uint8_t kSmallPaths = 1, kTwoPaths = 2;

struct Program {
  explicit Program(Input& input) : in(input), kind(in.byte() % 3), net(1, kind == kTwoPaths ? 2 : 1) {
    LinkOptions options;
    options.session_age = Seconds{60};  // rekeys belong to the states
    a = &net.add("A", options, paths()), b = &net.add("B", options, paths());
    net.drop = [this](const Traffic& packet) {
      if (in_flight.size() < kMostInFlight) in_flight.push_back(packet);
      return true;
    };
    net.introduce_both(*a, *b);
  }

  [[nodiscard]] std::vector<LocalPath> paths() const {
    if (kind == kSmallPaths)
      return {{.name = "hf", .kind = "udp", .max_packet = 60, .declared_rate = 300, .overhead = 4}};
    std::vector<LocalPath> all{{.name = "fibre", .kind = "udp", .max_packet = 1200}};
    if (kind == kTwoPaths) all.push_back({.name = "satellite", .kind = "udp", .max_packet = 400});
    return all;
  }

  void arrive(const Traffic& packet, const Bytes& bytes) {
    Station& to = packet.to.text.starts_with("A") ? *a : *b;
    net.inject(to, packet.path, packet.from, bytes);
  }
  Traffic take(std::size_t at) {
    Traffic packet = std::move(in_flight[at]);
    in_flight.erase(in_flight.begin() + static_cast<std::ptrdiff_t>(at));
    if (kept.size() < kMostKept) kept.push_back(packet);
    return packet;
  }
  void send() {
    Station& from = in.flag() ? *a : *b;
    const Station& to = &from == a ? *b : *a;
    const std::size_t most = kind == kSmallPaths ? 300 : 6000;
    const std::size_t size = 16 + in.index(most);
    const auto precedence = static_cast<Precedence>(in.byte() % 4);
    if (sent.size() == kMostObjects) return;
    sent.push_back(object_of(size, sent.size() + 1));
    net.send(from, to, sent.back(),
             {precedence, in.byte() % std::uint32_t{3}, std::nullopt, in.byte() % 8 == 7});
    pending.emplace_back(&to, sent.size() - 1);
  }
  void alter(std::uint8_t how) {
    if (in_flight.empty()) return;
    const Traffic packet = take(in.index(in_flight.size()));
    Bytes bytes = packet.bytes;
    const std::size_t at = in.index(bytes.size());
    if (how == 0) bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ std::max<std::uint8_t>(in.byte(), 1));
    if (how == 1) bytes.resize(at);
    if (how == 2) append(bytes, in.bytes(40));
    arrive(packet, bytes);
  }
  void restart() {
    Station& station = in.flag() ? *a : *b;
    if (station.starts == 15) return;
    net.start(station);
    net.introduce(station, &station == a ? *b : *a);
    pending.clear();  // given up, or delivered to another life
    station.received.clear();
    station.opened.clear();
    (&station == a ? opened_by_a : opened_by_b) = 0;
  }
  void deliver_all() {
    for (std::size_t left = in_flight.size(); left > 0 && !in_flight.empty(); --left) {
      const Traffic packet = take(0);
      arrive(packet, packet.bytes);
    }
    net.run_for(Milliseconds{1});
  }
  void use_path(bool usable) {
    Station& station = in.flag() ? *a : *b;
    const PathIndex path{static_cast<std::uint8_t>(in.index(net.wires.size()))};
    station.board->set_path_usable(path, usable, net.now());
    net.collect(station);
  }
  void refuse_packet() {
    if (in_flight.empty()) return;
    const Traffic packet = take(in.index(in_flight.size()));
    Station& from = packet.from_station == "A" ? *a : *b;
    from.board->packet_refused(packet.path, packet.to, packet.bytes.size(), net.now());
    net.collect(from);
  }
  void alert() {
    Station& station = in.flag() ? *a : *b;
    station.board->set_alert((&station == a ? b : a)->id(), in.flag());
  }
  void deliver_one(bool again) {
    if (in_flight.empty()) return;
    const std::size_t at = in.index(in_flight.size());
    const Traffic packet = again ? in_flight[at] : take(at);
    arrive(packet, packet.bytes);
  }
  void step() {
    forget_given_up();
    switch (in.byte() % 16) {
      case 0:
      case 1:
        return send();
      case 2:
      case 3:
        return deliver_one(false);
      case 4:
        return deliver_one(true);
      case 5:
        if (!in_flight.empty()) (void)take(in.index(in_flight.size()));
        return;
      case 6:
        return alter(0);
      case 7:
        return alter(1);
      case 8:
        return alter(2);
      case 9:
        if (!kept.empty()) {
          const Traffic packet = kept[in.index(kept.size())];
          arrive(packet, packet.bytes);
        }
        return;
      case 10:
        return net.run_for(Milliseconds{static_cast<std::int64_t>(in.number(UINT16_MAX))});
      case 11:
      case 12:
        return deliver_all();
      case 13:
        return restart();
      case 14:
        return use_path(in.flag());
      default:
        return in.flag() ? refuse_packet() : alert();
    }
  }

  void heal() {
    net.drop = nullptr;
    for (Station* station : {a, b}) {
      for (std::uint8_t path = 0; path < net.wires.size(); ++path)
        station->board->set_path_usable({path}, true, net.now());
    }
  }
  // A station that hears from another life of its peer gives up what was on its way to the one before.
  void forget_given_up() {
    for (Station* station : {a, b}) {
      std::size_t& seen = station == a ? opened_by_a : opened_by_b;
      for (; seen < station->opened.size(); ++seen) {
        if (seen == 0 || !station->opened[seen].fresh) continue;
        std::erase_if(pending, [&](const auto& one) { return one.first != station; });
      }
    }
  }
  [[nodiscard]] bool all_there() {
    forget_given_up();
    return net.status(*a, *b).session && net.status(*b, *a).session &&
           std::ranges::all_of(pending,
                               [&](const auto& one) { return one.first->count_of(sent[one.second]) > 0; });
  }
  void check_received(const Station& station) const {
    std::set<Bytes> seen;
    for (const ObjectReceived& object : station.received) {
      OPENLINE_ASSERT(seen.insert(object.object).second);
      OPENLINE_ASSERT(std::ranges::find(sent, object.object) != sent.end());
    }
  }

  Input& in;
  std::uint8_t kind;
  Network net;
  Station *a = nullptr, *b = nullptr;
  std::vector<Traffic> in_flight, kept;
  std::vector<Bytes> sent;
  std::size_t opened_by_a = 0, opened_by_b = 0;
  std::vector<std::pair<const Station*, std::size_t>> pending;  // to whom, and which of `sent`
};

}  // namespace

void run(ByteView input) {
  Input in(input);
  Program program(in);
  for (std::size_t steps = 0; steps < kMostSteps && !in.done(); ++steps) program.step();
  program.heal();
  const bool works = program.net.run_until([&] { return program.all_there(); }, Seconds{1800});
  OPENLINE_ASSERT(works);
  program.net.run_for(Seconds{60});  // acknowledgements, and whatever would come twice
  program.check_received(*program.a);
  program.check_received(*program.b);
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (std::uint8_t kind = 0; kind < 3; ++kind) {
    all.push_back({kind, 10, 0, 5, 11, 11, 0, 1, 1, 0, 3, 0, 0, 11, 11, 11});
    all.push_back({kind, 0, 0, 2, 0, 1, 0, 0, 10, 0, 9, 4, 0, 2, 0, 9, 0, 11, 6, 0, 0, 3, 1, 11});
    all.push_back(
        {kind, 10, 0, 5, 11, 11, 13, 0, 10, 2, 0, 11, 0, 1, 9, 9, 1, 1, 0, 7, 0, 0, 4, 11, 14, 0, 0, 0, 11});
    all.push_back({kind, 10, 0, 5, 11, 11,  1, 0,  15, 160, 0, 0, 0, 10, 0, 1,  5, 2,
                   2,    1,  3, 0, 10, 255, 0, 11, 8,  0,   0, 3, 3, 3,  3, 15, 1, 0});
  }
  return all;
}

}  // namespace openline::fuzz
