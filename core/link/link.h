// SPDX-License-Identifier: Apache-2.0
// The link with one peer station: its paths, its sessions, and the objects on them (protocol.md sections
// 5 and 6). Owned by Switchboard, which finds the link that a packet belongs to.
//
//   link.cc            set-up, addresses, state      link_receive.cc  transport packets and their frames
//   link_handshake.cc  first messages and sessions   link_send.cc     what goes next, and where
//   link_timers.cc     heartbeats, repeats, ends     link_size.cc     how large packets may be
//   link_blocks.cc     paths of small packets        link_outbound.cc what it says of itself
#pragma once

#include <deque>
#include <memory>

#include "core/link/board.h"
#include "core/link/delivery_estimate.h"
#include "core/link/early_objects.h"
#include "core/link/handshake_payload.h"
#include "core/link/handshake_pieces.h"
#include "core/link/initiations.h"
#include "core/link/link_path.h"
#include "core/link/link_status.h"
#include "core/link/object_receiver.h"
#include "core/link/object_sender.h"
#include "core/link/session.h"
#include "core/link/tentative_sessions.h"

namespace openline {

// Where a packet came from.
struct Origin {
  PathIndex path;
  const Address& address;
  std::size_t size = 0;
};

// A first message that decrypted: the caller holds the session key and the courier key.
struct FirstMessage {
  const FirstPacket& packet;
  SessionKey caller;
  NoiseResponder& noise;
  HandshakePayload payload;
};

// What all links share of one of our own paths.
struct AdapterLoad {
  MonotonicTime free_at{};  // when it takes the next packet
  std::size_t links = 1;    // that have something for it, and take turns
};

class Link {
 public:
  static constexpr std::size_t kMaxPaths = Transport::kMaxPaths;
  static constexpr std::size_t kMaxKnownKeys = 4;  // session keys of the peer, newest first

  Link(Board& board, const StationKey& peer);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  void set_up(PeerSetup setup, MonotonicTime now);
  void set_path_usable(PathIndex path, bool usable, MonotonicTime now);
  bool packet_refused(PathIndex path, const Address& to, std::size_t size, MonotonicTime now);
  void set_alert(bool on, MonotonicTime now);
  void set_peer_holds_locator(std::uint64_t counter) { peer_holds_locator_ = counter; }
  void close();

  // The caller's side of section 5.2.
  [[nodiscard]] const StationKey& peer() const { return peer_; }
  [[nodiscard]] const std::deque<SessionKey>& known_keys() const { return known_keys_; }
  [[nodiscard]] const std::vector<CourierKey>& courier_keys() const { return courier_keys_; }
  [[nodiscard]] std::uint64_t known_locator() const { return locator_counter_; }
  void suspect(MonotonicTime now);  // a first message that did not decrypt

  void receive_first(const FirstMessage& message, const Origin& origin, MonotonicTime now);
  void receive_response(const ResponsePacket& packet, const Origin& origin, MonotonicTime now);
  void receive_cookie(std::uint32_t index, ByteView packet, const Origin& origin);
  void receive_transport(std::uint32_t index, ByteView packet, const Origin& origin, MonotonicTime now);
  // On a path of small packets: false when no session of this link knows the tag.
  bool receive_small(ByteView packet, const Origin& origin, MonotonicTime now);
  [[nodiscard]] bool made_piece(const Piece& piece) const;  // the peer did, or we
  [[nodiscard]] bool is_at(const Origin& origin) { return path_at(origin.path, origin.address) != nullptr; }
  void run_timers(MonotonicTime now);
  [[nodiscard]] MonotonicTime next_timeout(MonotonicTime now);

  std::optional<ObjectHandle> send(Bytes object, const SendOptions& how, MonotonicTime now);
  [[nodiscard]] std::size_t object_room() const;
  bool replace(ObjectHandle object, Bytes with) { return sender_.replace(object, std::move(with)); }
  [[nodiscard]] std::optional<OutgoingPacket> next_packet(PathIndex local, std::size_t max_size,
                                                          MonotonicTime now);
  // The rank of what waits for this path, for taking turns among links.
  [[nodiscard]] std::optional<Rank> urgency(PathIndex local);
  [[nodiscard]] std::size_t queued_before_bulk() const { return sender_.queued_before_bulk(); }
  [[nodiscard]] LinkStatus status() const;
  [[nodiscard]] Outbound outbound(std::size_t most, const std::vector<AdapterLoad>& adapters,
                                  MonotonicTime now) const;
  void check_invariants() const;

 private:
  // link_outbound.cc
  [[nodiscard]] PathOutlook outlook_of(const LinkPath& path, const AdapterLoad& adapter,
                                       MonotonicTime now) const;

  // link.cc
  [[nodiscard]] LinkPath* path_at(PathIndex local, const Address& address);
  [[nodiscard]] LinkPath* path_of(PathId id);
  LinkPath* add_path(PathIndex local, const Address& address);  // null when all numbers are taken
  [[nodiscard]] bool make_room_for_path();
  void remove_path(const LinkPath& path);
  void list_addresses(const std::vector<LocatorAddress>& addresses, MonotonicTime now);
  void state_changed(LinkPath& path, MonotonicTime now);
  void repeat_all(LinkPath& path);  // what is in flight on it goes again
  void update_open();
  void update_pace(MonotonicTime now);
  [[nodiscard]] bool any_up() const;

  // link_handshake.cc
  [[nodiscard]] bool may_initiate() const;
  [[nodiscard]] bool wants_session(MonotonicTime now) const;
  [[nodiscard]] MonotonicTime age_limit() const;
  [[nodiscard]] MonotonicTime handshake_due(MonotonicTime now) const;
  void run_handshake(MonotonicTime now);
  [[nodiscard]] MonotonicTime answer_due(MonotonicTime now) const;
  void start_initiation(MonotonicTime now);
  void post_initiation(MonotonicTime now);
  [[nodiscard]] bool only_small() const;  // no other path could carry a first message
  void drop_initiations();
  [[nodiscard]] bool declines(const SessionKey& caller, MonotonicTime now);
  [[nodiscard]] bool wins_over_peer(const SessionKey& caller) const;
  void learn_locator(const std::optional<SignedLocator>& locator);
  void take_early(const HandshakePayload& payload, bool confirmed);
  [[nodiscard]] Session* find_session(std::uint32_t index);
  Session& confirm(TentativeSession tentative, const Origin& origin, MonotonicTime now);
  Session& adopt(Session session, const LinkEpoch& epoch, MonotonicTime now);
  Session& make_current(Session session, MonotonicTime now);
  Session& keep_previous(Session session, MonotonicTime now);
  void end_session(std::optional<Session>& session);
  [[nodiscard]] const SignedLocator* locator_for_peer() const;

  // link_receive.cc
  std::optional<PathId> arrive(const Origin& origin, PathId peer_id, MonotonicTime now);
  void hear(LinkPath& path, MonotonicTime now);
  void became_valid(const LinkPath& path, MonotonicTime now);
  bool take_frame(const Frame& frame, bool is_current, std::optional<PathId> via, MonotonicTime now);
  void answered(LinkPath& path, MonotonicTime now);
  bool take_object(ObjectReceiver::Taken taken);
  void take_acknowledgement(const Acknowledgement& ack, MonotonicTime now);
  void take_closing(const ClosingFrame& closing, MonotonicTime now);
  void find_lost(LinkPath& path, MonotonicTime now);
  void report_delivered();

  // link_send.cc
  std::optional<OutgoingPacket> packet_for(LinkPath& path, std::size_t max_size, MonotonicTime now);
  // One that says something.
  std::optional<OutgoingPacket> telling_packet(LinkPath& path, std::size_t max_size, MonotonicTime now);
  [[nodiscard]] Bytes padded(LinkPath& path, Bytes plain, std::size_t limit) const;
  [[nodiscard]] std::optional<Rank> least_rank(LinkPath& path, MonotonicTime now);
  [[nodiscard]] bool is_preferred(const LinkPath& path, MonotonicTime now);
  [[nodiscard]] Way way_of(const LinkPath& path, MonotonicTime now) const;
  [[nodiscard]] bool may_repeat(LinkPath& path, MonotonicTime now) const;
  [[nodiscard]] bool acknowledges_on(const Session::Incoming& incoming, const LinkPath& path,
                                     MonotonicTime now) const;
  [[nodiscard]] bool acknowledgement_due(const LinkPath& path, MonotonicTime now) const;
  void write_acknowledgements(FrameWriter& frames, const LinkPath& path, bool ride_along, MonotonicTime now);
  [[nodiscard]] bool wants_control(const LinkPath& path, MonotonicTime now) const;
  bool write_control(FrameWriter& frames, LinkPath& path, MonotonicTime now);
  OutgoingPacket seal(LinkPath& path, const Bytes& plain, bool elicits, std::vector<Carried> carried,
                      MonotonicTime now);

  // link_size.cc
  [[nodiscard]] bool may_try_size(const LinkPath& path, std::size_t max_size) const;
  std::optional<OutgoingPacket> try_size(LinkPath& path, MonotonicTime now);
  static void note_arrived(LinkPath& path, const std::vector<SentPacket>& packets, MonotonicTime now);
  static void note_lost(LinkPath& path, const std::vector<SentPacket>& packets, MonotonicTime now);

  // link_blocks.cc
  [[nodiscard]] std::size_t block_room(const LinkPath& path) const;
  void begin_block(LinkPath& path, Rank least, MonotonicTime now);
  std::optional<OutgoingPacket> small_packet_for(LinkPath& path, std::size_t max_size, MonotonicTime now);
  [[nodiscard]] bool has_repeat_budget(const LinkPath& path) const;
  OutgoingPacket symbol_for(LinkPath& path, const BlockSender::Wish& wish, MonotonicTime now);
  static OutgoingPacket small_out(LinkPath& path, Bytes packet, MonotonicTime now);
  std::optional<OutgoingPacket> small_control(LinkPath& path, MonotonicTime now);
  [[nodiscard]] static MonotonicTime report_time(const Session::Incoming& incoming);
  [[nodiscard]] bool report_due(const LinkPath& path, MonotonicTime now, bool flash_waits) const;
  std::optional<OutgoingPacket> report_for(LinkPath& path, MonotonicTime now);
  bool take_symbol(ByteView packet, const Symbol& symbol, Session& session, LinkPath& path,
                   const Origin& origin, MonotonicTime now);
  bool take_report(ByteView packet, LinkPath& path, const Origin& origin, MonotonicTime now);
  [[nodiscard]] std::vector<Psk> psks() const;
  Microseconds post_handshake(PathIndex local, const Address& to, const Bytes& packet,
                              const SessionKey& responder, std::uint8_t generation);

  // link_timers.cc
  void run_path(LinkPath& path, MonotonicTime now);
  void run_probe(LinkPath& path, MonotonicTime now);
  [[nodiscard]] MonotonicTime path_timeout(const LinkPath& path, MonotonicTime now);
  [[nodiscard]] MonotonicTime acknowledgement_timeout(MonotonicTime now) const;

  Board& board_;
  StationKey peer_;
  LinkEpoch epoch_;
  std::deque<SessionKey> known_keys_;
  std::uint64_t locator_counter_ = 0;
  std::vector<CourierKey> courier_keys_;
  std::uint64_t peer_holds_locator_ = 0;

  std::vector<std::unique_ptr<LinkPath>> paths_;
  std::size_t turn_ = 0;  // which of several paths over one adapter is asked first
  ObjectSender sender_;
  ObjectReceiver receiver_;
  EarlyObjects early_;

  std::optional<Session> current_;   // sends and receives
  std::optional<Session> previous_;  // receives until it ends
  TentativeSessions tentative_;
  Initiations initiations_;
  std::optional<LinkEpoch> peer_epoch_;
  std::optional<MonotonicTime> collided_;            // since when their first messages go without an answer
  MonotonicTime made_ = MonotonicTime::min();        // when this link was set up
  MonotonicTime last_fresh_ = MonotonicTime::min();  // the last first message that carried something
  bool fresh_wanted_ = false;                        // something FLASH waits that no first message carries
  bool rekey_wanted_ = false;                        // the courier key changed

  bool open_ = false;
  bool fresh_ = true;  // the next LinkOpened is of a new epoch
  std::optional<std::string> peer_closing_;
  std::deque<MonotonicTime> failures_;
  bool suspect_ = false;
  bool alert_ = false;
  HeartbeatPace pace_;
  MonotonicTime waiting_since_{};      // since when objects wait that no path took
  MonotonicTime reconsider_ = kNever;  // when a path that was passed over may take them
};

}  // namespace openline
