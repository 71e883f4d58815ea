// SPDX-License-Identifier: Apache-2.0
// All links of a station: who is calling, sessions, and for each peer station its link (protocol.md
// sections 5 and 6). Packets come in by `receive`, go out when a path has room by `next_packet`;
// objects go in by `send` and come out as events. Nothing here knows what an object means.
//
// Bounds are in LinkOptions. Time comes with each call, randomness from the seed given at the start.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/crypto/courier_key.h"
#include "core/crypto/handshake.h"
#include "core/crypto/locator.h"
#include "core/crypto/noise.h"
#include "core/crypto/random.h"
#include "core/crypto/types.h"
#include "core/wire/precedence.h"
#include "core/wire/time.h"

namespace openline {

// One of this station's own paths, by its place in the configuration.
struct PathIndex {
  std::uint8_t value = 0;
  auto operator<=>(const PathIndex&) const = default;
};

// Where a packet came from or goes to, in the path adapter's own words ("192.0.2.1:4700"). Compared as text.
struct Address {
  std::string text;
  auto operator<=>(const Address&) const = default;
};

struct LocalPath {
  std::string name;
  std::string kind;                              // "udp" or "tcp": pairs with a LocatorAddress
  std::size_t max_packet = 1200;                 // bytes that the path carries in one packet for certain
  std::optional<std::uint64_t> declared_rate{};  // bytes a second, overhead included; else it is measured
  std::size_t overhead = 28;                     // bytes that the network adds to a packet (IPv4 and UDP)
  // On a slow path a packet takes at most this time, but has 256 bytes with overhead if it needs them: what
  // a FLASH may have to wait for. Only with a declared rate.
  std::optional<Microseconds> packet_time{};
  // Bytes of repeats that nobody asked for, in percent of all bytes sent. Less for a path that is metered or
  // must stay quiet.
  std::uint32_t repeats = 100;
  std::size_t discover_up_to = 0;  // bytes: packets above `max_packet` are tried up to here (section 6.7)
  // A ping goes when nothing was sent for so long: else a NAT forgets the way back. nullopt: there is none.
  std::optional<Microseconds> nat_keepalive{};
  // For those who watch the path (section 6.10). A session's packets are filled up to a multiple of so many
  // bytes; 0: they are as long as what they say.
  std::size_t padding = 0;
  // To each peer goes one packet of packet_limit() bytes each such time, whatever there is to say.
  std::optional<Microseconds> cover{};

  [[nodiscard]] std::size_t packet_limit()
      const;  // bytes of the largest packet to send, unless larger ones are found to arrive
  // Bytes a second to one peer, overhead included, as they are declared or as `cover` allows; else nullopt.
  [[nodiscard]] std::optional<std::uint64_t> rate_to_one() const;
};

struct LinkOptions {
  Seconds heartbeat_idle{60};  // section 6.5
  Seconds heartbeat_busy{10};  // while something is in flight or an alert is on
  std::size_t min_missed = 3;  // heartbeats, before a path is down
  std::size_t max_missed = 12;
  double false_alarm = 1e-4;
  Milliseconds ack_delay{25};
  std::size_t initial_window = 16 * 1200;  // bytes unacknowledged on a path at the start
  std::size_t min_window = 4 * 1200;       // never below: a lossy path is slow, not dead
  std::size_t max_window = 8 << 20;
  std::size_t max_object = 1 << 20;      // bytes; a larger one is refused by `send`
  std::size_t max_reassembly = 4 << 20;  // bytes of unfinished objects a peer; fragments beyond are dropped
  std::size_t max_peers = 256;
  std::size_t max_tentative = 4;       // sessions a peer
  std::size_t handshakes_a_turn = 20;  // key agreements before cookies are asked for
  Seconds session_age{24 * 3600};
  Seconds old_session_life{120};
  Seconds handshake_repeat_max{30};
  // How long a new link waits for something that its first message could carry. A FLASH does not wait.
  Milliseconds gather{0};
};

// What a station knows of a peer station. The caller has checked cards and locators.
struct PeerSetup {
  StationKey station;
  std::optional<SignedLocator> locator;  // newest; without it the peer can only call us
  std::vector<CourierKey> courier_keys;  // newest first, at most two; empty: none agreed
};

enum class PathState : std::uint8_t { kUntried, kUp, kDown };

struct LinkStatus;  // link_status.h
struct Outbound;

struct ObjectReceived {
  StationKey peer;
  Bytes object;
  bool confirmed = true;  // false: from a tentative session's first message
};
// A session is open: say hello. `fresh` when the peer's link epoch is new: whatever was in flight is gone.
struct LinkOpened {
  StationKey peer;
  bool fresh = true;
};
struct LinkClosed {  // every path is down, or the peer said that it stops
  StationKey peer;
};
struct PathChanged {
  StationKey peer;
  PathIndex path;
  std::string name;
  PathState state;
};
struct ObjectDelivered {  // the peer's station has all of it in memory; nothing more is promised
  StationKey peer;
  std::uint64_t object = 0;
};
struct LocatorLearned {  // in a first message, from a known station, signature checked
  SignedLocator locator;
};
using LinkEvent =
    std::variant<ObjectReceived, LinkOpened, LinkClosed, PathChanged, ObjectDelivered, LocatorLearned>;

struct OutgoingPacket {
  Address to;
  Bytes bytes;
};

struct SendOptions {
  Precedence precedence = Precedence::kRoutine;
  std::uint32_t group = 0;  // a line: groups of one precedence take turns
  std::optional<std::uint64_t>
      supersedes_key{};  // an object of the same key that is still wholly unsent is replaced
  bool bulk = false;     // attachments: after everything else of any precedence
};

struct SwitchboardCounters {  // what was dropped, and why; for the log and metrics
  std::uint64_t malformed = 0, bad_mac = 0, unknown_caller = 0, unknown_session = 0,
                failed_authentication = 0, replayed = 0, cookies_sent = 0, cookies_asked = 0, over_budget = 0;
};

class Switchboard {
 public:
  Switchboard(LinkOptions options, std::vector<LocalPath> paths, RandomSeed seed);
  ~Switchboard();
  Switchboard(Switchboard&&) noexcept;
  Switchboard& operator=(Switchboard&&) noexcept;

  // Own session keys, newest first: calls are made with the first and taken with any. `locator` is sent in
  // first messages until `peer_has_locator` says that the peer holds it.
  void set_own_keys(std::vector<SessionKeyPair> keys, SignedLocator locator);
  // Adds the peer, or takes over what changed (addresses, session key, courier keys) without losing a
  // session.
  void set_peer(PeerSetup peer, Now now);
  void remove_peer(const StationKey& peer);
  void peer_has_locator(const StationKey& peer, std::uint64_t counter);

  void start_turn();  // renews the budget of key agreements
  void receive(PathIndex path, const Address& from, ByteView packet, Now now);
  void run_timers(Now now);
  [[nodiscard]] MonotonicTime next_timeout() const;  // kNever when there is nothing to wait for
  // What to send now on this path, if anything. Asked only while the path has room.
  [[nodiscard]] std::optional<OutgoingPacket> next_packet(PathIndex path, std::size_t max_size, Now now);
  // The local adapter says that it cannot carry anything (interface gone, port lost), or that it can again.
  void set_path_usable(PathIndex path, bool usable, Now now);
  // The local adapter cannot send packets of this size there; the one that it was given is lost.
  void packet_refused(PathIndex path, const Address& to, std::size_t size, Now now);

  // Queues an object for a peer; it is sent in the first message if there is no session and it fits. nullopt:
  // no such peer, or too large. Objects in flight are given up when the peer's epoch changes
  // (LinkOpened.fresh).
  std::optional<std::uint64_t> send(const StationKey& peer, Bytes object, SendOptions how, Now now);
  // The largest object that fits one packet on every path to the peer.
  [[nodiscard]] std::size_t object_room(const StationKey& peer) const;
  // Puts another object in the place of one of which nothing was sent yet. False: that is under way, or done.
  bool replace(const StationKey& peer, std::uint64_t object, Bytes with);
  // Bytes that are queued or under way, without those that are sent as bulk: nothing else waits for these.
  [[nodiscard]] std::size_t queued_before_bulk(const StationKey& peer) const;
  void set_alert(const StationKey& peer, bool on);  // heartbeats at the busy interval
  // Says goodbye on every open session: the next packets carry `closing`.
  void close(std::string reason, Now now);

  [[nodiscard]] std::vector<LinkEvent> take_events();
  [[nodiscard]] std::optional<LinkStatus> status(const StationKey& peer) const;
  // What is on its way to a peer, the `most` most urgent of it, and when that should be there.
  [[nodiscard]] std::optional<Outbound> outbound(const StationKey& peer, std::size_t most, Now now) const;
  [[nodiscard]] const SwitchboardCounters& counters() const;
  void check_invariants() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace openline
