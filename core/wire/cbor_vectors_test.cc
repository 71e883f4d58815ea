// SPDX-License-Identifier: Apache-2.0
// RFC 8949 appendix A against the profile, and random items against an independent library.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/wire/cbor.h"
#include "core/wire/test_vectors.h"

namespace openline::cbor {
namespace {

using Json = nlohmann::json;

void encode(Encoder& encoder, const Json& value) {
  if (value.is_boolean()) {
    encoder.boolean(value.get<bool>());
  } else if (value.is_number_unsigned()) {
    encoder.number(value.get<std::uint64_t>());
  } else if (value.is_number_integer()) {
    encoder.integer(value.get<std::int64_t>());
  } else if (value.is_string()) {
    encoder.text(value.get<std::string>());
  } else if (value.is_binary()) {
    encoder.bytes(value.get_binary());
  } else if (value.is_object() && value.empty()) {
    encoder.map(0);
  } else {
    ASSERT_TRUE(value.is_array()) << value;
    encoder.array(value.size());
    for (const Json& element : value) encode(encoder, element);
  }
}

TEST(CborVectors, EachOfRfc8949IsAcceptedOrRefusedAsTheProfileSays) {
  const Json expected = read_vectors("cbor_profile.json").at("expected");
  const Json vectors = read_vectors("cbor_rfc8949_appendix_a.json");
  EXPECT_EQ(expected.size(), vectors.size());
  for (const Json& vector : vectors) {
    const auto hex = vector.at("hex").get<std::string>();
    const auto checked = check_item(unhex(hex));
    EXPECT_EQ(checked ? "accepted" : checked.error().text(), expected.value(hex, "not in the table")) << hex;
    if (!checked || !vector.contains("decoded")) continue;
    Encoder encoder;
    encode(encoder, vector.at("decoded"));
    EXPECT_EQ(to_hex(encoder.result()), hex);
  }
}

Json random_item(int depth) {
  switch (*rc::gen::inRange(0, depth < 4 ? 6 : 5)) {
    case 0:
      return *rc::gen::arbitrary<bool>();
    case 1:
      return *rc::gen::arbitrary<std::uint64_t>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return Json::binary(*rc::gen::arbitrary<Bytes>());
    case 4:
      return *rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
    default: {
      Json array = Json::array();
      const int count = *rc::gen::inRange(0, 5);
      for (int i = 0; i < count; ++i) array.push_back(random_item(depth + 1));
      return array;
    }
  }
}

// Whatever the decoder reads, written again.
void copy_item(Decoder& decoder, ByteView input, Encoder& encoder) {
  switch (input[decoder.offset()] >> 5) {
    case 0:
      encoder.number(decoder.number());
      return;
    case 1:
      encoder.integer(decoder.integer());
      return;
    case 2:
      encoder.bytes(decoder.bytes(SIZE_MAX));
      return;
    case 3:
      encoder.text(decoder.text(SIZE_MAX));
      return;
    case 4: {
      std::size_t left = decoder.array(SIZE_MAX);
      for (encoder.array(left); left > 0; --left) copy_item(decoder, input, encoder);
      return;
    }
    case 5: {
      std::size_t left = decoder.map(SIZE_MAX);
      for (encoder.map(left); left > 0; --left) {
        encoder.number(decoder.number());
        copy_item(decoder, input, encoder);
      }
      return;
    }
    default:
      encoder.boolean(decoder.boolean());
  }
}

RC_GTEST_PROP(CborVectors, AnIndependentLibraryReadsAndWritesTheSameBytes, ()) {
  const Json item = random_item(0);
  Encoder encoder;
  encode(encoder, item);
  const Bytes encoded = encoder.take();
  RC_ASSERT(check_item(encoded).has_value());
  RC_ASSERT(Json::from_cbor(encoded) == item);
  RC_ASSERT(Json::to_cbor(item) == encoded);
}

RC_GTEST_PROP(CborVectors, WhatIsAcceptedHasOnlyThisOneEncoding, (bool mutate)) {
  Encoder encoder;
  encoder.map(2).number(3);
  encode(encoder, random_item(2));
  encoder.number(700);
  encode(encoder, random_item(2));
  Bytes bytes = encoder.take();
  if (mutate) bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] ^= *rc::gen::nonZero<std::uint8_t>();
  const auto checked = check_item(bytes);
  RC_ASSERT((checked || checked.error().offset.value() <= bytes.size()));
  RC_ASSERT((checked || mutate));
  if (!checked) return;
  Decoder decoder(bytes);
  Encoder copy;
  copy_item(decoder, bytes, copy);
  RC_ASSERT(decoder.ok());
  RC_ASSERT(copy.result() == bytes);
}

RC_GTEST_PROP(CborVectors, AnyBytesGiveAnItemOrAnOffsetInside, (const Bytes& bytes)) {
  const auto checked = check_item(bytes);
  RC_ASSERT((checked || checked.error().offset.value() <= bytes.size()));
}

}  // namespace
}  // namespace openline::cbor
