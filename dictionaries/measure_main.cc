// SPDX-License-Identifier: Apache-2.0
// openline-dictionaries-measure TRAINING: bytes of bodies before and after, for texts that were kept out:
// every tenth is left out of the training, and the others make the dictionaries.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "core/wire/cbor.h"
#include "core/wire/dictionary.h"
#include "dictionaries/training.h"

namespace openline::training {
namespace {

constexpr std::size_t kKeptOut = 10;

struct Halves {
  Corpus trained;
  std::vector<std::string> kept_out;
};

Halves halves_of(Corpus corpus) {
  Halves halves{{corpus.language, {}, corpus.roles}, {}};
  for (std::size_t at = 0; at < corpus.texts.size(); ++at)
    (at % kKeptOut == kKeptOut - 1 ? halves.kept_out : halves.trained.texts).push_back(corpus.texts[at]);
  return halves;
}

// Bodies of texts of this many bytes, out of all that was kept out.
std::vector<Bytes> bodies_of_size(const Halves& halves, std::size_t size) {
  std::string all;
  for (const std::string& text : halves.kept_out) all += text + " ";
  std::vector<Bytes> bodies;
  for (std::size_t at = 0; at + size + 4 < all.size(); at += size / 2) {
    std::size_t from = at;
    while ((static_cast<std::uint8_t>(all[from]) & 0xC0U) == 0x80U) ++from;
    std::string text = all.substr(from, size);
    while (!cbor::is_utf8(view_of(text))) text.pop_back();
    bodies.push_back(text_body(halves.trained, text, false));
  }
  return bodies;
}

struct Means {
  double before = 0, alone = 0, own = 0, best = 0;
};

Means means_of(const std::vector<Bytes>& bodies, const Packer& own,
               const std::vector<std::unique_ptr<Packer>>& all) {
  static const Packer kAlone{{}};
  Means means;
  const double share = 1 / static_cast<double>(bodies.size());
  for (const Bytes& body : bodies) {
    std::size_t least = body.size();
    for (const auto& each : all) least = std::min(least, each->size_of(body));
    means.before += share * static_cast<double>(body.size());
    means.alone += share * static_cast<double>(kAlone.size_of(body));
    means.own += share * static_cast<double>(own.size_of(body));
    means.best += share * static_cast<double>(least);
  }
  return means;
}

void measure(const std::string& folder) {
  std::vector<Halves> halves;
  std::vector<std::unique_ptr<Packer>> made;
  for (const Dictionary& dictionary : dictionaries()) {
    halves.push_back(halves_of(read_corpus(folder, std::string(dictionary.language))));
    made.push_back(std::make_unique<Packer>(make_dictionary(halves.back().trained, dictionary.number)));
  }
  fmt::print(
      "| language | text | body | zstd alone | its dictionary | the best of six "
      "|\n|---|---|---|---|---|---|\n");
  for (std::size_t at = 0; at < halves.size(); ++at) {
    const auto print = [&](const std::string& what, const std::vector<Bytes>& bodies) {
      const Means means = means_of(bodies, *made[at], made);
      fmt::print("| {} | {} | {:.0f} | {:.0f} | {:.1f} | {:.1f} |\n", halves[at].trained.language, what,
                 means.before, means.alone, means.own, means.best);
    };
    for (const std::size_t size : {200UL, 500UL, 900UL, 1200UL})
      print(fmt::format("{} B", size), bodies_of_size(halves[at], size));
    const Corpus kept_out{halves[at].trained.language, halves[at].kept_out, halves[at].trained.roles};
    print("other kinds", bodies_of_each_kind(kept_out, Ids::kLive));
  }
}

}  // namespace
}  // namespace openline::training

int main(int count, char** words) {
  if (count != 2) {
    fmt::print(stderr, "usage: {} TRAINING\n", words[0]);
    return 2;
  }
  try {
    openline::training::measure(words[1]);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "{}\n", problem.what());
    return 1;
  }
  return 0;
}
