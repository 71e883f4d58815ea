// SPDX-License-Identifier: Apache-2.0
// Erasure coding: any k symbols of a generation, in any order and with repeats and symbols of other sizes
// between them, give the data back.
#include "core/link/coding.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {

void run(ByteView input) {
  Input in(input);
  const std::size_t k = 1 + in.index(kMaxGeneration), size = 1 + in.index(64);
  Bytes data = copy_of(in.bytes(512));
  data.resize(k * size, 0x5a);
  Generation generation(k, size);
  std::bitset<kMaxSymbols> given;
  while (!in.done()) {
    const std::uint8_t index = in.byte();
    const bool is_new = !given.test(index) && generation.missing() > 0;
    const std::size_t missing = generation.missing();
    if (index % 16 == 15) OPENLINE_ASSERT(!generation.add(index, Bytes(size + 1)));
    OPENLINE_ASSERT(generation.add(index, coded_symbol(data, k, index)) == is_new);
    OPENLINE_ASSERT(generation.missing() == missing - (is_new ? 1 : 0));
    given.set(index);
    if (generation.missing() == 0) OPENLINE_ASSERT(generation.data() == data);
  }
  const Cut cut = cut_for(data.size(), size);
  OPENLINE_ASSERT(cut.size <= size && cut.bytes() >= data.size() && (cut.count - 1) * cut.size < data.size());
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (const std::uint8_t k : {0, 1, 7, 40, 127}) {
    Bytes program{k, 5, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    for (int at = 0; at <= k; ++at) program.push_back(static_cast<std::uint8_t>(at * 3));
    all.push_back(program);
  }
  return all;
}

}  // namespace openline::fuzz
