// SPDX-License-Identifier: Apache-2.0
#include "core/link/switchboard.h"

#include <algorithm>
#include <bitset>

#include "core/link/callers.h"
#include "core/link/link_status.h"
#include "core/link/pacer.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

Bytes source_bytes(PathIndex path, const Address& from) {
  Bytes bytes{path.value};
  append(bytes, view_of(from.text));
  return bytes;
}

}  // namespace

struct Switchboard::State {
  struct Entry {
    MonotonicTime due = kNever;
    bool changed = true;     // `due` has to be found anew
    std::bitset<256> ready;  // by path: it is in `State::ready`
  };

  State(LinkOptions options, std::vector<LocalPath> paths, RandomSeed seed)
      : board(options, std::move(paths), std::move(seed)),
        ready(board.paths.size()),
        pacers(board.paths.size()) {}

  void touch(Link& link);  // it may have something to send now
  Link* find(const StationKey& peer);
  void receive_first(ByteView packet, const Origin& origin, MonotonicTime now);
  bool admit(const FirstPacket& first, std::size_t own_key, const Origin& origin, MonotonicTime now);
  void receive_response(ByteView packet, const Origin& origin, MonotonicTime now);
  void receive_cookie(ByteView packet, const Origin& origin, MonotonicTime now);
  void receive_transport(ByteView packet, const Origin& origin, MonotonicTime now);
  void receive_small(ByteView packet, const Origin& origin, MonotonicTime now);
  void receive_piece(ByteView packet, const Origin& origin, MonotonicTime now);
  bool flash_waits(PathIndex path) const;
  Link* link_of(std::uint32_t index);
  std::optional<std::size_t> own_key_of(ByteView before_mac1, const Mac& mac1) const;
  std::optional<OutgoingPacket> next_posted(PathIndex path, std::size_t max_size);
  std::optional<OutgoingPacket> next_of_links(PathIndex path, std::size_t max_size, MonotonicTime now);
  std::size_t most_urgent(PathIndex path) const;

  Board board;
  Links links;
  std::map<Link*, Entry> due;
  std::vector<std::deque<Link*>> ready;  // by path; each link at most once
  std::vector<Pacer> pacers;             // by path: of declared rates
  std::vector<CookieJar> jars;           // one for each own key
  PieceSlots pieces;
  std::size_t handshakes_left = 0, proven_handshakes_left = 0;
  MonotonicTime last_now{};
};

void Switchboard::State::touch(Link& link) {
  Entry& entry = due[&link];
  entry.changed = true;
  for (std::size_t at = 0; at < ready.size(); ++at) {
    if (!entry.ready[at]) ready[at].push_back(&link);
    entry.ready.set(at);
  }
}

Link* Switchboard::State::find(const StationKey& peer) {
  const auto found = links.find(peer);
  return found == links.end() ? nullptr : found->second.get();
}

Link* Switchboard::State::link_of(std::uint32_t index) {
  const auto found = board.by_index.find(index);
  if (found != board.by_index.end()) return found->second;
  ++board.counters.unknown_session;
  return nullptr;
}

std::optional<std::size_t> Switchboard::State::own_key_of(ByteView before_mac1, const Mac& mac1) const {
  for (std::size_t at = 0; at < board.own_keys.size(); ++at) {
    if (mac1_holds(board.own_keys[at].key, before_mac1, mac1)) return at;
  }
  return std::nullopt;
}

// Key agreement costs. Beyond the turn's budget only those go on who have shown that they receive where they
// call from.
bool Switchboard::State::admit(const FirstPacket& first, std::size_t own_key, const Origin& origin,
                               MonotonicTime now) {
  if (handshakes_left > 0) {
    --handshakes_left;
    return true;
  }
  const Bytes source = source_bytes(origin.path, origin.address);
  if (!jars[own_key].mac2_holds(first, source, now)) {
    ++board.counters.cookies_sent;
    board.post(origin.path, origin.address, jars[own_key].write_cookie_packet(first, source, now));
    return false;
  }
  if (proven_handshakes_left == 0) {
    ++board.counters.over_budget;
    return false;
  }
  --proven_handshakes_left;
  return true;
}

void Switchboard::State::receive_first(ByteView packet, const Origin& origin, MonotonicTime now) {
  if (board.closing) return;
  const auto first = read_first_packet(packet);
  if (!first) {
    ++board.counters.malformed;
    return;
  }
  const auto own = own_key_of(first->before_mac1, first->mac1);
  if (!own) {
    ++board.counters.bad_mac;
    return;
  }
  if (!admit(*first, *own, origin, now)) return;
  NoiseResponder noise(handshake_prologue(first->generation), board.own_keys[*own].clone());
  auto found = Callers::identify(links, board.locator->locator.station, *first, noise);
  if (found.failure) {
    for (Link* link : found.suspects) link->suspect(now);
    ++(found.failure == Callers::Failure::kUnknown ? board.counters.unknown_caller
                                                   : board.counters.failed_authentication);
    return;
  }
  found.link->receive_first({*first, found.caller, noise, std::move(found.payload)}, origin, now);
  touch(*found.link);
}

void Switchboard::State::receive_response(ByteView packet, const Origin& origin, MonotonicTime now) {
  const auto response = read_response_packet(packet);
  if (!response) {
    ++board.counters.malformed;
    return;
  }
  Link* link = link_of(response->receiver_index);
  if (!link) return;
  if (!own_key_of(response->before_mac1, response->mac1)) {
    ++board.counters.bad_mac;
    return;
  }
  link->receive_response(*response, origin, now);
  touch(*link);
}

void Switchboard::State::receive_cookie(ByteView packet, const Origin& origin, MonotonicTime) {
  const auto index = read_cookie_index(packet);
  if (!index) {
    ++board.counters.malformed;
    return;
  }
  if (Link* link = link_of(*index)) link->receive_cookie(*index, packet, origin);
}

void Switchboard::State::receive_transport(ByteView packet, const Origin& origin, MonotonicTime now) {
  const auto head = read_transport_head(packet);
  if (!head) {
    ++board.counters.malformed;
    return;
  }
  Link* link = link_of(head->receiver_index);
  if (!link) return;
  link->receive_transport(head->receiver_index, packet, origin, now);
  touch(*link);
}

// No session is named: those of the peers that have a path there are tried.
void Switchboard::State::receive_small(ByteView packet, const Origin& origin, MonotonicTime now) {
  if (packet.size() <= kSymbolOverhead) {
    ++board.counters.malformed;
    return;
  }
  for (const auto& [station, link] : links) {
    if (!link->receive_small(packet, origin, now)) continue;
    return touch(*link);
  }
  ++board.counters.failed_authentication;
}

void Switchboard::State::receive_piece(ByteView packet, const Origin& origin, MonotonicTime now) {
  const auto piece = read_piece(packet);
  if (!piece || !LinkPath::is_small(board.paths[origin.path.value])) {
    ++board.counters.malformed;
    return;
  }
  std::vector<Link*> expected, others;
  for (const auto& [station, link] : links) (link->is_at(origin) ? expected : others).push_back(link.get());
  expected.insert(expected.end(), others.begin(), others.end());
  const auto made = [&](const Link* link) { return link->made_piece(*piece); };
  const auto from = std::ranges::find_if(expected, made);
  if (from == expected.end()) {
    ++board.counters.bad_mac;
    return;
  }
  const auto whole = pieces.take(origin.path, origin.address, (*from)->peer(), *piece);
  if (!whole) return;
  const Origin all{origin.path, origin.address, whole->size()};
  if (!whole->empty() && whole->front() == static_cast<std::uint8_t>(PacketType::kFirst))
    return receive_first(*whole, all, now);
  receive_response(*whole, all, now);
}

std::optional<OutgoingPacket> Switchboard::State::next_posted(PathIndex path, std::size_t max_size) {
  std::deque<OutgoingPacket>& waiting = board.posted[path.value];
  while (!waiting.empty()) {
    const std::size_t size = waiting.front().bytes.size();
    if (size > max_size && size <= board.paths[path.value].max_packet)
      return std::nullopt;  // when there is room
    OutgoingPacket packet = std::move(waiting.front());
    waiting.pop_front();
    if (size <= max_size) return packet;
    ++board.counters.over_budget;
  }
  return std::nullopt;
}

// Place in `ready` of the link with the most urgent object; the first among equals.
std::size_t Switchboard::State::most_urgent(PathIndex path) const {
  const std::deque<Link*>& waiting = ready[path.value];
  if (waiting.size() == 1) return 0;
  const auto urgency = [&](Link* link) { return link->urgency(path); };
  return static_cast<std::size_t>(std::ranges::max_element(waiting, {}, urgency) - waiting.begin());
}

bool Switchboard::State::flash_waits(PathIndex path) const {
  return std::ranges::any_of(ready[path.value],
                             [&](Link* link) { return link->urgency(path) == Rank::kFlash; });
}

std::optional<OutgoingPacket> Switchboard::State::next_of_links(PathIndex path, std::size_t max_size,
                                                                MonotonicTime now) {
  std::deque<Link*>& waiting = ready[path.value];
  while (!waiting.empty()) {
    const std::size_t at = most_urgent(path);
    Link* link = waiting[at];
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(at));
    auto packet = link->next_packet(path, max_size, now);
    Entry& entry = due[link];
    entry.ready.set(path.value, packet.has_value());
    entry.changed = true;
    if (!packet) continue;
    waiting.push_back(link);
    return packet;
  }
  return std::nullopt;
}

Switchboard::Switchboard(LinkOptions options, std::vector<LocalPath> paths, RandomSeed seed)
    : state_(std::make_unique<State>(options, std::move(paths), std::move(seed))) {
  start_turn();
}
Switchboard::~Switchboard() = default;
Switchboard::Switchboard(Switchboard&&) noexcept = default;
Switchboard& Switchboard::operator=(Switchboard&&) noexcept = default;

void Switchboard::set_own_keys(std::vector<SessionKeyPair> keys, SignedLocator locator) {
  OPENLINE_ASSERT(!keys.empty());
  std::vector<CookieJar> jars;
  for (const SessionKeyPair& key : keys)
    jars.emplace_back(key.key, state_->board.random.draw_secret<RandomSeed>());
  state_->jars = std::move(jars);
  state_->board.own_keys = std::move(keys);
  state_->board.locator = std::move(locator);
  for (const auto& [station, link] : state_->links) state_->touch(*link);
}

void Switchboard::set_peer(PeerSetup peer, Now now) {
  state_->last_now = now.monotonic;
  Link* link = state_->find(peer.station);
  if (!link) {
    if (state_->links.size() >= state_->board.options.max_peers) return;
    auto added = std::make_unique<Link>(state_->board, peer.station);
    link = state_->links.emplace(peer.station, std::move(added)).first->second.get();
  }
  link->set_up(std::move(peer), now.monotonic);
  state_->touch(*link);
}

void Switchboard::remove_peer(const StationKey& peer) {
  Link* link = state_->find(peer);
  if (!link) return;
  state_->due.erase(link);
  for (std::deque<Link*>& waiting : state_->ready) std::erase(waiting, link);
  state_->links.erase(peer);
}

void Switchboard::peer_has_locator(const StationKey& peer, std::uint64_t counter) {
  if (Link* link = state_->find(peer)) link->set_peer_holds_locator(counter);
}

void Switchboard::start_turn() {
  state_->handshakes_left = state_->proven_handshakes_left = state_->board.options.handshakes_a_turn;
}

void Switchboard::receive(PathIndex path, const Address& from, ByteView packet, Now now) {
  State& state = *state_;
  state.last_now = now.monotonic;
  if (!state.board.is_own_path(path) || packet.empty() || state.board.own_keys.empty()) {
    ++state.board.counters.malformed;
    return;
  }
  const Origin origin{path, from, packet.size()};
  if (is_transport(packet[0])) return state.receive_transport(packet, origin, now.monotonic);
  if (is_symbol(packet[0]) || is_report(packet[0])) return state.receive_small(packet, origin, now.monotonic);
  if (packet[0] == kPieceType) return state.receive_piece(packet, origin, now.monotonic);
  switch (static_cast<PacketType>(packet[0])) {
    case PacketType::kFirst:
      return state.receive_first(packet, origin, now.monotonic);
    case PacketType::kResponse:
      return state.receive_response(packet, origin, now.monotonic);
    case PacketType::kCookie:
      return state.receive_cookie(packet, origin, now.monotonic);
    case PacketType::kTransport:
      break;
  }
  ++state.board.counters.malformed;
}

void Switchboard::run_timers(Now now) {
  state_->last_now = now.monotonic;
  if (next_timeout() > now.monotonic) return;
  for (const auto& [station, link] : state_->links) {
    if (state_->due[link.get()].due > now.monotonic) continue;
    link->run_timers(now.monotonic);
    state_->touch(*link);
  }
}

MonotonicTime Switchboard::next_timeout() const {
  MonotonicTime next = kNever;
  for (auto& [link, entry] : state_->due) {
    if (std::exchange(entry.changed, false)) entry.due = link->next_timeout(state_->last_now);
    next = std::min(next, entry.due);
  }
  for (std::size_t at = 0; at < state_->pacers.size(); ++at) {
    const MonotonicTime free_at = state_->pacers[at].free_at();
    const bool waits = !state_->ready[at].empty() || !state_->board.posted[at].empty();
    if (waits && free_at > state_->last_now) next = std::min(next, free_at);
  }
  return next;
}

std::optional<OutgoingPacket> Switchboard::next_packet(PathIndex path, std::size_t max_size, Now now) {
  State& state = *state_;
  if (!state.board.is_own_path(path) || !state.board.usable[path.value]) return std::nullopt;
  Pacer& pacer = state.pacers[path.value];
  if (!pacer.is_free(now.monotonic)) return std::nullopt;
  state.last_now = std::max(state.last_now, now.monotonic);
  // On a path of small packets a handshake is long: a FLASH does not wait for it.
  const LocalPath& own = state.board.paths[path.value];
  const bool first = LinkPath::is_small(own) && state.flash_waits(path);
  auto packet = first ? state.next_of_links(path, max_size, now.monotonic) : std::nullopt;
  if (!packet) packet = state.next_posted(path, max_size);
  if (!packet && !first) packet = state.next_of_links(path, max_size, now.monotonic);
  if (packet && own.declared_rate) {
    pacer.sent(time_to_send(packet->bytes.size() + own.overhead, *own.declared_rate), Pacer::kMakeUp,
               now.monotonic);
  }
  return packet;
}

void Switchboard::set_path_usable(PathIndex path, bool usable, Now now) {
  if (!state_->board.is_own_path(path)) return;
  state_->last_now = now.monotonic;
  state_->board.usable[path.value] = usable;
  if (!usable) state_->board.posted[path.value].clear();
  for (const auto& [station, link] : state_->links) {
    link->set_path_usable(path, usable, now.monotonic);
    state_->touch(*link);
  }
}

void Switchboard::packet_refused(PathIndex path, const Address& to, std::size_t size, Now now) {
  state_->last_now = now.monotonic;
  for (const auto& [station, link] : state_->links) {
    if (link->packet_refused(path, to, size, now.monotonic)) state_->touch(*link);
  }
}

std::optional<std::uint64_t> Switchboard::send(const StationKey& peer, Bytes object, SendOptions how,
                                               Now now) {
  state_->last_now = now.monotonic;
  Link* link = state_->find(peer);
  if (!link) return std::nullopt;
  const auto handle = link->send(std::move(object), how, now.monotonic);
  state_->touch(*link);
  return handle;
}

std::size_t Switchboard::object_room(const StationKey& peer) const {
  const Link* link = state_->find(peer);
  return link ? link->object_room() : 0;
}

bool Switchboard::replace(const StationKey& peer, std::uint64_t object, Bytes with) {
  Link* link = state_->find(peer);
  return link && link->replace(object, std::move(with));
}

std::size_t Switchboard::queued_before_bulk(const StationKey& peer) const {
  const Link* link = state_->find(peer);
  return link ? link->queued_before_bulk() : 0;
}

void Switchboard::set_alert(const StationKey& peer, bool on) {
  Link* link = state_->find(peer);
  if (!link) return;
  link->set_alert(on, state_->last_now);
  state_->touch(*link);
}

void Switchboard::close(std::string reason, Now now) {
  state_->last_now = now.monotonic;
  // Cut at a character's start: the frame carries UTF-8.
  while (reason.size() > ClosingFrame::kMaxReason || !cbor::is_utf8(view_of(reason))) reason.pop_back();
  state_->board.closing = std::move(reason);
  for (const auto& [station, link] : state_->links) {
    link->close();
    state_->touch(*link);
  }
}

std::vector<LinkEvent> Switchboard::take_events() { return std::exchange(state_->board.events, {}); }

std::optional<LinkStatus> Switchboard::status(const StationKey& peer) const {
  const Link* link = state_->find(peer);
  return link ? std::optional(link->status()) : std::nullopt;
}

std::optional<Outbound> Switchboard::outbound(const StationKey& peer, std::size_t most, Now now) const {
  const Link* link = state_->find(peer);
  if (!link) return std::nullopt;
  std::vector<AdapterLoad> adapters;
  for (std::size_t at = 0; at < state_->pacers.size(); ++at)
    adapters.push_back({state_->pacers[at].free_at(), std::max<std::size_t>(state_->ready[at].size(), 1)});
  return link->outbound(most, adapters, now.monotonic);
}

const SwitchboardCounters& Switchboard::counters() const { return state_->board.counters; }

void Switchboard::check_invariants() const {
  const State& state = *state_;
  OPENLINE_ASSERT(state.links.size() <= state.board.options.max_peers);
  OPENLINE_ASSERT(state.due.size() == state.links.size());
  for (const auto& [station, link] : state.links) link->check_invariants();
  for (const auto& waiting : state.ready) OPENLINE_ASSERT(waiting.size() <= state.links.size());
  for (const auto& waiting : state.board.posted) OPENLINE_ASSERT(waiting.size() <= Board::kMaxPosted);
}

}  // namespace openline
