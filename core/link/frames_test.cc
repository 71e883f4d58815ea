// SPDX-License-Identifier: Apache-2.0
#include "core/link/frames.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace openline {
namespace {

Bytes bytes_of(std::string_view hex) { return from_hex(hex).value(); }

TEST(Frames, AreWrittenAsTheCddlSays) {
  FrameWriter writer(200);
  const Bytes object{0xaa, 0xbb};
  EXPECT_TRUE(writer.add(WholeObject{{5}, object}));
  EXPECT_EQ(writer.add_part({{6}, 1000, 24, object}), 2U);
  EXPECT_TRUE(writer.add(Acknowledgement{{2}, {300}, Milliseconds{7}, {1, 2, 30}}));
  EXPECT_TRUE(writer.add(PingFrame{}));
  EXPECT_TRUE(writer.add(PathChallenge{{{1, 2, 3, 4, 5, 6, 7, 8}}}));
  EXPECT_TRUE(writer.add(PathResponse{{{8, 7, 6, 5, 4, 3, 2, 1}}}));
  EXPECT_TRUE(writer.add(ClosingFrame{"bye"}));
  EXPECT_TRUE(writer.add(WholeObject{{5}, object, true}));
  EXPECT_TRUE(writer.add(Repair{{5}, 3, 1, 200, object}));
  EXPECT_EQ(to_hex(writer.take()),
            "83010542aabb"
            "85020618181903ce42aabb"
            "85030219012c07830102181e"
            "8104"
            "8205480102030405060708"
            "8206480807060504030201"
            "820763627965"
            "83080542aabb"
            "860905020118c842aabb");
}

TEST(Frames, ComeBackAsTheyWereWritten) {
  FrameWriter writer(1400);
  const Bytes object(300, 9);
  ASSERT_TRUE(writer.add(WholeObject{{70'000}, object}));
  ASSERT_EQ(writer.add_part({{1}, 1 << 20, 99'999, object}), 300U);
  ASSERT_TRUE(writer.add(Acknowledgement{{15}, {INT32_MAX}, Milliseconds{0}, {1U << 31}}));
  ASSERT_TRUE(writer.add(ClosingFrame{"再见"}));
  ASSERT_TRUE(writer.add(WholeObject{{7}, object, true}));
  ASSERT_TRUE(writer.add(Repair{{70'000}, 128, 299, 255, object}));
  const Bytes plain = writer.take();
  FrameReader reader(plain);
  const auto whole = std::get<WholeObject>(reader.next().value());
  EXPECT_EQ(whole.id.value, 70'000U);
  EXPECT_EQ(copy_of(whole.bytes), object);
  const auto fragment = std::get<Fragment>(reader.next().value());
  EXPECT_EQ(fragment.size, 1U << 20);
  EXPECT_EQ(fragment.offset, 99'999U);
  EXPECT_EQ(copy_of(fragment.bytes), object);
  const auto ack = std::get<Acknowledgement>(reader.next().value());
  EXPECT_EQ(ack.path.value, 15);
  EXPECT_EQ(ack.runs, std::vector<std::uint32_t>{1U << 31});
  EXPECT_EQ(std::get<ClosingFrame>(reader.next().value()).reason, "再见");
  EXPECT_TRUE(std::get<WholeObject>(reader.next().value()).is_statement);
  const auto repair = std::get<Repair>(reader.next().value());
  EXPECT_EQ(repair.id.value, 70'000U);
  EXPECT_EQ(repair.size(), 128U * 300 - 299);
  EXPECT_EQ(repair.index, 255);
  EXPECT_EQ(copy_of(repair.bytes), object);
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_FALSE(reader.malformed());
}

TEST(Frames, NeverExceedTheBudget) {
  const Bytes object(100, 1);
  for (std::size_t budget = 0; budget < 160; ++budget) {
    FrameWriter whole(budget), part(budget);
    EXPECT_EQ(whole.add(WholeObject{{1}, object}), budget >= 105) << budget;
    EXPECT_EQ(whole.fits_alone({{1}, object}), budget >= 105);
    const std::size_t packed = part.add_part({{1}, 5000, 2500, object});
    EXPECT_LE(part.take().size(), budget);
    EXPECT_TRUE(packed == 0 || packed >= FrameWriter::kLeastFragment) << budget;
    EXPECT_EQ(packed == 100, budget >= 111) << budget;
  }
}

TEST(Frames, AShortTailOfAnObjectIsAFragment) {
  FrameWriter writer(40);
  EXPECT_EQ(writer.add_part({{1}, 5000, 4997, Bytes(3)}), 3U);
}

TEST(Frames, PaddingFillsAPacketWhateverItsSize) {
  for (const std::size_t budget : {2UL, 3UL, 26UL, 27UL, 28UL, 259UL, 260UL, 261UL, 1174UL, 65481UL}) {
    FrameWriter writer(budget);
    ASSERT_TRUE(writer.add(PingFrame{}));
    writer.fill_up();
    const std::size_t left = writer.room();
    EXPECT_LE(left, budget < 1000 ? 2U : 0U) << budget;
    const Bytes plain = writer.take();
    FrameReader reader(plain);
    while (reader.next()) continue;
    EXPECT_FALSE(reader.malformed()) << budget;
  }
}

TEST(Frames, AnAcknowledgementCoversTheRunsThatWereReceived) {
  const Acknowledgement ack{{0}, {9}, Milliseconds{0}, {2, 3, 1}};  // 9, 8, and 4
  for (std::uint32_t number = 0; number < 12; ++number)
    EXPECT_EQ(covers(ack, {number}), number == 9 || number == 8 || number == 4) << number;
}

TEST(Frames, ReadingEndsAtAnUnknownTypeWithoutBlame) {
  const Bytes plain = bytes_of(
      "8104"
      "82182041aa"
      "8104");
  FrameReader reader(plain);
  EXPECT_TRUE(std::holds_alternative<PingFrame>(reader.next().value()));
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_FALSE(reader.next().has_value());
  EXPECT_FALSE(reader.malformed());
}

TEST(Frames, MalformedOnesAreRefused) {
  for (const char* hex : {
           "80",          // no type
           "04",          // no array
           "8204",        // ping with an element too many, missing
           "820400",      // ping with an element
           "83010542aa",  // object runs past the end
           "8301054261",  // likewise
           "820547"
           "01020304050607",  // a token of seven bytes
           "850310050081"
           "01",            // path id 16
           "850300050080",  // no runs
           "8503000500"
           "8100",  // an empty run
           "8503000500"
           "8107",  // more received than there are numbers
           "8503000500"
           "83030103",  // likewise, over all runs
           "8503001a80000000"
           "00"
           "8101",                        // a number that no session reaches
           "8207c3",                      // a tag
           "820762c328",                  // not UTF-8
           "83011b800000000000000041aa",  // an object number of 64 bits
           "8202f4",                      // a fragment without its fields
           "860905020002"
           "41aa",  // a repair with the index of a part
           "8609050201"
           "1841"
           "41aa",  // as much padding as there are bytes in a symbol
           "860905188000"
           "18ff41aa",  // 129 symbols
           "86090502001901"
           "0041aa",  // an index of two bytes
       }) {
    const Bytes plain = bytes_of(hex);
    FrameReader reader(plain);
    EXPECT_FALSE(reader.next().has_value()) << hex;
    EXPECT_TRUE(reader.malformed()) << hex;
  }
}

TEST(Frames, OnlyPaddingAndAcknowledgementAskForNothing) {
  const Bytes plain = bytes_of(
      "82004100"
      "8503000500"
      "8101"
      "8104");
  FrameReader reader(plain);
  EXPECT_EQ(wish_of(reader.next().value()), Wish::kNone);
  EXPECT_EQ(wish_of(reader.next().value()), Wish::kNone);
  EXPECT_NE(wish_of(reader.next().value()), Wish::kNone);
}

// At most so much: small ones, the most itself, and any.
std::uint64_t any_number(std::uint64_t most) {
  return *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, std::min<std::uint64_t>(most, 300) + 1),
                         rc::gen::just(most),
                         rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                                      [most](std::uint64_t value) { return value % (most + 1); }));
}

Acknowledgement any_acknowledgement() {
  Acknowledgement ack{{static_cast<std::uint8_t>(any_number(Transport::kMaxPaths - 1))},
                      {static_cast<std::uint32_t>(any_number(INT32_MAX))},
                      Milliseconds{static_cast<std::int64_t>(any_number(UINT32_MAX))},
                      {}};
  std::uint64_t left = std::uint64_t{ack.largest.value} + 1;
  do {
    ack.runs.push_back(static_cast<std::uint32_t>(1 + any_number(left - 1)));
    left -= ack.runs.back();
  } while (left > 0 && ack.runs.size() < Acknowledgement::kMaxRuns && *rc::gen::arbitrary<bool>());
  return ack;
}

// Writes one of any form; whether there was room for it.
bool write_any(FrameWriter& writer, const Bytes& bytes) {
  const ObjectId id{any_number(ObjectId::kMax)};
  const std::uint64_t offset = any_number(INT64_MAX / 2);
  switch (*rc::gen::inRange(0, 6)) {
    case 0:
      return writer.add(WholeObject{id, bytes, *rc::gen::arbitrary<bool>()});
    case 1:
      return writer.add_part({id, offset + bytes.size() + any_number(INT64_MAX / 4), offset, bytes}) ==
             bytes.size();
    case 2:
      return writer.add(Repair{id, 128, bytes.size() - 1, 200, bytes});
    case 3:
      return writer.add(any_acknowledgement());
    case 4:
      return writer.add(PingFrame{});
    default:
      return writer.add(PathChallenge{{{1, 2, 3}}});
  }
}

bool write_again(FrameWriter& writer, const Frame& frame) {
  return std::visit(
      [&](const auto& one) {
        using Form = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<Form, Fragment>) {
          return writer.add_part(one) == one.bytes.size();
        } else if constexpr (std::is_same_v<Form, PaddingFrame>) {
          return false;
        } else {
          return writer.add(one);
        }
      },
      frame);
}

RC_GTEST_PROP(Frames, WhatIsWrittenReadsBackToTheSameBytes, ()) {
  FrameWriter writer(4000), again(4000);
  std::size_t written = 0, read = 0;
  for (int frames = *rc::gen::inRange(1, 12); frames > 0; --frames) {
    const Bytes bytes(*rc::gen::inRange<std::size_t>(1, 300), 0x5a);
    if (write_any(writer, bytes)) ++written;
  }
  const Bytes plain = writer.take();
  FrameReader reader(plain);
  for (; const auto frame = reader.next(); ++read) RC_ASSERT(write_again(again, *frame));
  RC_ASSERT(!reader.malformed());
  RC_ASSERT(read == written);
  RC_ASSERT(again.take() == plain);
}

}  // namespace
}  // namespace openline
