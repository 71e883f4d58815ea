// SPDX-License-Identifier: Apache-2.0
// Handshake packets around Noise: heads, mac1 and mac2, cookies (protocol.md sections 5.1 and 5.5).
#pragma once

#include <cstdint>
#include <optional>

#include "core/crypto/hash.h"
#include "core/crypto/noise.h"
#include "core/crypto/random.h"
#include "core/wire/error.h"
#include "core/wire/time.h"

namespace openline {

enum class PacketType : std::uint8_t { kFirst = 1, kResponse = 2, kTransport = 3, kCookie = 4 };
inline constexpr std::uint8_t kProtocolVersion = 1;
inline constexpr std::uint8_t kSuite = 1;
inline constexpr std::size_t kFirstHead = 8;
inline constexpr std::size_t kFirstOverhead = kFirstHead + kNoiseFirstOverhead + 32;
inline constexpr std::size_t kResponseHead = 9;
inline constexpr std::size_t kResponseOverhead = kResponseHead + kNoiseSecondOverhead + 16;

[[nodiscard]] Bytes handshake_prologue(std::uint8_t generation);

// Views into a received packet, after its form was checked; mac1 is not checked here.
struct FirstPacket {
  std::uint8_t generation = 0;
  std::uint32_t sender_index = 0;
  ByteView noise;
  Mac mac1, mac2;
  ByteView before_mac1, before_mac2;
};
[[nodiscard]] Result<FirstPacket> read_first_packet(ByteView packet);
[[nodiscard]] Bytes write_first_packet(std::uint8_t generation, std::uint32_t sender_index, ByteView noise,
                                       const SessionKey& receiver, const std::optional<Mac>& cookie);

struct ResponsePacket {
  std::uint32_t sender_index = 0;
  std::uint32_t receiver_index = 0;
  ByteView noise;
  Mac mac1;
  ByteView before_mac1;
};
[[nodiscard]] Result<ResponsePacket> read_response_packet(ByteView packet);
[[nodiscard]] Bytes write_response_packet(std::uint32_t sender_index, std::uint32_t receiver_index,
                                          ByteView noise, const SessionKey& receiver);
[[nodiscard]] bool mac1_holds(const SessionKey& own, ByteView before_mac1, const Mac& mac1);

// Cookies: a stateless proof that the sender receives at its address.
class CookieJar {
 public:
  CookieJar(const SessionKey& own, RandomSeed seed);
  // `source` is the address in any stable byte form.
  [[nodiscard]] bool mac2_holds(const FirstPacket& packet, ByteView source, MonotonicTime now);
  [[nodiscard]] Bytes write_cookie_packet(const FirstPacket& packet, ByteView source, MonotonicTime now);

 private:
  void renew(MonotonicTime now);
  [[nodiscard]] Mac cookie_for(ByteView secret, ByteView source) const;
  SessionKey own_;
  Random random_;
  std::optional<MonotonicTime> renewed_;
  SymmetricKey secret_;
  SymmetricKey previous_;
};
struct CookiePacket {
  std::uint32_t receiver_index = 0;
  Mac cookie;
};
// Opens a cookie packet that answers a first packet with this mac1, sent to this responder.
[[nodiscard]] Result<CookiePacket> read_cookie_packet(ByteView packet, const SessionKey& responder,
                                                      const Mac& mac1);
[[nodiscard]] Result<std::uint32_t> read_cookie_index(ByteView packet);  // whose cookie: before decryption

}  // namespace openline
