// SPDX-License-Identifier: Apache-2.0
// Packets on a line of bytes that gains, loses and changes some (protocol.md section 6.6).
//
//   frame = [00] COBS(packet CRC) 00
//
// CRC: CRC-16/GENIBUS of the packet, big-endian: the inverted one of that family, since the others also fit a
// frame that a zero was added to. COBS (consistent overhead byte stuffing) takes the zeros
// out, at one byte in 254, so that a zero ends a frame wherever a reader begins. The first zero is there only
// when the line was idle: it ends what noise has begun.
#pragma once

#include <cstdint>
#include <functional>

#include "core/wire/bytes.h"

namespace openline::daemon {

// COBS(packet CRC) and the zero at the end.
[[nodiscard]] Bytes serial_frame(ByteView packet);

// Finds the packets in what a line gives. Keeps one frame at most, whatever comes.
class SerialDeframer {
 public:
  explicit SerialDeframer(std::size_t max_packet);  // a longer one counts as damaged

  void take(ByteView bytes, const std::function<void(ByteView packet)>& packet);

  // Frames that were dropped, and their bytes: damaged, too long, or noise between two zeros.
  [[nodiscard]] std::uint64_t damaged_frames() const { return damaged_frames_; }
  [[nodiscard]] std::uint64_t damaged_bytes() const { return damaged_bytes_; }

 private:
  void end_frame(const std::function<void(ByteView packet)>& packet);

  std::size_t max_frame_;      // without zeros
  Bytes frame_;                // what came since the last zero
  std::size_t discarded_ = 0;  // of a frame that is too long
  std::uint64_t damaged_frames_ = 0, damaged_bytes_ = 0;
};

}  // namespace openline::daemon
