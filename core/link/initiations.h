// SPDX-License-Identifier: Apache-2.0
// First messages of ours that are not answered yet (protocol.md section 5.3): the newest is repeated, a
// response to any of them is taken.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "core/crypto/handshake.h"
#include "core/link/object_sender.h"

namespace openline {

struct Initiation {
  std::uint32_t index = 0;
  std::uint8_t generation = 0;
  SessionKey responder;
  NoiseInitiator noise;
  Bytes message;                 // noise message 1
  std::optional<Mac> cookie;     // that the responder asked for
  std::vector<Carried> carried;  // objects in the payload
  [[nodiscard]] Bytes packet() const {
    return write_first_packet(generation, index, message, responder, cookie);
  }
};

class Initiations {
 public:
  static constexpr std::size_t kMax = 4;
  static constexpr int kMaxRepeats = 8;  // of one message
  static constexpr Microseconds kFirstInterval = Seconds{1};

  // The index of the one that made room, if one had to.
  std::optional<std::uint32_t> add(Initiation initiation);
  [[nodiscard]] Initiation* find(std::uint32_t index);
  [[nodiscard]] Initiation* newest() { return pending_.empty() ? nullptr : &pending_.back(); }
  [[nodiscard]] const Initiation* newest() const { return pending_.empty() ? nullptr : &pending_.back(); }
  [[nodiscard]] bool empty() const { return pending_.empty(); }
  [[nodiscard]] std::size_t size() const { return pending_.size(); }
  [[nodiscard]] std::vector<std::uint32_t> clear();  // all indices; the pace of repeats starts anew

  [[nodiscard]] bool is_worn() const { return repeats_ >= kMaxRepeats; }
  [[nodiscard]] MonotonicTime due() const { return due_; }
  [[nodiscard]] MonotonicTime last_sent() const { return last_sent_; }
  void sent(MonotonicTime now, Microseconds longest);  // the next interval is twice this one
  void hurry() { due_ = MonotonicTime::min(), interval_ = kFirstInterval; }
  void postpone(MonotonicTime until) { due_ = std::max(due_, until); }

 private:
  std::deque<Initiation> pending_;
  int repeats_ = 0;
  MonotonicTime due_ = MonotonicTime::min();
  MonotonicTime last_sent_ = MonotonicTime{};
  Microseconds interval_ = kFirstInterval;
};

}  // namespace openline
