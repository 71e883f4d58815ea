// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/exec_records.h"

#include <algorithm>

#include "core/wire/assert.h"
#include "core/wire/cbor.h"
#include "daemon/config/path_config.h"

namespace openline::daemon {
namespace {

enum Type : std::uint8_t { kStart = 1, kPacket = 2, kCredit = 3, kState = 4, kLog = 5 };

void append_u16(Bytes& to, std::size_t value) {
  OPENLINE_ASSERT(value <= UINT16_MAX);
  to.push_back(static_cast<std::uint8_t>(value >> 8));
  to.push_back(static_cast<std::uint8_t>(value));
}

Result<FromHelper> read_packet(ByteView body, std::size_t max_packet) {
  if (body.empty() || body.size() - 1 < body[0]) return fail("a packet's address goes beyond its record");
  const ByteView address = body.subspan(1, body[0]), packet = body.subspan(1 + std::size_t{body[0]});
  if (!is_exec_address(text_of(address)))
    return fail("an address is not 1 to 64 printable ASCII characters without spaces");
  if (packet.empty()) return fail("a packet is empty");
  if (packet.size() > max_packet)
    return fail("a packet is longer than " + std::to_string(max_packet) + " bytes");
  return ExecPacket{std::string(text_of(address)), packet};
}

Result<FromHelper> read_credit(ByteView body) {
  if (body.size() != 4) return fail("a credit does not have 4 bytes");
  std::uint32_t bytes = 0;
  for (const std::uint8_t byte : body) bytes = bytes << 8 | byte;
  return ExecCredit{bytes};
}

Result<FromHelper> read_state(ByteView body) {
  if (body.empty() || body[0] > 1) return fail("a state is neither 0 nor 1");
  return ExecState{body[0] == 1, plain_words(body.subspan(1))};
}

}  // namespace

Bytes exec_start(std::size_t max_packet, std::string_view path) {
  Bytes record;
  append_u16(record, 1 + 1 + 2 + path.size());
  record.push_back(kStart);
  record.push_back(kExecVersion);
  append_u16(record, max_packet);
  append(record, view_of(path));
  return record;
}

Bytes exec_packet(std::string_view address, ByteView packet) {
  OPENLINE_ASSERT(address.size() <= kMaxExecAddress);
  Bytes record;
  append_u16(record, 1 + 1 + address.size() + packet.size());
  record.push_back(kPacket);
  record.push_back(static_cast<std::uint8_t>(address.size()));
  append(record, view_of(address));
  append(record, packet);
  return record;
}

Result<FromHelper> read_exec_record(ByteView record, std::size_t max_packet) {
  if (record.empty()) return fail("a record is empty");
  const ByteView body = record.subspan(1);
  switch (record[0]) {
    case kPacket:
      return read_packet(body, max_packet);
    case kCredit:
      return read_credit(body);
    case kState:
      return read_state(body);
    case kLog:
      return ExecLog{plain_words(body)};
    default:
      return fail("a record is of type " + std::to_string(record[0]) + ", which helpers do not send");
  }
}

std::string plain_words(ByteView text) {
  std::string words(text_of(text));
  if (words.size() > kMaxExecWords) {
    words.resize(kMaxExecWords);
    // Not within a character: at most three bytes of one are left over.
    for (int i = 0; i < 3 && cbor::is_utf8(text) && !cbor::is_utf8(view_of(words)); ++i) words.pop_back();
  }
  const bool is_text = cbor::is_utf8(view_of(words));
  std::ranges::replace_if(
      words,
      [is_text](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !is_text);
      },
      '?');
  return words;
}

}  // namespace openline::daemon
