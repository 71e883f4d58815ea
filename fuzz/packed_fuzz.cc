// SPDX-License-Identifier: Apache-2.0
// Packed bodies: whatever the bytes, exactly as much is made as they say, within the maximum; and what is
// packed unpacks to what it was.
#include "core/record/test_record.h"
#include "core/wire/compression.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

void check_unpacking(std::uint8_t dictionary, ByteView packed) {
  const auto size = size_unpacked(packed);
  const auto plain = unpack(dictionary, packed);
  OPENLINE_ASSERT(!size || (*size >= 1 && *size <= kMostUnpacked));
  if (plain) OPENLINE_ASSERT(size && plain->size() == *size);
}

void check_packing(ByteView plain) {
  const auto packed = pack(plain);
  if (!packed) return;
  OPENLINE_ASSERT(packed->bytes.size() < plain.size());
  const auto back = unpack(packed->dictionary, packed->bytes);
  OPENLINE_ASSERT(back && std::ranges::equal(*back, plain));
}

}  // namespace

void run(ByteView input) {
  Input in(input);
  const bool packs = in.flag();
  const std::uint8_t dictionary = packs ? 0 : in.byte();
  if (packs) {
    check_packing(in.rest());
  } else {
    check_unpacking(dictionary, in.rest());
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const SixtyEntries sixty;
  const std::string long_text =
      "We have received your message and will answer it before noon. Nothing happened here.";
  std::vector<Bytes> bodies = {TextBody{long_text, "en", {}, "watch officer"}.encode(), Bytes(3000, 0)};
  for (const auto& run : sixty.record.runs()) bodies.push_back(run.back().body);
  for (const Bytes& body : bodies) {
    all.push_back({1});
    append(all.back(), body);
    const auto packed = pack(body);
    if (!packed) continue;
    all.push_back({0, packed->dictionary});
    append(all.back(), packed->bytes);
  }
  return all;
}

}  // namespace openline::fuzz
