// SPDX-License-Identifier: Apache-2.0
// Packets to a station that has no session yet: first messages, responses, cookies, pieces, in any bytes; and
// such as a stranger, a member and one who knows the station's keys can make, with any payload in them.
// Nobody gets more than three times the bytes of what was sent (section 5.5), and an honest caller is served
// afterwards.
#include "core/link/handshake_payload.h"
#include "core/link/test_network.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

using namespace link_test;

struct Answering {
  explicit Answering(Input& input) : in(input), a(net.add("A")), b(net.add("B")) {
    net.introduce(b, a, {}, false);
  }

  [[nodiscard]] Bytes first_packet(std::uint8_t ephemeral) {
    const bool is_member = in.flag();
    const SessionKeyPair caller =
        is_member ? a.session_keys[0].clone() : SessionKeyPair::from_seed(secret_of<SessionSecret>(66));
    const std::uint8_t generation = in.byte() % 8 == 7 ? 1 : 0;
    Bytes payload;
    if (in.flag()) {
      const SignedLocator locator = a.locator();
      payload = write_handshake_payload(LinkEpoch{{in.byte()}}, in.flag() ? &locator : nullptr);
    }
    append(payload, in.bytes(300));
    NoiseInitiator noise(
        handshake_prologue(generation), caller.clone(), b.session_keys[0].key,
        psk_without_courier_key(a.id(), b.id()),
        SessionKeyPair::from_seed(secret_of<SessionSecret>(std::max<std::uint8_t>(ephemeral, 1))));
    return write_first_packet(generation, in.byte(), noise.write_first(payload).value(),
                              b.session_keys[0].key, std::nullopt);
  }
  // Any bytes where mac1 holds: the key that it takes is public.
  [[nodiscard]] Bytes with_mac1() {
    Bytes noise = copy_of(in.bytes(300));
    noise.resize(std::max(noise.size(), kNoiseFirstOverhead));
    return write_first_packet(in.byte(), in.byte(), noise, b.session_keys[0].key, std::nullopt);
  }
  [[nodiscard]] Bytes raw() {
    const std::uint8_t type = in.byte() % 64;
    Bytes packet = copy_of(in.bytes(400));
    packet.insert(packet.begin(), type);
    return packet;
  }
  void step() {
    if (in.byte() % 8 == 7)
      return net.run_for(Milliseconds{static_cast<std::int64_t>(in.number(UINT16_MAX))});
    Bytes packet;
    const std::uint8_t what = in.byte() % 3, ephemeral = in.byte();
    if (what == 0) packet = first_packet(ephemeral);
    if (what == 1) packet = with_mac1();
    if (what == 2) packet = raw();
    for (std::size_t flips = in.byte() % 4; flips == 3 && !packet.empty(); flips = 0)
      packet[in.index(packet.size())] ^= 1;
    b.board->start_turn();
    give(packet);
  }
  void give(const Bytes& packet) {
    const Address from{"caller:" + std::to_string(in.byte() % 4)};
    net.inject(b, {0}, from, packet);
    std::size_t answered = 0;
    while (const auto out = b.board->next_packet({0}, 65536, net.now()))
      answered += out->to == from ? out->bytes.size() : 0;
    const bool confirmed = net.status(b, a).session;
    if (!confirmed) OPENLINE_ASSERT(answered <= 3 * packet.size());
  }
  void check() {
    net.run_for(Seconds{1});
    const Bytes object = object_of(200, 1);
    net.introduce(a, b);
    net.send(a, b, object, {Precedence::kFlash});
    const bool served = net.run_until([&] { return b.count_of(object) == 1; }, Seconds{300});
    OPENLINE_ASSERT(served);
  }

  Input& in;
  Network net;
  Station &a, &b;
};

}  // namespace

void run(ByteView input) {
  Input in(input);
  Answering station(in);
  for (std::size_t steps = 0; steps < 40 && !in.done(); ++steps) station.step();
  station.check();
}

std::vector<Bytes> seeds() {
  return {{0, 0, 5, 1, 0, 1, 9, 1, 0, 0, 7, 0, 0},
          {0, 0, 5, 1, 0, 0, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 7, 0, 0},
          {0, 0, 6, 0, 0, 1, 9, 1, 0, 0, 7, 0, 0, 7, 3, 232, 0, 0, 6, 1, 0, 1, 8, 0, 0, 0, 7, 0, 1},
          {0, 1, 0, 0, 40, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 5, 0},
          {0, 2, 0, 2, 0, 30, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 5, 0},
          {0, 2, 0, 4, 0, 60, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 5, 0},
          {0, 2, 0, 5, 0, 60, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 5, 0},
          {0, 2, 0, 0x23, 0, 60, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 5, 0}};
}

}  // namespace openline::fuzz
