// SPDX-License-Identifier: Apache-2.0
#include "core/record/attachment_tree.h"

#include <gtest/gtest.h>

#include "core/crypto/hash.h"
#include "core/record/test_encoding.h"

namespace openline {
namespace {

Bytes part0_of(const std::vector<Hash>& leaves) {
  Bytes part;
  for (const Hash& leaf : leaves) append(part, leaf.view());
  return part;
}

TEST(AttachmentTreeTest, CountsChunks) {
  EXPECT_EQ(attachment_chunks(0), 0U);
  EXPECT_EQ(attachment_chunks(1), 1U);
  EXPECT_EQ(attachment_chunks(kAttachmentChunk), 1U);
  EXPECT_EQ(attachment_chunks(kAttachmentChunk + 1), 2U);
  EXPECT_EQ(attachment_chunks(kMaxAttachment), 1024U);
}

TEST(AttachmentTreeTest, HashesSizeAndLeavesBehindTheirPrefixes) {
  const Bytes chunk = {'a'};
  const Bytes leaf_input = {0x00, 'a'};
  EXPECT_EQ(attachment_leaf(chunk), hash_of(leaf_input));
  Bytes tree_input = {0x01, 0, 0, 0, 0, 0, 0, 0, 1};
  append(tree_input, attachment_leaf(chunk).view());
  EXPECT_EQ(attachment_tree(1, {attachment_leaf(chunk)}), hash_of(tree_input));
  EXPECT_EQ(attachment_tree(0, {}), hash_of(Bytes{0x01, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(AttachmentTreeTest, ReadsLeavesThatMakeTheTree) {
  const std::vector<Hash> leaves = {attachment_leaf(Bytes(kAttachmentChunk, 1)),
                                    attachment_leaf(Bytes(10, 2))};
  const std::uint64_t size = kAttachmentChunk + 10;
  const Hash tree = attachment_tree(size, leaves);
  EXPECT_EQ(read_attachment_leaves(part0_of(leaves), size, tree).value(), leaves);
  EXPECT_TRUE(read_attachment_leaves({}, 0, attachment_tree(0, {}))->empty());
}

TEST(AttachmentTreeTest, RefusesLeavesThatDoNot) {
  const std::vector<Hash> leaves = {attachment_leaf(Bytes(kAttachmentChunk, 1)),
                                    attachment_leaf(Bytes(10, 2))};
  const std::uint64_t size = kAttachmentChunk + 10;
  const Hash tree = attachment_tree(size, leaves);
  expect_refused(read_attachment_leaves(part0_of({leaves[1], leaves[0]}), size, tree),
                 "they do not make the tree hash");
  expect_refused(read_attachment_leaves(part0_of(leaves), size + 1, tree), "they do not make the tree hash");
  expect_refused(read_attachment_leaves(part0_of({leaves[0]}), size, tree),
                 "2 hashes of 32 bytes were expected, 32 bytes came");
  expect_refused(read_attachment_leaves({}, UINT64_MAX, tree), "bytes are more than");
}

}  // namespace
}  // namespace openline
