// SPDX-License-Identifier: Apache-2.0
// Paths of small packets (protocol.md section 6.9): what goes next on one, and what comes.
#include "core/crypto/aead.h"
#include "core/link/link.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kControl =
    kTransportOverhead + 24;      // a challenge and a response: the largest that goes whole
constexpr int kReportsApart = 4;  // of a finished block: at most this share of the air
constexpr Microseconds kReportPatience = Seconds{20};  // behind what FLASH needs

// What a report says of whole packets, in the words of an acknowledgement.
std::optional<Acknowledgement> acknowledgement_of(const Report& report) {
  Acknowledgement ack;
  ack.path = report.path;
  bool counted = true;  // what is counted now: done, or not
  for (std::uint32_t back = 0; back <= Report::kDone && back <= report.newest.number.value; ++back) {
    const PacketNumber number{report.newest.number.value - back};
    const bool done = report.says_done(number);
    if (ack.runs.empty() && !done) continue;
    if (ack.runs.empty()) ack.largest = number;
    if (ack.runs.empty() || done != std::exchange(counted, done)) ack.runs.push_back(0);
    ++ack.runs.back();
  }
  return ack.runs.empty() ? std::nullopt : std::optional(ack);
}

}  // namespace

std::size_t Link::block_room(const LinkPath& path) const {
  const std::size_t limit = board_.paths[path.local.value].packet_limit();
  return (limit - kSymbolOverhead) * BlockSender::kMostSymbols - kTagSize;
}

// Objects that go next become a block. Its number is the transport's: acknowledgements and replays are as
// ever.
void Link::begin_block(LinkPath& path, Rank least, MonotonicTime now) {
  const std::size_t symbol = board_.paths[path.local.value].packet_limit() - kSymbolOverhead;
  FrameWriter frames(block_room(path));
  const Rank rank = sender_.pending(path.id, least).value_or(least);
  std::vector<Carried> carried = sender_.fill(frames, way_of(path, now), least);
  if (carried.empty()) return;
  waiting_since_ = now;
  reconsider_ = kNever;
  Bytes plain = frames.take();
  plain.resize(cut_for(plain.size() + kTagSize, symbol).bytes() - kTagSize);
  Transport::Sealed sealed = current_->transport.seal_block(path.id, plain);
  path.sent.used(sealed.number);
  path.blocks.begin(sealed.number, rank, std::move(sealed.packet), symbol, std::move(carried));
}

std::optional<OutgoingPacket> Link::small_packet_for(LinkPath& path, std::size_t max_size,
                                                     MonotonicTime now) {
  const std::size_t limit = board_.paths[path.local.value].packet_limit();
  if (std::min(max_size, limit) < kControl || max_size < limit) return std::nullopt;
  if (path.validation.allowance() < kControl) return std::nullopt;
  if (!path.validation.valid() || !path.live()) return small_control(path, now);
  path.blocks.drop_unless([&](ObjectHandle object) { return sender_.knows(object); });
  const Microseconds answer = path.answer_time();
  auto wish = path.blocks.next(path.health.loss(), answer, now);
  const auto least = least_rank(path, now);
  const auto waiting = least ? sender_.pending(path.id, *least) : std::nullopt;
  const bool ahead = waiting && (!wish || !wish->needed || *waiting > wish->rank);
  if (ahead && path.blocks.may_begin(*waiting, current_->transport.next_number(path.id))) {
    begin_block(path, *least, now);
    wish = path.blocks.next(path.health.loss(), answer, now);
  } else if (ahead && !wish) {
    path.ping_wanted = true;  // what it answers makes room for new numbers
  }
  const bool flash = wish && wish->needed && wish->rank == Rank::kFlash;
  if (report_due(path, now, flash)) return report_for(path, now);
  if (flash) return symbol_for(path, *wish, now);
  if (auto control = small_control(path, now)) return control;
  if (!wish || (!wish->needed && !wish->late && !has_repeat_budget(path))) return std::nullopt;
  return symbol_for(path, *wish, now);
}

bool Link::has_repeat_budget(const LinkPath& path) const {
  return path.bytes_repeated * 100 <= path.bytes_sent * board_.paths[path.local.value].repeats;
}

OutgoingPacket Link::symbol_for(LinkPath& path, const BlockSender::Wish& wish, MonotonicTime now) {
  const BlockSender::Next next = path.blocks.take(wish, now);
  Bytes packet = write_symbol(current_->transport.short_tags(), next.number,
                              {path.id, 0, next.k, next.index, next.bytes});
  if (wish.late) ++path.unanswered, ++path.silent;
  if (!wish.needed) path.bytes_repeated += packet.size();
  return small_out(path, std::move(packet), now);
}

OutgoingPacket Link::small_out(LinkPath& path, Bytes packet, MonotonicTime now) {
  path.bytes_sent += packet.size();
  ++path.packets_sent;
  path.health.sent(now);
  return {path.remote, std::move(packet)};
}

// Frames about the path itself go in a transport packet with a short head.
std::optional<OutgoingPacket> Link::small_control(LinkPath& path, MonotonicTime now) {
  if (!wants_control(path, now)) return std::nullopt;
  FrameWriter frames(kControl - kTransportOverhead);
  bool elicits = write_control(frames, path, now);
  if (std::exchange(path.ping_wanted, path.ping_wanted && !path.validation.valid()) && !elicits)
    elicits = frames.add(PingFrame{});
  if (frames.empty()) return std::nullopt;
  return seal(path, frames.take(), elicits, {}, now);
}

MonotonicTime Link::report_time(const Session::Incoming& incoming) {
  const MonotonicTime owed = incoming.tracker.due();
  return std::min(incoming.blocks.due(), owed == kNever ? kNever : owed + BlockReceiver::kWait);
}

bool Link::report_due(const LinkPath& path, MonotonicTime now, bool flash_waits) const {
  return std::ranges::any_of(current_->incoming, [&](const auto& entry) {
    if (entry.second.via != path.id) return false;
    const MonotonicTime due = report_time(entry.second);
    return due != kNever && now >= (flash_waits ? due + kReportPatience : due);
  });
}

std::optional<OutgoingPacket> Link::report_for(LinkPath& path, MonotonicTime now) {
  for (auto& [id, incoming] : current_->incoming) {
    if (incoming.via != path.id || now < report_time(incoming)) continue;
    const Report report = incoming.blocks.report(id, current_->transport, now);
    if (incoming.tracker.owes()) (void)incoming.tracker.report(id, now, 1);
    return small_out(path, write_report(current_->transport.short_tags(), report), now);
  }
  return std::nullopt;
}

bool Link::receive_small(ByteView packet, const Origin& origin, MonotonicTime now) {
  LinkPath* path = path_at(origin.path, origin.address);
  if (!path || !path->small) return false;
  if (is_report(packet[0])) return take_report(packet, *path, origin, now);
  const auto symbol = read_symbol(packet);
  if (!symbol) return false;
  std::vector<Session*> sessions;
  for (auto* session : {&current_, &previous_}) {
    if (*session) sessions.push_back(&**session);
  }
  for (const TentativeSession& tentative : tentative_.all())
    sessions.push_back(find_session(tentative.session.transport.own_index()));
  return std::ranges::any_of(
      sessions, [&](Session* session) { return take_symbol(packet, *symbol, *session, *path, origin, now); });
}

bool Link::take_symbol(ByteView packet, const Symbol& symbol, Session& session, LinkPath& path,
                       const Origin& origin, MonotonicTime now) {
  const auto known = session.incoming.find(symbol.path);
  const std::uint32_t heard = known == session.incoming.end() ? 0 : known->second.blocks.next();
  const std::uint32_t next = std::max(heard, session.transport.next_of_peer(symbol.path));
  const PacketNumber number = complete_number(symbol.number_low, next);
  if (!tag_holds(session.transport.peer_short_tags(), packet, number)) return false;
  const std::uint32_t index = session.transport.own_index();
  const bool confirmed = !tentative_.find(index);
  Session::Incoming& incoming = session.incoming[symbol.path];
  incoming.via = path.id;
  if (confirmed) {
    path.bytes_received += origin.size;
    ++path.packets_received;
    path.peer_id = symbol.path;
    hear(path, now);
  }
  if (session.transport.has(symbol.path, number)) {
    incoming.blocks.take_finished(number, symbol, kReportsApart * path.time_on_air(kReportSize), now);
    return true;
  }
  const auto block = incoming.blocks.take(number, symbol, now);
  if (!block) return true;
  const Origin counted{origin.path, origin.address, confirmed ? 0 : origin.size};
  receive_transport(index, session.transport.packet_of_block(symbol.path, number, *block), counted, now);
  return true;
}

bool Link::take_report(ByteView packet, LinkPath& path, const Origin& origin, MonotonicTime now) {
  if (!current_) return false;
  LinkPath* about = path_of({static_cast<std::uint8_t>(packet[0] & 0x0f)});
  if (!about || !about->small) return false;
  const auto report = read_report(packet, current_->transport.next_number(about->id));
  if (!report || !tag_holds(current_->transport.peer_short_tags(), packet, report->newest.number))
    return false;
  path.bytes_received += origin.size;
  ++path.packets_received;
  const BlockSender::Outcome outcome = about->blocks.report(*report, now);
  for (const Carried& carried : outcome.arrived) sender_.acknowledged(carried);
  if (outcome.round_trip) about->round_trip.sample(*outcome.round_trip, {});
  about->health.acknowledged(outcome.came);
  about->health.lost(outcome.missed);
  about->packets_lost += outcome.missed;
  about->unanswered = 0;
  if (const auto ack = acknowledgement_of(*report)) take_acknowledgement(*ack, now);
  hear(path, now);
  report_delivered();
  update_pace(now);
  return true;
}

// The psks that pieces between the two stations are made with, the newest first.
std::vector<Psk> Link::psks() const {
  const StationKey& own = board_.locator->locator.station;
  std::vector<Psk> psks;
  for (const CourierKey& key : courier_keys_) psks.push_back(psk_of(key, own, peer_));
  if (psks.empty()) psks.push_back(psk_without_courier_key(own, peer_));
  return psks;
}

bool Link::made_piece(const Piece& piece) const {
  if (!board_.locator) return false;
  std::vector<SessionKey> responders(known_keys_.begin(), known_keys_.end());
  for (const SessionKeyPair& own : board_.own_keys) responders.push_back(own.key);
  const std::vector<Psk> tried = psks();
  return std::ranges::any_of(responders, [&](const SessionKey& responder) {
    return std::ranges::any_of(tried, [&](const Psk& psk) { return piece.holds(piece_key(responder, psk)); });
  });
}

// A first message or a response: in pieces where it does not fit. How long it takes there.
Microseconds Link::post_handshake(PathIndex local, const Address& to, const Bytes& packet,
                                  const SessionKey& responder, std::uint8_t generation) {
  const LocalPath& own = board_.paths[local.value];
  if (!LinkPath::is_small(own) || packet.size() <= own.packet_limit()) {
    board_.post(local, to, packet);
    return {};
  }
  const StationKey& station = board_.locator->locator.station;
  const auto used = std::ranges::find(courier_keys_, generation, &CourierKey::generation);
  const Psk psk =
      used == courier_keys_.end() ? psk_without_courier_key(station, peer_) : psk_of(*used, station, peer_);
  // From anywhere: what is repeated then adds to what came before.
  const auto first = static_cast<std::uint8_t>(board_.random.below(kMaxSymbols));
  std::size_t bytes = 0;
  for (Bytes& piece : pieces_of(packet, piece_key(responder, psk), own.packet_limit(), first)) {
    bytes += piece.size() + own.overhead;
    board_.post(local, to, std::move(piece));
  }
  return Microseconds{
      static_cast<std::int64_t>(bytes * 1'000'000 / std::max<std::uint64_t>(1, *own.declared_rate))};
}

}  // namespace openline
