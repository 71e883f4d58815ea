// SPDX-License-Identifier: Apache-2.0
// Makes a dictionary of zstd (RFC 8878 section 5) from the texts and roles of one language. The same texts
// and the same zstd (1.5.4 made the edition that is shipped) make the same bytes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/wire/bytes.h"

namespace openline::training {

struct Corpus {
  std::string language;
  std::vector<std::string> texts;  // one message each
  std::vector<std::string> roles;
};

// training/LANGUAGE.txt holds texts, with lines `---` in between; training/roles.txt a line for each
// language.
[[nodiscard]] Corpus read_corpus(const std::string& folder, const std::string& language);

// Bodies of every kind but text, with words of this language, as a station would write them. Ids are zeros,
// or as live ones are: nobody can compress them.
enum class Ids { kZero, kLive };
[[nodiscard]] std::vector<Bytes> bodies_of_each_kind(const Corpus& corpus, Ids ids);
// The text as the body of an entry.
[[nodiscard]] Bytes text_body(const Corpus& corpus, const std::string& text, bool with_role);

// `id` is in the dictionary's head, and never on the wire.
[[nodiscard]] Bytes make_dictionary(const Corpus& corpus, std::uint32_t id);

// What a dictionary makes of bodies: as core/wire/compression.h packs, with one that is not in this program.
class Packer {
 public:
  explicit Packer(ByteView dictionary);  // an empty one: zstd alone
  ~Packer();
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;
  [[nodiscard]] std::size_t size_of(ByteView body) const;  // packed, or as it is if that is smaller

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace openline::training
