// SPDX-License-Identifier: Apache-2.0
// Where a command reads and writes. Tests give string streams.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

namespace openline::cli {

class Keyboard;

struct Terminal {
  std::istream& in;
  std::ostream& out;    // what was asked for: text or, with --json, JSON alone
  std::ostream& err;    // everything beside it
  bool colour = false;  // `out` is a terminal that shows colours
  bool json = false;
  Keyboard* keyboard = nullptr;  // the person who can be asked; none: there is only a script
  bool is_heard = false;         // `err` is a terminal: its bell rings, and again
};

// Colours only add to words: everything is said without them too.
enum class Paint { kFlash, kImmediate, kLive, kExercise, kTest, kService, kBad, kWarn, kGood, kDim, kBold };
[[nodiscard]] std::string painted(bool colour, Paint paint, std::string_view text);

}  // namespace openline::cli
