// SPDX-License-Identifier: Apache-2.0
// How large a packet one path carries, found by trying (protocol.md section 6.7, after RFC 8899): from the
// base size upward with packets of padding, that carry nothing, so that their loss costs nothing. Sizes are
// bytes of the whole packet, without what the network adds.
//
// The usual sizes are tried first, smallest first; then what lies between the largest that arrived and the
// smallest that did not is halved, but not between sizes above the first step that stay without an answer:
// what could be gained there is not worth the bytes. When packets of a size that was good stop arriving while
// smaller ones do, the path has changed, and the search begins anew.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/link/frames.h"

namespace openline {

class PacketSize {
 public:
  static constexpr int kProbes = 3;                     // of one size without an answer: it is too large
  static constexpr int kMostProbes = 10;                // the same on a path that loses much
  static constexpr double kUnlikely = 1e-3;             // that all of them were lost by chance
  static constexpr Microseconds kRaise = Seconds{600};  // after a search, until the next one
  static constexpr std::size_t kEnough = 16;            // a gap of less than 1/16 is not searched

  // From `base`, which is taken for granted, to at most `most`. Not above `base`: the size is fixed.
  // `steps`: usual sizes, ascending.
  PacketSize(std::size_t base, std::size_t most, std::vector<std::size_t> steps);

  [[nodiscard]] std::size_t known() const { return known_; }  // what packets may have
  [[nodiscard]] std::size_t base() const { return base_; }
  [[nodiscard]] bool is_fixed() const { return most_ == base_; }
  [[nodiscard]] bool searching() const { return next_.has_value(); }

  // The size to try now; nullopt: nothing is to be tried, or an answer is awaited.
  [[nodiscard]] std::optional<std::size_t> wanted() const;
  void probe_sent(PacketNumber number, MonotonicTime unanswered_at);
  void acknowledged(const Acknowledgement& ack, MonotonicTime now);
  // When `run` is to be called; kNever: not at all.
  [[nodiscard]] MonotonicTime due() const;
  void run(double loss, MonotonicTime now);  // `loss`: the path's, 0..1
  // The system itself does not send packets of this size.
  void refused(std::size_t size, MonotonicTime now);

  // Packets that carried something, by size and when they were sent: evidence of what the path carries.
  void arrived(std::size_t size, MonotonicTime sent, MonotonicTime now);
  void lost(std::size_t size, MonotonicTime sent, double loss, MonotonicTime now);
  void forget_probe() { probe_.reset(); }  // packet numbers start anew: it goes again
  void check_invariants() const;

 private:
  struct Probe {
    PacketNumber number;
    MonotonicTime unanswered_at{};
  };
  struct Missing {  // packets above the base size that were lost since one of their size arrived
    int count = 0;
    std::size_t least = 0;
    MonotonicTime first{};
  };
  void too_large(std::size_t size, bool silent, MonotonicTime now);
  void choose(MonotonicTime now);
  void start_over(MonotonicTime now);
  void judge(MonotonicTime now);

  std::size_t base_, most_;
  std::vector<std::size_t> steps_;
  std::size_t known_;
  std::size_t too_large_;            // the smallest that does not go, or one more than the most
  bool by_silence_ = false;          // it stayed without an answer; else the system refused it
  std::optional<std::size_t> next_;  // to be tried
  std::optional<Probe> probe_;       // the one under way
  int unanswered_ = 0;               // of this size
  MonotonicTime raise_at_ = kNever;
  bool used_ = false;  // a packet as large as is known was sent since the search ended

  std::optional<Missing> missing_;
  int enough_ = kProbes;  // of them to say that the path has changed
  struct Arrived {
    std::size_t size = 0;
    MonotonicTime sent = MonotonicTime::min();
  };
  Arrived large_arrived_;                               // the newest above the base size
  MonotonicTime small_arrived_ = MonotonicTime::min();  // when the newest smaller one had been sent
};

}  // namespace openline
