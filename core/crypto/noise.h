// SPDX-License-Identifier: Apache-2.0
// Noise_IKpsk1_25519_ChaChaPoly_SHA256 (Noise revision 34, sections 5, 7 and 9).
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "core/crypto/secret.h"
#include "core/crypto/types.h"
#include "core/wire/error.h"

namespace openline {

struct SessionKeyPair {
  SessionSecret secret;
  SessionKey key;
  [[nodiscard]] static SessionKeyPair from_seed(SessionSecret secret);  // clamps as X25519 does
  [[nodiscard]] SessionKeyPair clone() const { return {secret.clone(), key}; }
};

// The two transport keys, from this side's view, and the hash that names the handshake.
struct TransportKeys {
  SymmetricKey send;
  SymmetricKey receive;
  Hash handshake;
};

inline constexpr std::size_t kNoiseFirstOverhead = 32 + 48 + 16;  // e, encrypted static, tag of the payload
inline constexpr std::size_t kNoiseSecondOverhead = 32 + 16;

class NoiseSymmetricState {  // CipherState and SymmetricState of the Noise document, shared by both sides
 public:
  explicit NoiseSymmetricState(ByteView prologue);
  void mix_hash(ByteView bytes);
  void mix_key(ByteView input_key);
  void mix_key_and_hash(ByteView input_key);
  // MixKey of the X25519 agreement; an error when the key is of small order.
  [[nodiscard]] Result<void> mix_agreement(const SessionSecret& own, const SessionKey& other);
  [[nodiscard]] Bytes encrypt_and_hash(ByteView plain);
  [[nodiscard]] Result<Bytes> decrypt_and_hash(ByteView cipher);
  [[nodiscard]] std::pair<SymmetricKey, SymmetricKey> split() const;
  [[nodiscard]] const Hash& hash() const { return hash_; }
  [[nodiscard]] NoiseSymmetricState clone() const;

 private:
  NoiseSymmetricState() = default;
  SymmetricKey chaining_key_;
  Hash hash_;  // SHA-256, as the name says
  std::optional<SymmetricKey> key_;
  std::uint64_t nonce_ = 0;
};

class NoiseInitiator {
 public:
  NoiseInitiator(ByteView prologue, SessionKeyPair own, const SessionKey& responder, Psk psk,
                 SessionKeyPair ephemeral);
  // Message 1. An error only when the responder's key is of small order.
  [[nodiscard]] Result<Bytes> write_first(ByteView payload);
  struct Finished {
    Bytes payload;
    TransportKeys keys;
  };
  [[nodiscard]] Result<Finished> read_second(
      ByteView message);  // leaves the state as it was on error: a forged reply does no harm

 private:
  NoiseSymmetricState state_;
  bool first_written_ = false;
  SessionKeyPair own_;
  SessionKey responder_;
  Psk psk_;
  SessionKeyPair ephemeral_;
};

class NoiseResponder {
 public:
  NoiseResponder(ByteView prologue, SessionKeyPair own);
  // First half of message 1: who is calling. Once; after an error the responder is of no more use.
  // `finish_first` may then be tried with several psks until one is right, and `write_second` once.
  [[nodiscard]] Result<SessionKey> read_first_static(ByteView message);
  [[nodiscard]] Result<Bytes> finish_first(const Psk& psk);  // the payload
  struct Finished {
    Bytes message;
    TransportKeys keys;
  };
  [[nodiscard]] Result<Finished> write_second(ByteView payload, SessionKeyPair ephemeral);

 private:
  NoiseSymmetricState state_;
  SessionKeyPair own_;
  SessionKey initiator_;
  SessionKey initiator_ephemeral_;
  Bytes first_payload_;  // still encrypted
  enum class Step { kStart, kStaticRead, kFirstRead, kDone };
  Step step_ = Step::kStart;
};

}  // namespace openline
