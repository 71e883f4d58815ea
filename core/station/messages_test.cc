// SPDX-License-Identifier: Apache-2.0
#include "core/station/messages.h"

#include <gtest/gtest.h>

#include "core/crypto/test_identity.h"
#include "core/wire/test_vectors.h"

namespace openline {
namespace {

Hash hash_of(std::uint8_t number) {
  Hash hash;
  hash.value.fill(number);
  return hash;
}

const LineId kLine{hash_of(1).value};
const Hash kFile = hash_of(2);

template <class Kind>
Kind decoded(const Bytes& object) {
  const Result<Message> message = decode_message(object);
  if (!message) throw std::runtime_error(message.error().text());
  return std::get<Kind>(*message);
}

TEST(Messages, RoundTrip) {
  const Hello hello = decoded<Hello>(encode_message(Hello{1, 2, 3, UINT64_MAX, "openline 1"}));
  EXPECT_EQ(std::tie(hello.own_edition, hello.own_locator, hello.your_edition, hello.your_locator),
            std::make_tuple(1U, 2U, 3U, UINT64_MAX));
  EXPECT_EQ(hello.software, "openline 1");

  const auto request = decoded<AttachmentRequest>(encode_message(AttachmentRequest{kLine, kFile, 5}));
  EXPECT_EQ(std::tie(request.line, request.attachment, request.part), std::make_tuple(kLine, kFile, 5U));
  const auto data = decoded<AttachmentData>(encode_message(AttachmentData{kLine, kFile, 5, Bytes(65536, 7)}));
  EXPECT_EQ(data.bytes, Bytes(65536, 7));
  EXPECT_EQ(decoded<AttachmentMissing>(encode_message(AttachmentMissing{kLine, kFile})).attachment, kFile);

  const HeadsWanted wanted{kLine, {station_of(1).key(), station_of(2).key()}};
  EXPECT_EQ(decoded<HeadsWanted>(encode_message(wanted)).signers, wanted.signers);
  EXPECT_TRUE(decoded<HeadsWanted>(encode_message(HeadsWanted{kLine, {}})).signers.empty());

  const Presence presence{9, true, "watch", Seconds{90}, WallTime{}};
  const auto signed_presence = SignedPresence::make(kLine, presence, station_of(1), true);
  EXPECT_EQ(decoded<SignedPresence>(encode_message(signed_presence)).statement, presence);
}

TEST(Messages, RefuseOtherShapesAndSayWhich) {
  const std::string line = "5820" + std::string(64, '1');
  std::string many = "830c" + line + "990101";
  for (int at = 0; at < 257; ++at) many += line;
  const std::pair<std::string, const char*> cases[] = {
      {"8200f6", "message: unknown type 0"},
      {"8211f6", "message: unknown type 17"},
      {"820b" + line, "message: wrong number of elements for its type"},
      {"81", "message"},
      {"86010203040500", "message, software: expected a text"},
      {"840a" + line + line + "00", "message: wrong number of elements for its type"},
      {"850a" + line + line + "1a7fffffff40", "message, part: number is above its maximum of 1024"},
      {many, "message, signers: array has too many elements"},
      {"830c" + line + "81581f" + std::string(62, '1'),
       "message, signers: byte string must have 32 bytes, has 31"},
      {"830c" + line + "8000", "message, signers: 1 bytes follow the last item"}};
  for (const auto& [hex, words] : cases) {
    const Result<Message> message = decode_message(unhex(hex));
    ASSERT_FALSE(message) << hex.substr(0, 80);
    EXPECT_TRUE(message.error().text().starts_with(words)) << message.error().text();
    EXPECT_FALSE(message.error().text().empty());
  }
}

TEST(Messages, RefuseEveryTruncation) {
  const Bytes whole = encode_message(AttachmentData{kLine, kFile, 5, Bytes(20, 7)});
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(decode_message(ByteView(whole).first(size))) << size;
}

}  // namespace
}  // namespace openline
