// SPDX-License-Identifier: Apache-2.0
// Ack-eliciting packets that are on their way on one path of one session, and which of them are lost
// (protocol.md section 6.3, after RFC 9002 section 6).
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/link/frames.h"
#include "core/link/object_sender.h"
#include "core/link/round_trip.h"

namespace openline {

struct SentPacket {
  MonotonicTime sent{};
  std::size_t size = 0;
  std::vector<Carried> carried;
  bool is_patient = false;  // of statements alone: it is acknowledged when that is convenient
  bool overtaken = false;   // given up because a later one was acknowledged
};

class SentPackets {
 public:
  static constexpr std::uint32_t kPacketThreshold = 3;
  // `keeps_order`: the path was never seen to change the order of packets (a modem, a radio): one that a
  // later one overtook is lost. That holds until one comes late after all.
  explicit SentPackets(bool keeps_order = false) : threshold_(keeps_order ? 1 : kPacketThreshold) {}

  static constexpr std::size_t kMaxRepeated =
      1024;  // packets given up on whose acknowledgement would still be of use

  void sent(PacketNumber number, SentPacket packet);
  void used(PacketNumber number);  // by a packet that is not followed here; an acknowledgement may name it
  struct Newly {
    std::vector<SentPacket> acknowledged;
    std::optional<MonotonicTime>
        largest_sent;  // when the largest number was sent, if it is among the acknowledged
  };
  [[nodiscard]] Newly acknowledge(const Acknowledgement& ack, MonotonicTime now);
  // Packets that others overtook, and that have had the time that `round_trip` allows.
  [[nodiscard]] std::vector<SentPacket> find_lost(const RoundTrip& round_trip, MonotonicTime now);
  [[nodiscard]] std::vector<const SentPacket*> outstanding_until(MonotonicTime sent) const;
  // Gives up on packets sent until then: what they carried has to be sent again.
  [[nodiscard]] std::vector<Carried> repeat_until(MonotonicTime sent);
  [[nodiscard]] std::vector<Carried> forget_all();  // the session or the path ended

  [[nodiscard]] std::optional<PacketNumber> largest_acknowledged() const {
    return largest_acknowledged_ ? std::optional(PacketNumber{*largest_acknowledged_}) : std::nullopt;
  }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }  // bytes
  // When the oldest packet's time is over; kNever when nothing was overtaken.
  [[nodiscard]] MonotonicTime loss_due(const RoundTrip& round_trip) const;
  // Since when nothing was acknowledged though something was due (of what is patient: since it was); nullopt
  // when nothing is in flight.
  [[nodiscard]] std::optional<MonotonicTime> waiting_since() const;
  void check_invariants() const;

 private:
  using ByNumber = std::map<std::uint32_t, SentPacket>;
  void take(ByNumber& from, Range numbers, std::vector<SentPacket>& into);
  void give_up(ByNumber::iterator packet);
  ByNumber outstanding_;
  ByNumber repeated_;  // given up; the newest of them
  std::uint32_t threshold_;
  std::size_t in_flight_ = 0;
  std::uint64_t next_ = 0;
  std::optional<std::uint32_t> largest_acknowledged_;
  MonotonicTime last_acknowledged_{};
};

}  // namespace openline
