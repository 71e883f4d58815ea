// SPDX-License-Identifier: Apache-2.0
#include "core/wire/compression.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <zstd.h>

#include "core/wire/dictionary.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

const std::string kText =
    "Our frigate reports that a missile was fired by accident during maintenance at 04:12Z. It is on its way "
    "to "
    "open water north of the island, and no other launch is planned. We are trying to destroy it in flight "
    "and "
    "ask you to hold your response until we have spoken.";

Bytes packed_text(std::string_view text) { return pack(view_of(text)).value().bytes; }

TEST(Compression, MakesATextSmallerAndTheSameAgain) {
  const auto packed = pack(view_of(kText));
  ASSERT_TRUE(packed);
  EXPECT_EQ(packed->dictionary, 1) << "English";
  EXPECT_LT(packed->bytes.size() * 2, kText.size());
  EXPECT_EQ(size_unpacked(packed->bytes), kText.size());
  const auto plain = unpack(packed->dictionary, packed->bytes);
  ASSERT_TRUE(plain) << plain.error().text();
  EXPECT_EQ(text_of(*plain), kText);
}

TEST(Compression, ChoosesTheDictionaryOfTheLanguage) {
  const std::pair<std::uint8_t, const char*> texts[] = {
      {1, "We have received your message and will answer it before noon."},
      {2, "我们已经收到贵方的电报，将在中午以前给予答复。"},
      {3, "Мы получили ваше сообщение и ответим на него до полудня."},
      {4, "Nous avons bien reçu votre message et nous y répondrons avant midi."},
      {5, "Hemos recibido su mensaje y le daremos respuesta antes del mediodía."},
      {6, "لقد تلقينا رسالتكم وسنرد عليها قبل الظهر."}};
  for (const auto& [dictionary, text] : texts) {
    const auto packed = pack(view_of(text));
    ASSERT_TRUE(packed) << text;
    EXPECT_EQ(packed->dictionary, dictionary) << text;
    EXPECT_EQ(unpack(packed->dictionary, packed->bytes), copy_of(view_of(text))) << text;
  }
}

// What a packer did before leaves no trace in what it does next, and a body that it remembers is the same
// again.
TEST(Compression, OnePackerPacksEachBodyByItself) {
  Packer packer;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t number = 0; number < 40; ++number) {
      Bytes body = copy_of(view_of(kText));
      body.resize(20 + number * 5);
      if (number % 8 == 7) body.assign(9000, static_cast<std::uint8_t>(number));
      const auto alone = pack(body), after_others = packer.pack(body);
      ASSERT_EQ(alone.has_value(), after_others.has_value()) << number;
      if (!alone) continue;
      EXPECT_EQ(alone->dictionary, after_others->dictionary) << number;
      EXPECT_EQ(alone->bytes, after_others->bytes) << number;
      EXPECT_EQ(packer.pack(body)->bytes, alone->bytes) << number;
    }
  }
}

TEST(Compression, LeavesAloneWhatDoesNotGetSmaller) {
  Bytes noise;
  for (std::uint32_t at = 0, word = 1; at < 600; ++at) {
    word = word * 1664525 + 1013904223;
    noise.push_back(static_cast<std::uint8_t>(word >> 24));
  }
  EXPECT_FALSE(pack(noise));
  EXPECT_FALSE(pack({}));
  EXPECT_FALSE(pack(Bytes(15, 'a'))) << "too short to gain";
}

TEST(Compression, TakesBodiesOfEverySizeUpToTheLimit) {
  std::string text;
  while (text.size() < kMostUnpacked) text += kText;
  for (const std::size_t size : {16UL, 100UL, 191UL, 192UL, 193UL, 255UL, 256UL, 257UL, 65535UL, 65536UL}) {
    const std::string_view part = std::string_view(text).substr(0, size);
    const auto packed = pack(view_of(part));
    if (!packed) {
      EXPECT_LT(size, 100U);
      continue;
    }
    const auto plain = unpack(packed->dictionary, packed->bytes);
    ASSERT_TRUE(plain) << size << plain.error().text();
    EXPECT_EQ(text_of(*plain), part);
  }
  EXPECT_FALSE(pack(Bytes(kMostUnpacked + 1, 'a')));
  EXPECT_TRUE(pack(Bytes(kMostUnpacked, 'a')));
}

TEST(Compression, ASizeThatIsNotTheBlocksIsRefused) {
  const Bytes packed = packed_text(kText);
  for (int size = 0; size < 65536; size += 7) {
    Bytes changed = packed;
    changed[0] = static_cast<std::uint8_t>(size >> 8);
    changed[1] = static_cast<std::uint8_t>(size);
    if (changed == packed) continue;
    const auto plain = unpack(1, changed);
    EXPECT_FALSE(plain) << size;
    EXPECT_FALSE(plain.error().text().empty());
  }
}

TEST(Compression, ABeginningThatNobodyCanPackDoesNotKeepTheRestFromIt) {
  Bytes body;
  for (std::uint32_t at = 0, word = 7; at < 256; ++at) {
    word = word * 1664525 + 1013904223;
    body.push_back(static_cast<std::uint8_t>(word >> 24));
  }
  for (int times = 0; times < 3; ++times) append(body, view_of(kText));
  const auto packed = pack(body);
  ASSERT_TRUE(packed);
  EXPECT_LT(packed->bytes.size() + kText.size(), body.size());
  EXPECT_EQ(unpack(packed->dictionary, packed->bytes).value(), body);
}

// Blocks of zstd may say the same 65,536 times in 20 bytes, and more.
TEST(Compression, ABombMakesNoMoreThanItSays) {
  const Bytes large = pack(Bytes(kMostUnpacked, 'a')).value().bytes;
  ASSERT_LT(large.size(), 50U);
  Bytes small = large;
  small[0] = 0;
  small[1] = 100;
  EXPECT_FALSE(unpack(1, small));
}

TEST(Compression, WhatIsCutOffOrAddedIsRefused) {
  const auto packed = pack(view_of(kText)).value();
  for (std::size_t size = 0; size < packed.bytes.size(); ++size)
    EXPECT_FALSE(unpack(packed.dictionary, ByteView(packed.bytes).first(size))) << size;
  for (const int byte : {0, 1, 0x80, 0xFF}) {
    Bytes longer = packed.bytes;
    longer.push_back(static_cast<std::uint8_t>(byte));
    const auto plain = unpack(packed.dictionary, longer);
    EXPECT_FALSE(plain && text_of(*plain) == kText) << byte;
  }
  EXPECT_FALSE(size_unpacked(Bytes{0, 2, 1, 1, 1})) << "not smaller than it was";
}

TEST(Compression, OtherDictionariesMakeOtherBytesOrNone) {
  const auto packed = pack(view_of(kText)).value();
  for (const Dictionary& dictionary : dictionaries()) {
    const auto plain = unpack(dictionary.number, packed.bytes);
    EXPECT_EQ(plain && text_of(*plain) == kText, dictionary.number == packed.dictionary);
  }
  for (const int unknown : {0, 7, 255}) {
    const auto plain = unpack(static_cast<std::uint8_t>(unknown), packed.bytes);
    ASSERT_FALSE(plain);
    EXPECT_EQ(plain.error().text(), "dictionary " + std::to_string(unknown) + " is not held here");
  }
}

RC_GTEST_PROP(Compression, GivesBackWhatItWasGiven, (std::vector<std::uint8_t> bytes, bool as_text)) {
  if (as_text) {  // few letters: it does get smaller
    for (std::uint8_t& byte : bytes) byte = "etaoin s"[byte % 8];
    while (bytes.size() < 40) bytes.push_back(' ');
  }
  const auto packed = pack(bytes);
  if (!packed) return;
  RC_ASSERT(packed->bytes.size() < bytes.size());
  RC_ASSERT(unpack(packed->dictionary, packed->bytes).value() == bytes);
}

RC_GTEST_PROP(Compression, TakesAnyBytesWithoutHarm,
              (std::vector<std::uint8_t> bytes, std::uint8_t dictionary)) {
  const auto size = size_unpacked(bytes);
  const auto plain = unpack(static_cast<std::uint8_t>(dictionary % 8), bytes);
  RC_ASSERT(size || !plain);
  if (plain) RC_ASSERT(plain->size() == size.value());
}

RC_GTEST_PROP(Compression, TakesDamagedBytesWithoutHarm, (std::uint16_t at, std::uint8_t by)) {
  auto packed = pack(view_of(kText)).value();
  packed.bytes[at % packed.bytes.size()] ^= by;
  const auto size = size_unpacked(packed.bytes);
  const auto plain = unpack(packed.dictionary, packed.bytes);
  if (plain) RC_ASSERT(plain->size() == size.value());
}

}  // namespace
}  // namespace openline
