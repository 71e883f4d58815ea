// SPDX-License-Identifier: Apache-2.0
#include "core/record/notice_bodies.h"

#include "core/record/fields.h"
#include "core/record/test_encoding.h"

namespace openline {
namespace {

NoticeBody some_notice() {
  NoticeBody body;
  body.form = 7;
  body.fields = {
      {1, std::int64_t{1'675'539'540}}, {2, NoticePosition{3'368'000, -7'888'000}}, {10, std::string("x")}};
  return body;
}

TEST(NoticeBody, HasOneEncoding) {
  expect_one_encoding(some_notice().encode(), NoticeBody::decode);
  NoticeBody reply;
  reply.refers = EntryId{};
  expect_one_encoding(reply.encode(), NoticeBody::decode);
}

TEST(NoticeBody, SaysWhichRuleItBreaks) {
  NoticeBody body = some_notice();
  body.fields[2] = NoticePosition{9'000'001, 0};
  EXPECT_EQ(body.problem(), "a position lies within 90 degrees of latitude and 180 of longitude");
  body = some_notice();
  body.fields[10] = std::string();
  EXPECT_EQ(body.problem(), "a text has 1 to 1,000 bytes");
  for (std::uint64_t number = 0; number < 33; ++number) body.fields[number] = std::int64_t{1};
  EXPECT_EQ(body.problem(), "a notice has at most 32 fields");
}

TEST(NoticeBody, RefusesFieldsOutOfOrderAndOfOtherTypes) {
  const auto with = [](const Bytes& fields) {
    cbor::MapEncoder map;
    map.field(1).bytes(FormsTag{}.view());
    map.field(2).number(1);
    map.field(3).raw(fields);
    return NoticeBody::decode(map.take());
  };
  expect_refused(with({0xa2, 0x02, 0x01, 0x01, 0x01}), "not ascending");
  expect_refused(with({0xa2, 0x01, 0x01, 0x01, 0x01}), "not ascending");
  EXPECT_FALSE(with({0xa1, 0x01, 0xf5}));                    // a boolean
  EXPECT_FALSE(with({0xa1, 0x01, 0x83, 0x01, 0x01, 0x01}));  // three numbers are no position
  EXPECT_TRUE(with({0xa0}));
}

}  // namespace
}  // namespace openline
