// SPDX-License-Identifier: Apache-2.0
// IKpsk1, the initiator's side:
//   <- s  (known beforehand)
//   -> e, es, s, ss, psk
//   <- e, ee, se
#include "core/crypto/noise.h"
#include "core/wire/assert.h"

namespace openline {

NoiseInitiator::NoiseInitiator(ByteView prologue, SessionKeyPair own, const SessionKey& responder, Psk psk,
                               SessionKeyPair ephemeral)
    : state_(prologue),
      own_(std::move(own)),
      responder_(responder),
      psk_(std::move(psk)),
      ephemeral_(std::move(ephemeral)) {
  state_.mix_hash(responder_.view());
}

Result<Bytes> NoiseInitiator::write_first(ByteView payload) {
  OPENLINE_ASSERT(!first_written_);
  first_written_ = true;
  Bytes message = copy_of(ephemeral_.key.view());
  state_.mix_hash(ephemeral_.key.view());
  state_.mix_key(ephemeral_.key.view());  // as every e token does in a handshake with a psk
  if (auto es = state_.mix_agreement(ephemeral_.secret, responder_); !es) return fail(es.error());
  append(message, state_.encrypt_and_hash(own_.key.view()));
  if (auto ss = state_.mix_agreement(own_.secret, responder_); !ss) return fail(ss.error());
  state_.mix_key_and_hash(psk_.expose());
  append(message, state_.encrypt_and_hash(payload));
  return message;
}

Result<NoiseInitiator::Finished> NoiseInitiator::read_second(ByteView message) {
  OPENLINE_ASSERT(first_written_);
  if (message.size() < kNoiseSecondOverhead) return fail("handshake response is too short");
  const SessionKey ephemeral = *SessionKey::from(message.first<SessionKey::kSize>());
  NoiseSymmetricState state = state_.clone();
  state.mix_hash(ephemeral.view());
  state.mix_key(ephemeral.view());
  if (auto ee = state.mix_agreement(ephemeral_.secret, ephemeral); !ee) return fail(ee.error());
  if (auto se = state.mix_agreement(own_.secret, ephemeral); !se) return fail(se.error());
  auto payload = state.decrypt_and_hash(message.subspan(SessionKey::kSize));
  if (!payload) return fail(payload.error());
  auto [to_responder, to_initiator] = state.split();
  return Finished{std::move(*payload), {std::move(to_responder), std::move(to_initiator), state.hash()}};
}

}  // namespace openline
