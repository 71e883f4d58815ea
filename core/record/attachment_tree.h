// SPDX-License-Identifier: Apache-2.0
// The tree hash of an attached file (protocol.md section 11).
#pragma once

#include <vector>

#include "core/crypto/types.h"
#include "core/wire/error.h"

namespace openline {

inline constexpr std::size_t kAttachmentChunk = 65536;
inline constexpr std::uint64_t kMaxAttachment = 64ULL << 20;

[[nodiscard]] Hash attachment_leaf(ByteView chunk);
[[nodiscard]] Hash attachment_tree(std::uint64_t size, const std::vector<Hash>& leaves);
[[nodiscard]] std::size_t attachment_chunks(std::uint64_t size);  // 0 for an empty file
// The leaves as part 0 carries them; refused unless they make `tree` for this size.
[[nodiscard]] Result<std::vector<Hash>> read_attachment_leaves(ByteView part0, std::uint64_t size,
                                                               const Hash& tree);

}  // namespace openline
