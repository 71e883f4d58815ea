// SPDX-License-Identifier: Apache-2.0
// Bodies of entries on the wire (protocol.md section 9.14): zstd (RFC 8878) with a dictionary that both ends
// hold. Each body by itself: nothing of another entry, author or line is ever in its context, so the size of
// what is sent says nothing of them. What is signed and hashed is what was packed.
//
//   packed   size of what was packed - 1, two bytes big-endian | one compressed block of zstd, without its
//   head
//
// A frame's head, and the block's, say nothing else that the reader does not know; `unpack` makes them anew.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "core/wire/bytes.h"
#include "core/wire/error.h"

namespace openline {

inline constexpr std::size_t kMostUnpacked = 65536;

struct Packed {
  std::uint8_t dictionary = 0;  // its number
  Bytes bytes;                  // fewer than were given
};

// Packs one body after the other. It remembers the last of them: a body goes to each member of a line.
class Packer {
 public:
  Packer();
  Packer(Packer&&) noexcept;
  Packer& operator=(Packer&&) noexcept;
  ~Packer();
  // The smallest that a dictionary makes of it; nullopt: nothing gets smaller, or it is too large.
  [[nodiscard]] std::optional<Packed> pack(ByteView plain);

 private:
  struct Context;
  struct Done {
    Bytes plain;
    std::optional<Packed> packed;
  };
  std::unique_ptr<Context> context_;
  std::deque<Done> done_;
};

// One body alone.
[[nodiscard]] std::optional<Packed> pack(ByteView plain);

// The size that packed bytes say they have, 1 to kMostUnpacked.
[[nodiscard]] Result<std::size_t> size_unpacked(ByteView packed);

// Exactly that many bytes; no more than these are made, whatever the block says. Errors: a dictionary that is
// not held here, and a block that is damaged, or of another size.
[[nodiscard]] Result<Bytes> unpack(std::uint8_t dictionary, ByteView packed);

}  // namespace openline
