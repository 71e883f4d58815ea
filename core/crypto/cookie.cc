// SPDX-License-Identifier: Apache-2.0
#include <sodium.h>

#include "core/crypto/handshake.h"
#include "core/wire/assert.h"
#include "core/wire/big_endian.h"

namespace openline {
namespace {

constexpr Seconds kRenewal{120};
constexpr std::size_t kNonceAt = 5, kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kSealedAt = kNonceAt + kNonceSize;
constexpr std::size_t kCookiePacket = kSealedAt + Mac::kSize + crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kCookiePacket == 61);

Hash cookie_key(const SessionKey& responder) {
  return hash_of({view_of("openline cookie"), responder.view()});
}

}  // namespace

CookieJar::CookieJar(const SessionKey& own, RandomSeed seed) : own_(own), random_(std::move(seed)) {}

void CookieJar::renew(MonotonicTime now) {
  if (!renewed_ || now - *renewed_ >= 2 * kRenewal) {
    secret_ = random_.draw_secret<SymmetricKey>();
    previous_ = random_.draw_secret<SymmetricKey>();  // known to nobody: no older cookie holds
    renewed_ = now;
  } else if (now - *renewed_ >= kRenewal) {
    previous_ = std::move(secret_);
    secret_ = random_.draw_secret<SymmetricKey>();
    *renewed_ += kRenewal;
  }
}

Mac CookieJar::cookie_for(ByteView secret, ByteView source) const { return mac_of(secret, source); }

bool CookieJar::mac2_holds(const FirstPacket& packet, ByteView source, MonotonicTime now) {
  renew(now);
  const auto holds = [&](const SymmetricKey& secret) {
    const Mac cookie = cookie_for(secret.expose(), source);
    return equal_in_constant_time(mac_of(cookie.view(), packet.before_mac2).view(), packet.mac2.view());
  };
  return holds(secret_) || holds(previous_);
}

Bytes CookieJar::write_cookie_packet(const FirstPacket& packet, ByteView source, MonotonicTime now) {
  renew(now);
  const Mac cookie = cookie_for(secret_.expose(), source);
  Bytes out{static_cast<std::uint8_t>(PacketType::kCookie)};
  append_big_endian(out, packet.sender_index);
  out.resize(kCookiePacket);
  const std::span<std::uint8_t> nonce = std::span(out).subspan(kNonceAt, kNonceSize);
  random_.fill(nonce);
  crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + kSealedAt, nullptr, cookie.value.data(), Mac::kSize,
                                             packet.mac1.value.data(), Mac::kSize, nullptr, nonce.data(),
                                             cookie_key(own_).value.data());
  return out;
}

Result<std::uint32_t> read_cookie_index(ByteView packet) {
  if (packet.size() != kCookiePacket) return fail("cookie packet has the wrong size");
  if (packet[0] != static_cast<std::uint8_t>(PacketType::kCookie)) return fail("not a cookie packet", 0);
  return big_endian<std::uint32_t>(packet.subspan(1));
}

Result<CookiePacket> read_cookie_packet(ByteView packet, const SessionKey& responder, const Mac& mac1) {
  const auto index = read_cookie_index(packet);
  if (!index) return fail(index.error());
  CookiePacket result{*index, {}};
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          result.cookie.value.data(), nullptr, nullptr, packet.data() + kSealedAt, packet.size() - kSealedAt,
          mac1.value.data(), Mac::kSize, packet.data() + kNonceAt, cookie_key(responder).value.data()) != 0) {
    return fail("cookie packet fails authentication");
  }
  return result;
}

}  // namespace openline
