// SPDX-License-Identifier: Apache-2.0
#include "core/wire/compression.h"

#include <zstd.h>

#include <array>
#include <memory>

#include "core/wire/assert.h"
#include "core/wire/dictionary.h"

namespace openline {
namespace {

// From 19 up zstd parses for the best result, and a text of 500 bytes comes out the same.
constexpr int kLevel = 19;
constexpr int kTryingLevel = 3;  // enough to tell which dictionary does best
// As far as every dictionary is tried: the language shows soon, and work stays bounded. All of the body is
// packed with the best one.
constexpr std::size_t kTried = 192;
// Heads of less are larger than what they save.
constexpr std::size_t kLeast = 16;

// What a packer remembers: of bodies of up to so many bytes, so many.
constexpr std::size_t kRemembered = 8192, kMostRemembered = 16;

// RFC 8878 sections 3.1.1.1 and 3.1.1.2: of a frame in one segment that says its size, with one block.
constexpr std::array<std::uint8_t, 4> kMagic{0x28, 0xB5, 0x2F, 0xFD};
constexpr std::uint8_t kSingleSegment = 0x20, kSizeOfTwoBytes = 0x40;
constexpr std::size_t kTwoBytesFrom = 256;
constexpr std::size_t kBlockHead = 3, kMostHead = kMagic.size() + 3 + kBlockHead, kSize = 2;
constexpr std::uint32_t kLastCompressed = 1 | 2 << 1;  // the last block; its type is "compressed"

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
template <class Object>
using Owned = std::unique_ptr<Object, Free>;

// What zstd makes of the dictionaries to begin with: constant as they are, and kept as long. Made when first
// used.
template <std::size_t kIndex, int kAt>
const ZSTD_CDict* to_pack() {
  const ByteView bytes = dictionaries()[kIndex].bytes;
  static const ZSTD_CDict* const kMade = ZSTD_createCDict(bytes.data(), bytes.size(), kAt);
  OPENLINE_ASSERT(kMade != nullptr);
  return kMade;
}
template <std::size_t kIndex>
const ZSTD_DDict* to_unpack() {
  const ByteView bytes = dictionaries()[kIndex].bytes;
  static const ZSTD_DDict* const kMade = ZSTD_createDDict(bytes.data(), bytes.size());
  OPENLINE_ASSERT(kMade != nullptr);
  return kMade;
}
template <int kAt>
constexpr std::array kToPack{to_pack<0, kAt>, to_pack<1, kAt>, to_pack<2, kAt>,
                             to_pack<3, kAt>, to_pack<4, kAt>, to_pack<5, kAt>};
constexpr std::array kToUnpack{to_unpack<0>, to_unpack<1>, to_unpack<2>,
                               to_unpack<3>, to_unpack<4>, to_unpack<5>};
static_assert(kToPack<kLevel>.size() == kMostDictionaries && kToUnpack.size() == kMostDictionaries);

// All of a frame before the block: the same for every frame of these sizes.
Bytes frame_head(std::size_t plain, std::size_t block) {
  OPENLINE_ASSERT(plain >= 1 && plain <= kMostUnpacked && block < kMostUnpacked);
  Bytes head(kMagic.begin(), kMagic.end());
  const bool two = plain >= kTwoBytesFrom;
  head.push_back(two ? kSingleSegment | kSizeOfTwoBytes : kSingleSegment);
  const std::size_t size = two ? plain - kTwoBytesFrom : plain;
  head.push_back(static_cast<std::uint8_t>(size));
  if (two) head.push_back(static_cast<std::uint8_t>(size >> 8));
  const std::uint32_t word = kLastCompressed | static_cast<std::uint32_t>(block) << 3;
  for (std::size_t at = 0; at < kBlockHead; ++at) head.push_back(static_cast<std::uint8_t>(word >> (8 * at)));
  OPENLINE_ASSERT(head.size() <= kMostHead);
  return head;
}

Owned<ZSTD_CCtx> context_to_pack() {
  Owned<ZSTD_CCtx> context(ZSTD_createCCtx());
  OPENLINE_ASSERT(context != nullptr);
  for (const auto& [parameter, value] :
       {std::pair{ZSTD_c_contentSizeFlag, 1}, {ZSTD_c_checksumFlag, 0}, {ZSTD_c_dictIDFlag, 0}}) {
    OPENLINE_ASSERT(ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), parameter, value)) == 0);
  }
  return context;
}

// The block, in the room given; nullopt if the frame has another head than `unpack` will make, as when it
// holds what could not be compressed.
std::optional<ByteView> block_of(ZSTD_CCtx& context, const ZSTD_CDict* dictionary, ByteView plain,
                                 Bytes& room) {
  room.resize(ZSTD_compressBound(plain.size()));
  OPENLINE_ASSERT(ZSTD_isError(ZSTD_CCtx_refCDict(&context, dictionary)) == 0);
  const std::size_t size = ZSTD_compress2(&context, room.data(), room.size(), plain.data(), plain.size());
  OPENLINE_ASSERT(ZSTD_isError(size) == 0);
  const ByteView frame = ByteView(room).first(size);
  const std::size_t before = kMagic.size() + 1 + (plain.size() < kTwoBytesFrom ? 1 : 2) + kBlockHead;
  if (size <= before || size - before >= plain.size()) return std::nullopt;
  const ByteView block = frame.subspan(before);
  if (!std::ranges::equal(frame.first(before), frame_head(plain.size(), block.size()))) return std::nullopt;
  return block;
}

// The dictionary that makes the least of these bytes; the first, if none makes them fewer.
std::size_t best_for(ZSTD_CCtx& context, ByteView tried) {
  Bytes room;
  std::size_t best = 0, least = tried.size();
  for (std::size_t index = 0; index < kMostDictionaries; ++index) {
    const auto block = block_of(context, kToPack<kTryingLevel>[index](), tried, room);
    if (!block || block->size() >= least) continue;
    best = index;
    least = block->size();
  }
  return best;
}

std::optional<Packed> pack_with(ZSTD_CCtx& context, ByteView plain) {
  const std::size_t chosen = best_for(context, plain.first(std::min(plain.size(), kTried)));
  Bytes room;
  const auto block = block_of(context, kToPack<kLevel>[chosen](), plain, room);
  if (!block || kSize + block->size() >= plain.size()) return std::nullopt;
  const std::size_t size = plain.size() - 1;
  Packed packed{dictionaries()[chosen].number,
                {static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size)}};
  append(packed.bytes, *block);
  return packed;
}

}  // namespace

struct Packer::Context {
  Owned<ZSTD_CCtx> zstd = context_to_pack();
};

Packer::Packer() = default;
Packer::Packer(Packer&&) noexcept = default;
Packer& Packer::operator=(Packer&&) noexcept = default;
Packer::~Packer() = default;

std::optional<Packed> Packer::pack(ByteView plain) {
  if (plain.size() < kLeast || plain.size() > kMostUnpacked) return std::nullopt;
  const auto known =
      std::ranges::find_if(done_, [&](const Done& done) { return std::ranges::equal(done.plain, plain); });
  if (known != done_.end()) return known->packed;
  if (!context_) context_ = std::make_unique<Context>();
  std::optional<Packed> packed = pack_with(*context_->zstd, plain);
  if (plain.size() > kRemembered) return packed;
  done_.push_front({copy_of(plain), packed});
  if (done_.size() > kMostRemembered) done_.pop_back();
  return packed;
}

std::optional<Packed> pack(ByteView plain) { return Packer().pack(plain); }

Result<std::size_t> size_unpacked(ByteView packed) {
  if (packed.size() <= kSize) return fail("packed bytes end before their block");
  const std::size_t size = (std::size_t{packed[0]} << 8 | packed[1]) + 1;
  if (packed.size() >= size) return fail("packed bytes must be fewer than they were");
  return size;
}

Result<Bytes> unpack(std::uint8_t dictionary, ByteView packed) {
  const auto size = size_unpacked(packed);
  if (!size) return fail(size.error());
  const auto held = dictionaries();
  const auto found = std::ranges::find(held, dictionary, &Dictionary::number);
  if (found == held.end()) return fail("dictionary " + std::to_string(dictionary) + " is not held here");
  Bytes frame = frame_head(*size, packed.size() - kSize);
  append(frame, packed.subspan(kSize));
  const Owned<ZSTD_DCtx> context(ZSTD_createDCtx());
  OPENLINE_ASSERT(context != nullptr);
  Bytes plain(*size);
  const std::size_t made =
      ZSTD_decompress_usingDDict(context.get(), plain.data(), plain.size(), frame.data(), frame.size(),
                                 kToUnpack[static_cast<std::size_t>(found - held.begin())]());
  if (ZSTD_isError(made) != 0) return fail(std::string("packed bytes: ") + ZSTD_getErrorName(made));
  if (made != *size) return fail("packed bytes have another size than they say");
  return plain;
}

}  // namespace openline
