// SPDX-License-Identifier: Apache-2.0
// openline-dictionaries-train TRAINING EDITION: makes the six dictionaries of an edition.
//   build/bench/bin/openline-dictionaries-train dictionaries/training dictionaries/2026-1
#include <fmt/format.h>

#include <fstream>
#include <stdexcept>

#include "core/wire/dictionary.h"
#include "dictionaries/training.h"

namespace {

// RFC 8878 section 3.1.1.1.3: ids below 32,768 are for a registry.
constexpr std::uint32_t kPrivate = 1'000'000;

void train(const std::string& from, const std::string& to) {
  for (const openline::Dictionary& made : openline::dictionaries()) {
    const std::string language(made.language);
    const auto corpus = openline::training::read_corpus(from, language);
    const openline::Bytes bytes = openline::training::make_dictionary(corpus, kPrivate + made.number);
    std::ofstream file(to + "/" + language + ".zdict", std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) throw std::runtime_error("cannot write to " + to);
    fmt::print("{}: {} bytes from {} texts\n", language, bytes.size(), corpus.texts.size());
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    fmt::print(stderr, "usage: {} TRAINING EDITION\n", words[0]);
    return 2;
  }
  try {
    train(words[1], words[2]);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "{}\n", problem.what());
    return 1;
  }
  return 0;
}
