// SPDX-License-Identifier: Apache-2.0
// What libFuzzer calls, once for all targets.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/crypto/hash.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

// Named by their content, so that making them again changes nothing.
void write_seeds(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (const Bytes& seed : seeds()) {
    std::ofstream file(folder / hash_of(seed).hex().substr(0, 16), std::ios::binary);
    file << text_of(seed);
  }
}

}  // namespace
}  // namespace openline::fuzz

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  if (*count == 3 && std::string((*arguments)[1]) == "--seeds") {
    openline::fuzz::write_seeds((*arguments)[2]);
    std::exit(0);  // NOLINT(concurrency-mt-unsafe): before there are threads
  }
  GTEST_FLAG_SET(break_on_failure, true);  // what tests' networks and stations expect holds here as well
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  openline::fuzz::run({data, size});
  return 0;
}
