// SPDX-License-Identifier: Apache-2.0
#include "dictionaries/training.h"

#include <fmt/format.h>
#define ZDICT_STATIC_LINKING_ONLY
#include <zdict.h>
#include <zstd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "core/record/words.h"
#include "core/wire/assert.h"

namespace openline::training {
namespace {

constexpr int kLevel = 19;               // as core/wire/compression.cc
constexpr std::size_t kMostHead = 4096;  // of the entropy tables; they take about 150 bytes
constexpr std::size_t kSampled = 5;      // every fifth text is a sample

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no such file: " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> split(std::string_view text, std::string_view by) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(by);
    std::string part(text.substr(0, end));
    while (!part.empty() && part.back() == '\n') part.pop_back();
    if (!part.empty()) parts.push_back(std::move(part));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + by.size());
  }
}

// The texts first; what stands around them last, where it is named with the fewest bits.
Bytes content_of(const Corpus& corpus, const std::vector<std::string>& texts) {
  Bytes content;
  for (const std::string& text : texts) append(content, view_of(text + "\n"));
  for (const Bytes& body : bodies_of_each_kind(corpus, Ids::kZero)) append(content, body);
  for (const std::string& role : corpus.roles)
    append(content, text_body({corpus.language, {}, {role}}, ".", true));
  append(content, text_body(corpus, ".", false));
  return content;
}

struct Parts {
  std::vector<std::string> sampled, others;
};

Parts parts_of(const Corpus& corpus) {
  Parts parts;
  for (std::size_t at = 0; at < corpus.texts.size(); ++at)
    (at % kSampled == 0 ? parts.sampled : parts.others).push_back(corpus.texts[at]);
  return parts;
}

// Two texts together are about as long as what officers write.
std::vector<Bytes> samples_of(const Corpus& corpus, const std::vector<std::string>& texts) {
  std::vector<Bytes> samples;
  for (std::size_t at = 0; at < texts.size(); at += 2) {
    const std::string both = at + 1 < texts.size() ? texts[at] + " " + texts[at + 1] : texts[at];
    samples.push_back(text_body(corpus, both, at % 4 == 0));
  }
  return samples;
}

// The entropy tables of a dictionary with this content, for such bodies.
Bytes head_of(const Bytes& content, const std::vector<Bytes>& samples, std::uint32_t id) {
  Bytes all;
  std::vector<std::size_t> sizes;
  for (const Bytes& sample : samples) {
    append(all, sample);
    sizes.push_back(sample.size());
  }
  Bytes made(content.size() + kMostHead);
  const std::size_t size =
      ZDICT_finalizeDictionary(made.data(), made.size(), content.data(), content.size(), all.data(),
                               sizes.data(), static_cast<unsigned>(sizes.size()), {kLevel, 0, id});
  if (ZDICT_isError(size) != 0) throw std::runtime_error(ZDICT_getErrorName(size));
  OPENLINE_ASSERT(size > content.size());
  made.resize(size - content.size());
  return made;
}

}  // namespace

Corpus read_corpus(const std::string& folder, const std::string& language) {
  Corpus corpus{language, split(read_file(folder + "/" + language + ".txt"), "\n---\n"), {}};
  for (const std::string& line : split(read_file(folder + "/roles.txt"), "\n")) {
    std::vector<std::string> fields = split(line, "|");
    if (fields.front() == language) corpus.roles.assign(fields.begin() + 1, fields.end());
  }
  for (const std::string& role : corpus.roles)
    if (role.size() > kMaxRole) throw std::runtime_error("a role has at most 64 bytes: " + role);
  if (corpus.roles.empty()) throw std::runtime_error("no roles for " + language);
  if (corpus.texts.size() < 2 * kSampled) throw std::runtime_error("too few texts for " + language);
  return corpus;
}

// Tables must be of texts that are not in the content, or they would say that all of a text is found there.
// They are made with four fifths of the texts, and fit what all of them make.
Bytes make_dictionary(const Corpus& corpus, std::uint32_t id) {
  const Parts parts = parts_of(corpus);
  Bytes dictionary = head_of(content_of(corpus, parts.others), samples_of(corpus, parts.sampled), id);
  append(dictionary, content_of(corpus, corpus.texts));
  return dictionary;
}

struct Packer::Parts {
  ZSTD_CDict* dictionary = nullptr;
  ZSTD_CCtx* context = nullptr;
};

Packer::Packer(ByteView dictionary)
    : parts_(new Parts{ZSTD_createCDict(dictionary.data(), dictionary.size(), kLevel), ZSTD_createCCtx()}) {
  OPENLINE_ASSERT(parts_->dictionary != nullptr && parts_->context != nullptr);
  ZSTD_CCtx_setParameter(parts_->context, ZSTD_c_dictIDFlag, 0);
  ZSTD_CCtx_refCDict(parts_->context, parts_->dictionary);
}

Packer::~Packer() {
  ZSTD_freeCCtx(parts_->context);
  ZSTD_freeCDict(parts_->dictionary);
}

std::size_t Packer::size_of(ByteView body) const {
  Bytes room(ZSTD_compressBound(body.size()));
  const std::size_t size =
      ZSTD_compress2(parts_->context, room.data(), room.size(), body.data(), body.size());
  if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
  const std::size_t head = 4 + 1 + (body.size() < 256 ? 1 : 2) + 3, size_field = 2;
  return std::min(body.size(), size - head + size_field);
}

}  // namespace openline::training
