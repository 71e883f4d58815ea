// SPDX-License-Identifier: Apache-2.0
// First messages, responses, and which session is in use (protocol.md sections 5.2 to 5.4).
#include "core/link/link.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr Microseconds kDeclining =
    Milliseconds{2500};                      // how long the winner of a collision waits for its own response
constexpr Microseconds kYoung = Seconds{5};  // sessions that may be two results of one collision
constexpr Seconds kResponderPatience{60};    // the initiator of a session is the first to replace it
constexpr Microseconds kFreshInterval = Seconds{1};  // between first messages that a FLASH each asks for
constexpr std::size_t kMostPieces = 16;              // of a first message on a path of small packets
constexpr Microseconds kPiecesApart = Seconds{2};    // and as long as it took: an answer comes in that time
constexpr int kSuspiciousTimeouts = 3;  // with nothing heard, on all paths: the peer may have restarted

}  // namespace

bool Link::may_initiate() const {
  const auto reachable = [](const auto& path) { return path->usable && path->validation.valid(); };
  return !board_.closing && !board_.own_keys.empty() && !known_keys_.empty() &&
         std::ranges::any_of(paths_, reachable);
}

MonotonicTime Link::age_limit() const {
  if (!current_) return MonotonicTime::min();
  return current_->opened + board_.options.session_age +
         (current_->initiated_here ? Seconds{0} : kResponderPatience);
}

bool Link::wants_session(MonotonicTime now) const {
  if (!current_ || rekey_wanted_ || now >= age_limit() || current_->transport.is_worn()) return true;
  const auto silent = [](const auto& path) { return !path->up() || path->silent >= kSuspiciousTimeouts; };
  return std::ranges::all_of(paths_, silent);
}

MonotonicTime Link::handshake_due(MonotonicTime now) const {
  if (!may_initiate()) return kNever;
  if (!wants_session(now)) return age_limit();
  if (fresh_wanted_) return std::min(initiations_.due(), last_fresh_ + kFreshInterval);
  if (initiations_.empty() && !current_) return std::max(initiations_.due(), made_ + board_.options.gather);
  return initiations_.due();
}

void Link::run_handshake(MonotonicTime now) {
  if (!may_initiate() || !wants_session(now)) return;
  if (now < handshake_due(now)) return;
  if (fresh_wanted_) initiations_.hurry();
  if (initiations_.empty() || initiations_.is_worn() || fresh_wanted_) start_initiation(now);
  post_initiation(now);
  const Microseconds calm = board_.options.handshake_repeat_max;
  const Microseconds busy = std::min<Microseconds>(calm, board_.options.heartbeat_busy);
  initiations_.sent(now, pace_.busy ? busy : calm);
  initiations_.postpone(answer_due(now));
  if (!only_small()) return;
  MonotonicTime soonest = kNever;
  for (const auto& path : paths_) {
    if (path->usable && path->validation.valid()) soonest = std::min(soonest, path->handshake_after);
  }
  initiations_.postpone(soonest);
}

// Before an answer could be here, a first message again would only take air: what it takes itself, and as
// much for what answers.
MonotonicTime Link::answer_due(MonotonicTime now) const {
  const Initiation* newest = initiations_.newest();
  Microseconds least = Microseconds::max();
  for (const auto& path : paths_) {
    if (!path->usable || !path->validation.valid()) continue;
    least = std::min(
        least, newest && path->is_narrow() ? 2 * path->time_on_air(newest->packet().size()) : Microseconds{});
  }
  return least == Microseconds::max() ? now : now + Initiations::kFirstInterval + least;
}

void Link::start_initiation(MonotonicTime now) {
  fresh_wanted_ = false;
  std::size_t room = SIZE_MAX;
  for (const auto& path : paths_) {
    const std::size_t limit = board_.paths[path->local.value].packet_limit();
    room = std::min(room, path->small ? (limit - kPieceOverhead) * kMostPieces - 1 : limit);
  }
  // Where air is dear the first try does without: most peers hold it.
  const bool omits = only_small() && initiations_.empty();
  Bytes payload = write_handshake_payload(epoch_, omits ? nullptr : locator_for_peer());
  const std::size_t used = kFirstOverhead + payload.size();
  FrameWriter frames(room > used ? room - used : 0);
  // Nobody may be there to hear it: what is repeated on a narrow path is short.
  const bool narrow = std::ranges::any_of(paths_, [](const auto& path) { return path->is_narrow(); });
  std::vector<Carried> carried = sender_.fill_early(frames, narrow ? Rank::kFlash : Rank::kBulk);
  append(payload, frames.take());

  const std::uint8_t generation = courier_keys_.empty() ? 0 : courier_keys_.front().generation;
  const SessionKeyPair& own = board_.own_keys.front();
  const StationKey& own_station = board_.locator->locator.station;
  NoiseInitiator noise(handshake_prologue(generation), own.clone(), known_keys_.front(),
                       generation == 0 ? psk_without_courier_key(own_station, peer_)
                                       : psk_of(courier_keys_.front(), own_station, peer_),
                       SessionKeyPair::from_seed(board_.random.draw_secret<SessionSecret>()));
  auto message = noise.write_first(payload);
  if (!message) return;  // the peer's session key is of small order: it can only call us
  const std::uint32_t index = board_.new_index(*this);
  if (!carried.empty()) last_fresh_ = now;
  const auto evicted = initiations_.add({index, generation, known_keys_.front(), std::move(noise),
                                         std::move(*message), std::nullopt, std::move(carried)});
  if (evicted) board_.by_index.erase(*evicted);
}

bool Link::only_small() const {
  return std::ranges::all_of(paths_, [](const auto& path) { return path->small || !path->usable; });
}

void Link::post_initiation(MonotonicTime now) {
  const Initiation* newest = initiations_.newest();
  if (!newest) return;
  const Bytes packet = newest->packet();
  for (const auto& path : paths_) {
    if (!path->usable || !path->validation.valid() || now < path->handshake_after) continue;
    const Microseconds air =
        post_handshake(path->local, path->remote, packet, newest->responder, newest->generation);
    if (path->small) path->handshake_after = now + 2 * air + kPiecesApart;
  }
}

void Link::drop_initiations() {
  for (const std::uint32_t index : initiations_.clear()) board_.by_index.erase(index);
  collided_.reset();
}

const SignedLocator* Link::locator_for_peer() const {
  const auto& own = board_.locator;
  return own && own->locator.counter > peer_holds_locator_ ? &*own : nullptr;
}

bool Link::wins_over_peer(const SessionKey& caller) const {
  return !board_.own_keys.empty() && board_.own_keys.front().key < caller;
}

// Both called at once. The lower session key's call stands; but if nothing comes of it, as when the peer
// cannot be reached from here, theirs is answered after all.
bool Link::declines(const SessionKey& caller, MonotonicTime now) {
  if (initiations_.empty()) return false;
  const bool wins = wins_over_peer(caller);
  if (!collided_) {
    collided_ = now;
    if (wins) {
      // The peer is there now; but one that was just sent is still under way.
      if (now >= initiations_.last_sent() + Initiations::kFirstInterval) post_initiation(now);
    } else {
      initiations_.postpone(now + kDeclining);
    }
  }
  return wins && now - *collided_ < kDeclining;
}

void Link::learn_locator(const std::optional<SignedLocator>& locator) {
  if (!locator || locator->locator.station != peer_ || locator->locator.counter <= locator_counter_) return;
  locator_counter_ = locator->locator.counter;
  board_.events.push_back(LocatorLearned{*locator});
}

// Objects in a handshake's payload. Their number is what keeps them from being given out again. Those of an
// epoch that a session confirmed are as good as that session's: a replay would be of numbers that were given
// out.
void Link::take_early(const HandshakePayload& payload, bool confirmed) {
  const bool known_epoch = peer_epoch_ == payload.epoch;
  OPENLINE_ASSERT(known_epoch || !confirmed);
  FrameReader reader(payload.frames);
  while (const auto frame = reader.next()) {
    const auto* object = std::get_if<WholeObject>(&*frame);
    if (!object) continue;
    std::optional<Bytes> taken;
    if (known_epoch) {
      taken = receiver_.take(*object).object;
    } else if (early_.take(payload.epoch, object->id)) {
      taken = copy_of(object->bytes);
    }
    if (taken) board_.events.push_back(ObjectReceived{peer_, std::move(*taken), confirmed || known_epoch});
  }
  if (reader.malformed()) ++board_.counters.malformed;
}

void Link::receive_first(const FirstMessage& message, const Origin& origin, MonotonicTime now) {
  const SessionKey ephemeral = *SessionKey::from(message.packet.noise.first(SessionKey::kSize));
  const auto called = std::ranges::find_if(board_.own_keys, [&](const SessionKeyPair& own) {
    return mac1_holds(own.key, message.packet.before_mac1, message.packet.mac1);
  });
  OPENLINE_ASSERT(called != board_.own_keys.end());
  const auto answer = [&](const Bytes& packet) {
    (void)post_handshake(origin.path, origin.address, packet, called->key, message.packet.generation);
  };
  if (const TentativeSession* same = tentative_.find(ephemeral)) return answer(same->response);
  if (tentative_.is_replay(ephemeral)) {
    ++board_.counters.replayed;
    return;
  }
  learn_locator(message.payload.locator);
  if (std::ranges::find(known_keys_, message.caller) == known_keys_.end())
    known_keys_.push_front(message.caller);
  if (known_keys_.size() > kMaxKnownKeys) known_keys_.pop_back();
  take_early(message.payload, false);
  if (declines(message.caller, now)) return;

  Bytes payload = write_handshake_payload(epoch_, locator_for_peer());
  if (kResponseOverhead + payload.size() > origin.size * AddressValidation::kAmplification) {
    payload = write_handshake_payload(epoch_, nullptr);
  }
  auto second = message.noise.write_second(
      payload, SessionKeyPair::from_seed(board_.random.draw_secret<SessionSecret>()));
  if (!second) return;
  const std::uint32_t index = board_.new_index(*this);
  Bytes response = write_response_packet(index, message.packet.sender_index, second->message, message.caller);
  Session session(Transport(std::move(second->keys), index, message.packet.sender_index), false,
                  message.packet.generation, now);
  session.ends = now + board_.options.old_session_life;
  answer(response);
  const auto evicted = tentative_.add({std::move(session), message.payload.epoch, ephemeral,
                                       std::move(response), origin.path, origin.address},
                                      board_.options.max_tentative);
  if (evicted) board_.by_index.erase(*evicted);
}

void Link::receive_response(const ResponsePacket& packet, const Origin& origin, MonotonicTime now) {
  Initiation* initiation = initiations_.find(packet.receiver_index);
  if (!initiation) {
    ++board_.counters.unknown_session;
    return;
  }
  auto finished = initiation->noise.read_second(packet.noise);
  if (!finished) {
    ++board_.counters.failed_authentication;
    return;
  }
  const auto payload = read_handshake_payload(finished->payload);
  if (!payload) {
    ++board_.counters.malformed;
    return;
  }
  for (const Carried& carried : initiation->carried)
    sender_.acknowledged(carried);  // they answer what they took
  const std::uint8_t generation = initiation->generation;
  adopt(Session(Transport(std::move(finished->keys), packet.receiver_index, packet.sender_index), true,
                generation, now),
        payload->epoch, now);
  learn_locator(payload->locator);
  LinkPath* path = path_at(origin.path, origin.address);
  if (!path) path = add_path(origin.path, origin.address);
  if (path) {
    path->validation.set_valid();  // it answered what was sent there
    path->bytes_received += origin.size;
    hear(*path, now);
  }
  take_early(*payload, true);
  report_delivered();
}

void Link::receive_cookie(std::uint32_t index, ByteView packet, const Origin& origin) {
  Initiation* initiation = initiations_.find(index);
  if (!initiation) {
    ++board_.counters.unknown_session;
    return;
  }
  const Bytes sent = initiation->packet();
  const auto first = read_first_packet(sent);
  OPENLINE_ASSERT(first.has_value());
  const auto cookie = read_cookie_packet(packet, initiation->responder, first->mac1);
  if (!cookie) {
    ++board_.counters.failed_authentication;
    return;
  }
  ++board_.counters.cookies_asked;
  if (initiation->cookie == cookie->cookie) return;  // that one is on its way
  initiation->cookie = cookie->cookie;
  board_.post(origin.path, origin.address, initiation->packet());
}

Session* Link::find_session(std::uint32_t index) {
  if (current_ && current_->transport.own_index() == index) return &*current_;
  if (previous_ && previous_->transport.own_index() == index) return &*previous_;
  TentativeSession* tentative = tentative_.find(index);
  return tentative ? &tentative->session : nullptr;
}

// The initiator's first transport packet came: whoever called holds the keys now, and did not repeat an old
// call.
Session& Link::confirm(TentativeSession tentative, const Origin& origin, MonotonicTime now) {
  if (origin.path == tentative.path && origin.address == tentative.from) {
    LinkPath* path = path_at(origin.path, origin.address);
    if (!path) path = add_path(origin.path, origin.address);
    if (path) path->validation.set_valid();
  }
  tentative.session.ends = kNever;
  const bool lowest_stands = current_ && current_->initiated_here && now - current_->opened < kYoung &&
                             peer_epoch_ == tentative.epoch && wins_over_peer(known_keys_.front());
  if (lowest_stands) return keep_previous(std::move(tentative.session), now);
  return adopt(std::move(tentative.session), tentative.epoch, now);
}

Session& Link::adopt(Session session, const LinkEpoch& epoch, MonotonicTime now) {
  if (initiations_.find(session.transport.own_index())) {
    const std::uint32_t index = session.transport.own_index();
    drop_initiations();
    board_.by_index.emplace(index, this);
  } else {
    drop_initiations();
  }
  const bool fresh = peer_epoch_ != epoch;
  if (fresh) {
    peer_epoch_ = epoch;
    fresh_ = true;
    sender_.give_up_in_flight();
    receiver_.start_over(early_.release(epoch));
  }
  Session& current = make_current(std::move(session), now);
  if (fresh) end_session(previous_);
  rekey_wanted_ = fresh_wanted_ = false;
  peer_closing_.reset();
  failures_.clear();
  suspect_ = false;
  waiting_since_ = now;
  return current;
}

// Packet numbers start anew: what was in flight goes again on the new session.
Session& Link::make_current(Session session, MonotonicTime now) {
  if (current_) keep_previous(std::move(*current_), now);
  current_.emplace(std::move(session));
  for (const auto& path : paths_) {
    for (const Carried& carried : path->sent.forget_all()) sender_.lost(path->id, carried);
    for (const Carried& carried : path->blocks.forget_all()) sender_.lost(path->id, carried);
    path->size.forget_probe();
    path->unanswered = path->silent = 0;
    path->ping_wanted = true;
    state_changed(*path, now);
  }
  return *current_;
}

Session& Link::keep_previous(Session session, MonotonicTime now) {
  end_session(previous_);
  session.ends = now + board_.options.old_session_life;
  return previous_.emplace(std::move(session));
}

void Link::end_session(std::optional<Session>& session) {
  if (!session) return;
  board_.by_index.erase(session->transport.own_index());
  session.reset();
}

}  // namespace openline
