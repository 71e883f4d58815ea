// SPDX-License-Identifier: Apache-2.0
// A serial line: frames among noise. Every packet whose frame was not touched comes out, in order, behind any
// noise and in whatever pieces the bytes come; nothing that was not sent comes out of noise that has no frame
// in it.
#include "daemon/path/serial_framing.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

constexpr std::size_t kMost = 300;
using daemon::SerialDeframer;

std::vector<Bytes> packets_in(ByteView line, Input& pieces) {
  SerialDeframer deframer(kMost);
  std::vector<Bytes> packets;
  while (!line.empty()) {
    const std::size_t size = std::min(line.size(), std::size_t{1} + pieces.byte());
    deframer.take(line.first(size), [&](ByteView packet) { packets.push_back(copy_of(packet)); });
    line = line.subspan(size);
  }
  return packets;
}

}  // namespace

void run(ByteView input) {
  Input in(input);
  Bytes line;
  std::vector<Bytes> sent;
  while (!in.done()) {
    const bool is_noise = in.flag();
    const ByteView bytes = in.bytes(kMost);
    if (is_noise || bytes.empty()) {
      append(line, bytes);
      continue;
    }
    line.push_back(0);  // the line was idle: ends what noise has begun
    append(line, daemon::serial_frame(bytes));
    sent.push_back(copy_of(bytes));
  }
  Input at_once({}), in_pieces(input);
  const std::vector<Bytes> received = packets_in(line, at_once);
  OPENLINE_ASSERT(packets_in(line, in_pieces) == received);
  auto next = received.begin();
  for (const Bytes& packet : sent) {
    next = std::find(next, received.end(), packet);
    OPENLINE_ASSERT(next != received.end());
    ++next;
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  all.push_back({0, 0, 5, 1, 0, 2, 0, 3, 1, 0, 3, 9, 9, 9, 0, 0, 1, 0});
  Bytes full{0, 1, 0};
  full.insert(full.end(), 256, 7);
  all.push_back(full);
  Bytes framed{1, 0, 9};
  append(framed, daemon::serial_frame(Bytes{1, 0, 2, 3}));
  all.push_back(framed);
  return all;
}

}  // namespace openline::fuzz
