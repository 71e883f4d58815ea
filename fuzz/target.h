// SPDX-License-Identifier: Apache-2.0
// What each fuzz/NAME_fuzz.cc gives: a property of the code for any bytes, and inputs to begin with. It
// becomes the program fuzz-NAME, which is libFuzzer around `run`; `fuzz-NAME --seeds DIR` writes the seeds.
#pragma once

#include <vector>

#include "core/wire/assert.h"
#include "core/wire/bytes.h"

namespace openline::fuzz {

// Stops the program (OPENLINE_ASSERT, a sanitizer) when the property does not hold for this input.
void run(ByteView input);

// Made by the real encoders, so that the fuzzer begins behind the first checks.
[[nodiscard]] std::vector<Bytes> seeds();

}  // namespace openline::fuzz
