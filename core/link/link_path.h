// SPDX-License-Identifier: Apache-2.0
// One path of a link: one of our paths and one address of the peer, and all that is known about it.
#pragma once

#include "core/link/address_validation.h"
#include "core/link/block_sender.h"
#include "core/link/goodput.h"
#include "core/link/pacer.h"
#include "core/link/packet_size.h"
#include "core/link/path_health.h"
#include "core/link/round_trip.h"
#include "core/link/sent_packets.h"
#include "core/link/window.h"

namespace openline {

// The share of the last seconds in which a path was busy with what had to be sent, 0..1.
class Load {
 public:
  void add(Microseconds on_air, MonotonicTime now);
  [[nodiscard]] double at(MonotonicTime now) const;

 private:
  double load_ = 0;
  MonotonicTime when_{};
};

struct LinkPath {
  static constexpr std::uint64_t kNarrow =
      32'000;  // bytes a second: below it a path has one way for packets, and air is dear
  LinkPath(const LinkOptions& options, const LocalPath& own, PathIndex own_index, Address address,
           PathId number);

  // A guess at how long a packet given to it now takes to arrive, for comparing paths.
  [[nodiscard]] Microseconds expected_delivery() const;
  [[nodiscard]] Microseconds time_on_air(std::size_t bytes) const;  // with what the network adds
  // What the path carries in that time; all when its rate is not declared.
  [[nodiscard]] std::size_t bytes_in(Microseconds time) const;
  // Bytes of the largest packet to send now. While nothing is answered it is what goes anywhere.
  [[nodiscard]] std::size_t packet_limit() const;
  [[nodiscard]] bool window_open() const { return rate || window.has_room(sent.in_flight()); }
  // Of a measured rate: until when only the urgent may leave; in the past when anything may.
  [[nodiscard]] MonotonicTime paced_until(MonotonicTime now) const;
  void pace(std::size_t bytes, MonotonicTime now);  // a packet that waits for an acknowledgement left
  // When what is in flight counts as unanswered; kNever when nothing is.
  [[nodiscard]] MonotonicTime probe_due() const;
  [[nodiscard]] MonotonicTime challenge_due() const;

  PathIndex local;
  Address remote;
  PathId id;            // our number for it on the wire
  bool listed = false;  // among the peer's known addresses; else it called from there
  bool usable = true;   // our adapter can carry something
  std::optional<std::uint64_t> rate;
  std::size_t overhead;            // that the network adds to a packet
  std::size_t largest_packet = 0;  // of the last ones
  Load load;
  std::optional<PathId> peer_id;  // the peer's number for it, as last heard

  AddressValidation validation;
  PathHealth health;
  RoundTrip round_trip;
  Window window;
  SentPackets sent;
  Pacer pacer;                    // of a measured rate
  MonotonicTime resume = kNever;  // when what its pace held back may leave
  MonotonicTime cover_due{};      // with cover: when the next packet goes
  PacketSize size;
  const bool small;  // its packets are: objects go in blocks
  BlockSender blocks;
  MonotonicTime handshake_after{};  // a small path is busy with the last first message until then
  Goodput goodput;
  std::uint64_t bytes_repeated = 0;  // in packets of repeats that nobody asked for
  std::uint64_t bytes_padded = 0;    // that say nothing
  int unanswered = 0;                // probe timeouts in a row
  int silent = 0;                    // of them since anything was heard

  bool ping_wanted = false;
  bool closing_wanted = false;
  std::optional<ChallengeToken> response_wanted;
  std::uint64_t bytes_sent = 0, bytes_received = 0;
  std::uint64_t packets_sent = 0, packets_received = 0, packets_lost = 0;

  [[nodiscard]] static bool is_small(const LocalPath& own) {
    return own.declared_rate && own.packet_limit() < kSmallPath;
  }
  [[nodiscard]] Microseconds answer_time() const;  // on a small path, that a report is due within
  [[nodiscard]] std::size_t in_flight() const { return sent.in_flight() + blocks.waiting_bytes(); }
  [[nodiscard]] bool is_narrow() const { return rate && *rate < kNarrow; }
  // Packets may be sent there: it is not known to be down.
  [[nodiscard]] bool live() const {
    return usable && validation.valid() && health.state() != PathState::kDown;
  }
  [[nodiscard]] bool up() const { return live() && health.state() == PathState::kUp; }
};

}  // namespace openline
