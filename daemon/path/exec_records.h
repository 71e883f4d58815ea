// SPDX-License-Identifier: Apache-2.0
// What a station and a helper program say to each other on its standard streams (docs/exec-path.md).
//
//   record = length (2 bytes, big-endian: of what follows) type (1) body
//     1 start   to the helper    version (1), most bytes of a packet (2), the path's name
//     2 packet  both ways        length of the address (1), address, packet
//     3 credit  from the helper  bytes more that it takes (4)
//     4 state   from the helper  0 or 1: the path is usable, words
//     5 log     from the helper  words
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "core/wire/bytes.h"
#include "core/wire/error.h"

namespace openline::daemon {

inline constexpr std::uint8_t kExecVersion = 1;
inline constexpr std::size_t kExecLength = 2;  // bytes before each record
inline constexpr std::size_t kMaxExecAddress = 64, kMaxExecWords = 500;

struct ExecPacket {
  std::string address;
  ByteView packet;  // borrowed from the record
};
struct ExecCredit {
  std::uint32_t bytes = 0;
};
struct ExecState {
  bool usable = false;
  std::string words;
};
struct ExecLog {
  std::string words;
};
using FromHelper = std::variant<ExecPacket, ExecCredit, ExecState, ExecLog>;

// With the length before them.
[[nodiscard]] Bytes exec_start(std::size_t max_packet, std::string_view path);
[[nodiscard]] Bytes exec_packet(std::string_view address, ByteView packet);

// The longest record that a helper may send, without its length.
[[nodiscard]] constexpr std::size_t longest_exec_record(std::size_t max_packet) {
  return 1 + 1 + kMaxExecAddress + max_packet;
}
// `record`: what follows a length. The error says which rule the helper broke.
[[nodiscard]] Result<FromHelper> read_exec_record(ByteView record, std::size_t max_packet);

// As words for an operator: valid UTF-8 without control characters, at most kMaxExecWords bytes.
[[nodiscard]] std::string plain_words(ByteView text);

}  // namespace openline::daemon
