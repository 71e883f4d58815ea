// SPDX-License-Identifier: Apache-2.0
// What helper programs say: a packet that is taken keeps to its bounds and is, written again, the same
// record; words for an operator are short UTF-8 without control characters, whatever a helper wrote.
#include "core/wire/cbor.h"
#include "daemon/path/exec_records.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

using namespace daemon;

void check_words(const std::string& words) {
  OPENLINE_ASSERT(words.size() <= kMaxExecWords && cbor::is_utf8(view_of(words)));
  for (const char c : words) OPENLINE_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

}  // namespace

void run(ByteView input) {
  Input in(input);
  const std::size_t most = 1 + in.index(1500);
  const ByteView record = in.rest();
  check_words(plain_words(record));
  const auto read = read_exec_record(record, most);
  if (!read) return;
  if (const auto* state = std::get_if<ExecState>(&*read)) check_words(state->words);
  if (const auto* log = std::get_if<ExecLog>(&*read)) check_words(log->words);
  if (const auto* packet = std::get_if<ExecPacket>(&*read)) {
    OPENLINE_ASSERT(packet->packet.size() <= most && record.size() <= longest_exec_record(most));
    const Bytes again = exec_packet(packet->address, packet->packet);
    OPENLINE_ASSERT(std::ranges::equal(ByteView(again).subspan(kExecLength), record));
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const auto add = [&](ByteView record) {
    all.push_back({2, 0});
    append(all.back(), record);
  };
  add(ByteView(exec_packet("radio-1", Bytes(20, 3))).subspan(kExecLength));
  add(Bytes{3, 0, 0, 1, 0});
  add(Bytes{4, 0, 'n', 'o', ' ', 's', 'i', 'g', 'n', 'a', 'l'});
  add(Bytes{5, 'r', 'e', 'a', 'd', 'y', 0xc3, 0xa9});
  return all;
}

}  // namespace openline::fuzz
