// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/serial_framing.h"

#include <algorithm>
#include <boost/crc.hpp>
#include <optional>

#include "core/wire/assert.h"

namespace openline::daemon {
namespace {

constexpr std::size_t kCrc = 2, kFullGroup = 254;
constexpr std::uint8_t kFullCode = 255;

std::uint16_t crc_of(ByteView bytes) {
  boost::crc_optimal<16, 0x1021, 0xffff, 0xffff, false, false> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return static_cast<std::uint16_t>(crc.checksum());
}

// Groups of up to 254 bytes that are not zero, each behind its length plus one. After a group that is not
// full stands a zero in the original, except after the last.
Bytes stuffed(ByteView bytes) {
  Bytes out;
  out.reserve(bytes.size() + bytes.size() / kFullGroup + 2);
  for (std::size_t at = 0;;) {
    const ByteView rest = bytes.subspan(at, std::min(kFullGroup, bytes.size() - at));
    const auto zero = static_cast<std::size_t>(std::ranges::find(rest, 0) - rest.begin());
    out.push_back(static_cast<std::uint8_t>(zero + 1));
    out.insert(out.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(zero));
    at += zero;
    if (at == bytes.size()) return out;
    if (zero < kFullGroup) ++at;
  }
}

// In place, since the original is never longer. nullopt: a group that goes beyond the end.
std::optional<ByteView> unstuff(Bytes& bytes) {
  std::size_t size = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint8_t code = bytes[at++];
    const std::size_t group = code - std::size_t{1};
    if (code == 0 || group > bytes.size() - at) return std::nullopt;
    const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    std::copy(from, from + static_cast<std::ptrdiff_t>(group),
              bytes.begin() + static_cast<std::ptrdiff_t>(size));
    at += group;
    size += group;
    if (code != kFullCode && at < bytes.size()) bytes[size++] = 0;
  }
  return ByteView(bytes.data(), size);
}

}  // namespace

Bytes serial_frame(ByteView packet) {
  Bytes whole = copy_of(packet);
  const std::uint16_t crc = crc_of(packet);
  whole.push_back(static_cast<std::uint8_t>(crc >> 8));
  whole.push_back(static_cast<std::uint8_t>(crc));
  Bytes frame = stuffed(whole);
  OPENLINE_ASSERT(std::ranges::find(frame, 0) == frame.end());
  frame.push_back(0);
  return frame;
}

SerialDeframer::SerialDeframer(std::size_t max_packet)
    : max_frame_(max_packet + kCrc + (max_packet + kCrc) / kFullGroup + 1) {}

void SerialDeframer::take(ByteView bytes, const std::function<void(ByteView packet)>& packet) {
  for (const std::uint8_t byte : bytes) {
    if (byte == 0) {
      end_frame(packet);
    } else if (frame_.size() == max_frame_) {
      discarded_ += 1;
    } else {
      frame_.push_back(byte);
    }
  }
}

void SerialDeframer::end_frame(const std::function<void(ByteView packet)>& packet) {
  if (frame_.empty()) return;  // a line that was idle: the zero before a frame
  const std::size_t received = frame_.size() + discarded_;
  const auto whole = discarded_ == 0 ? unstuff(frame_) : std::nullopt;
  const bool is_sound = whole && whole->size() > kCrc &&
                        crc_of(whole->first(whole->size() - kCrc)) ==
                            ((*whole)[whole->size() - 2] << 8 | (*whole)[whole->size() - 1]);
  if (is_sound) {
    packet(whole->first(whole->size() - kCrc));
  } else {
    ++damaged_frames_;
    damaged_bytes_ += received;
  }
  frame_.clear();
  discarded_ = 0;
}

}  // namespace openline::daemon
