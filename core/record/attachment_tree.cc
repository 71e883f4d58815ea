// SPDX-License-Identifier: Apache-2.0
#include "core/record/attachment_tree.h"

#include "core/crypto/hash.h"
#include "core/wire/assert.h"
#include "core/wire/big_endian.h"

namespace openline {
namespace {

// Keeps a leaf from ever being the root of another tree.
constexpr std::array<std::uint8_t, 1> kLeafPrefix{0x00}, kTreePrefix{0x01};

}  // namespace

Hash attachment_leaf(ByteView chunk) {
  OPENLINE_ASSERT(!chunk.empty() && chunk.size() <= kAttachmentChunk);
  return hash_of({kLeafPrefix, chunk});
}

Hash attachment_tree(std::uint64_t size, const std::vector<Hash>& leaves) {
  OPENLINE_ASSERT(size <= kMaxAttachment && leaves.size() == attachment_chunks(size));
  Bytes head = {kTreePrefix[0]};
  append_big_endian(head, size);
  HashStream stream;
  stream.add(head);
  for (const Hash& leaf : leaves) stream.add(leaf.view());
  return stream.hash_so_far();
}

std::size_t attachment_chunks(std::uint64_t size) {
  return static_cast<std::size_t>(size / kAttachmentChunk + (size % kAttachmentChunk == 0 ? 0 : 1));
}

Result<std::vector<Hash>> read_attachment_leaves(ByteView part0, std::uint64_t size, const Hash& tree) {
  if (size > kMaxAttachment) {
    return fail("attachment: " + std::to_string(size) + " bytes are more than " +
                std::to_string(kMaxAttachment));
  }
  const std::size_t chunks = attachment_chunks(size);
  if (part0.size() != chunks * Hash::kSize) {
    return fail("attachment, leaves: " + std::to_string(chunks) + " hashes of 32 bytes were expected, " +
                std::to_string(part0.size()) + " bytes came");
  }
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < chunks; ++i) {
    leaves.push_back(*Hash::from(part0.subspan(i * Hash::kSize, Hash::kSize)));
  }
  if (attachment_tree(size, leaves) != tree)
    return fail("attachment, leaves: they do not make the tree hash");
  return leaves;
}

}  // namespace openline
