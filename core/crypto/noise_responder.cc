// SPDX-License-Identifier: Apache-2.0
// IKpsk1, the responder's side; the tokens are in noise_initiator.cc.
#include "core/crypto/noise.h"
#include "core/wire/assert.h"

namespace openline {

NoiseResponder::NoiseResponder(ByteView prologue, SessionKeyPair own)
    : state_(prologue), own_(std::move(own)) {
  state_.mix_hash(own_.key.view());
}

Result<SessionKey> NoiseResponder::read_first_static(ByteView message) {
  OPENLINE_ASSERT(step_ == Step::kStart);
  step_ = Step::kDone;  // unless all goes well
  if (message.size() < kNoiseFirstOverhead) return fail("first handshake message is too short");
  constexpr std::size_t kSealedStatic = SessionKey::kSize + 16;
  initiator_ephemeral_ = *SessionKey::from(message.first<SessionKey::kSize>());
  state_.mix_hash(initiator_ephemeral_.view());
  state_.mix_key(initiator_ephemeral_.view());
  if (auto es = state_.mix_agreement(own_.secret, initiator_ephemeral_); !es) return fail(es.error());
  const auto sender = state_.decrypt_and_hash(message.subspan(SessionKey::kSize, kSealedStatic));
  if (!sender) return fail(sender.error());
  initiator_ = *SessionKey::from(*sender);
  if (auto ss = state_.mix_agreement(own_.secret, initiator_); !ss) return fail(ss.error());
  first_payload_ = copy_of(message.subspan(SessionKey::kSize + kSealedStatic));
  step_ = Step::kStaticRead;
  return initiator_;
}

Result<Bytes> NoiseResponder::finish_first(const Psk& psk) {
  OPENLINE_ASSERT(step_ == Step::kStaticRead);
  NoiseSymmetricState attempt = state_.clone();
  attempt.mix_key_and_hash(psk.expose());
  auto payload = attempt.decrypt_and_hash(first_payload_);
  if (!payload) return payload;
  state_ = std::move(attempt);
  first_payload_.clear();
  step_ = Step::kFirstRead;
  return payload;
}

Result<NoiseResponder::Finished> NoiseResponder::write_second(ByteView payload, SessionKeyPair ephemeral) {
  OPENLINE_ASSERT(step_ == Step::kFirstRead);
  step_ = Step::kDone;
  Bytes message = copy_of(ephemeral.key.view());
  state_.mix_hash(ephemeral.key.view());
  state_.mix_key(ephemeral.key.view());
  if (auto ee = state_.mix_agreement(ephemeral.secret, initiator_ephemeral_); !ee) return fail(ee.error());
  if (auto se = state_.mix_agreement(ephemeral.secret, initiator_); !se) return fail(se.error());
  append(message, state_.encrypt_and_hash(payload));
  auto [to_responder, to_initiator] = state_.split();
  return Finished{std::move(message), {std::move(to_initiator), std::move(to_responder), state_.hash()}};
}

}  // namespace openline
