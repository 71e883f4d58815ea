// SPDX-License-Identifier: Apache-2.0
// Every item that the decoder takes has one encoding: written again by the encoder it is the same bytes. And
// what `check_item` takes the typed reads take as well, and the other way round.
#include "core/wire/cbor.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

using cbor::Decoder;
using cbor::Encoder;

void copy_item(ByteView input, Decoder& from, Encoder& to, std::size_t depth) {
  if (!from.ok() || from.at_end()) return;
  const auto major = static_cast<std::uint8_t>(input[from.offset()] >> 5);
  const bool nests = major == 4 || major == 5;
  if (nests && depth == cbor::kMaxDepth) return from.refuse("too deep");
  switch (major) {
    case 0:
      to.number(from.number());
      break;
    case 1:
      to.integer(from.integer());
      break;
    case 2:
      to.bytes(from.bytes(SIZE_MAX));
      break;
    case 3:
      to.text(from.text(SIZE_MAX));
      break;
    case 4: {
      const std::size_t count = from.array(SIZE_MAX);
      to.array(count);
      for (std::size_t i = 0; i < count && from.ok(); ++i) copy_item(input, from, to, depth + 1);
      break;
    }
    case 5: {
      const std::size_t count = from.map(SIZE_MAX);
      to.map(count);
      for (std::size_t i = 0; i < count && from.ok(); ++i) {
        to.number(from.number());
        copy_item(input, from, to, depth + 1);
      }
      break;
    }
    default:
      to.boolean(from.boolean());
  }
}

}  // namespace

void run(ByteView input) {
  if (!cbor::check_item(input)) return;
  Decoder from(input);
  Encoder to;
  copy_item(input, from, to, 0);
  OPENLINE_ASSERT(from.ok() && from.at_end());
  OPENLINE_ASSERT(std::ranges::equal(to.result(), input));
  Decoder whole(input);
  OPENLINE_ASSERT(whole.item().size() == input.size() && whole.ok());
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (const std::uint64_t number : {0ULL, 23ULL, 24ULL, 256ULL, 65536ULL, 1ULL << 32, ~0ULL})
    all.push_back(Encoder().number(number).take());
  for (const std::int64_t number : {-1LL, -25LL, -70'000LL, INT64_MIN + 0LL})
    all.push_back(Encoder().integer(number).take());
  all.push_back(Encoder().array(3).boolean(true).bytes(Bytes{1, 2, 3}).text("早上好").take());
  all.push_back(Encoder().map(2).number(1).text("a").number(30).map(1).number(0).array(0).take());
  return all;
}

}  // namespace openline::fuzz
