// SPDX-License-Identifier: Apache-2.0
// A member that behaves badly: its packets authenticate, and carry any frames, on any path number, from any
// address, while the honest station sends to it and time passes. Invariants hold, what the honest station
// sends stays well-formed, what the member sends is bounded, and a line with a third station goes on as if
// nothing were.
#include "core/link/frames.h"
#include "core/link/handshake_payload.h"
#include "core/link/test_network.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

using namespace link_test;

constexpr std::size_t kMostSteps = 200, kPacket = 1150;

struct HostilePeer {
  explicit HostilePeer(Input& input)
      : in(input), bad(net.add("A")), honest(net.add("B")), friendly(net.add("C")) {
    net.introduce(honest, bad, {}, in.flag());
    net.introduce_both(honest, friendly);
    net.drop = [this](const Traffic& packet) { return packet.from_station == "B" && take_out(packet); };
    open_session();
  }

  void open_session() {
    NoiseInitiator noise(handshake_prologue(0), bad.session_keys[0].clone(), honest.session_keys[0].key,
                         psk_without_courier_key(bad.id(), honest.id()),
                         SessionKeyPair::from_seed(secret_of<SessionSecret>(123)));
    const Bytes first = noise.write_first(write_handshake_payload(LinkEpoch{{9}}, nullptr)).value();
    honest.board->start_turn();
    net.inject(honest, {0}, {"A:0"},
               write_first_packet(0, 55, first, honest.session_keys[0].key, std::nullopt));
    while (const auto packet = honest.board->next_packet({0}, 1200, net.now())) {
      if (packet->bytes[0] != 2) continue;
      const auto parsed = read_response_packet(packet->bytes).value();
      transport.emplace(noise.read_second(parsed.noise).value().keys, 55, parsed.sender_index);
      break;
    }
    OPENLINE_ASSERT(transport.has_value());
  }
  // What the honest station sends to the other is read as an honest one would.
  bool take_out(const Traffic& packet) {
    if (packet.to.text.starts_with("C")) return false;
    if (!transport || !is_transport(packet.bytes[0])) return true;
    const auto opened = transport->open(packet.bytes);
    if (!opened) return true;  // of a session that the honest station began itself
    FrameReader reader(opened->plain);
    while (const auto frame = reader.next()) {
      if (const auto* challenge = std::get_if<PathChallenge>(&*frame)) token = challenge->token;
    }
    OPENLINE_ASSERT(!reader.malformed());
    return true;
  }

  Fragment fragment(ByteView bytes) {
    const std::uint64_t offset = in.any_number(INT64_MAX / 4), rest = in.any_number(INT64_MAX / 4);
    return {{in.any_number(ObjectId::kMax)}, offset + bytes.size() + rest, offset, bytes};
  }
  Acknowledgement acknowledgement() {
    Acknowledgement ack{{static_cast<std::uint8_t>(in.byte() % Transport::kMaxPaths)},
                        {static_cast<std::uint32_t>(in.any_number(INT32_MAX))},
                        Milliseconds{static_cast<std::int64_t>(in.any_number(UINT32_MAX))},
                        {}};
    for (std::size_t runs = 1 + in.byte() % 5; runs > 0; --runs)
      ack.runs.push_back(static_cast<std::uint32_t>(in.any_number(INT32_MAX)));
    return ack;
  }
  Repair repair() {
    Repair made;
    made.id = {in.any_number(ObjectId::kMax)};
    made.k = 1 + in.byte() % 128;
    made.padded_by = in.byte() % 64;
    made.index = in.byte();
    made.bytes = in.bytes(100);
    return made;
  }
  void write_frame(FrameWriter& writer) {
    switch (in.byte() % 9) {
      case 0:
        return (void)writer.add(WholeObject{{in.any_number(ObjectId::kMax)}, in.bytes(100), in.flag()});
      case 1:
        return (void)writer.add_part(fragment(in.bytes(100)));
      case 2:
        return (void)writer.add(repair());
      case 3:
        return (void)writer.add(acknowledgement());
      case 4:
        return (void)writer.add(PingFrame{});
      case 5:
        return (void)writer.add(PathChallenge{});
      case 6:
        return (void)writer.add(PathResponse{token});
      case 7:
        return writer.fill_up();
      default:
        return (void)writer.add(ClosingFrame{"closing"});
    }
  }
  void send_plain(const Bytes& plain) {
    const PathId path{static_cast<std::uint8_t>(in.byte() % Transport::kMaxPaths)};
    const Address from{in.flag() ? "A:0" : "A:" + std::to_string(in.byte() % 20)};
    if (!transport->is_worn()) net.inject(honest, {0}, from, transport->seal(path, plain).packet);
  }
  void step() {
    switch (in.byte() % 8) {
      case 0:
      case 1:
      case 2: {
        FrameWriter writer(kPacket);
        for (std::size_t frames = 1 + in.byte() % 4; frames > 0; --frames) write_frame(writer);
        return send_plain(writer.take());
      }
      case 3:
        return send_plain(copy_of(in.bytes(200)));
      case 4:
        return (void)net.send(honest, bad, object_of(1 + in.number(5000), 1),
                              {static_cast<Precedence>(in.byte() % 4)});
      case 5:
        return net.run_for(Milliseconds{static_cast<std::int64_t>(in.number(UINT16_MAX))});
      default:
        return net.run_for(Milliseconds{1});
    }
  }
  void check() {
    OPENLINE_ASSERT(net.status(honest, bad).paths.size() <= Transport::kMaxPaths);
    for (const ObjectReceived& object : honest.received)
      OPENLINE_ASSERT(object.object.size() <= honest.options.max_object);
    const Bytes there = object_of(3000, 1000), back = object_of(3000, 1001);
    net.send(honest, friendly, there, {Precedence::kFlash}),
        net.send(friendly, honest, back, {Precedence::kFlash});
    const bool goes_on = net.run_until(
        [&] { return friendly.count_of(there) == 1 && honest.count_of(back) == 1; }, Seconds{120});
    OPENLINE_ASSERT(goes_on);
  }

  Input& in;
  Network net;
  Station &bad, &honest, &friendly;
  std::optional<Transport> transport;
  ChallengeToken token;
};

}  // namespace

void run(ByteView input) {
  Input in(input);
  HostilePeer peer(in);
  for (std::size_t steps = 0; steps < kMostSteps && !in.done(); ++steps) peer.step();
  peer.check();
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  all.push_back({0, 0, 0, 4, 0, 1, 5, 1, 0, 6, 0, 1, 4, 0, 9, 9, 5, 0, 200});
  all.push_back({0, 4, 3, 0, 1, 6, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 1, 5, 1, 0});
  all.push_back({0, 3, 20, 0x85, 2, 1, 0, 0, 0x43, 1, 2, 3, 0, 1, 6});
  all.push_back({1, 0,   3, 1, 0, 10, 1, 2, 3, 0, 5, 0, 6, 2, 0, 4, 3,
                 1, 200, 8, 7, 0, 1,  6, 0, 0, 6, 0, 0, 3, 6, 5, 3, 0});
  for (std::uint8_t type = 0; type < 9; ++type)
    all.push_back({0, 0, 0, type, 0, 2, 0, 3, 0, 1, 30, 1, 2, 3, 4, 5, 6, 7, 8, 6, 5, 4, 0});
  return all;
}

}  // namespace openline::fuzz
