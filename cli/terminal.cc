// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal.h"

namespace openline::cli {
namespace {

// ECMA-48 "select graphic rendition" parameters.
const char* code_of(Paint paint) {
  switch (paint) {
    case Paint::kFlash:
      return "1;97;41";  // bold white on red
    case Paint::kImmediate:
      return "1;30;43";  // bold black on yellow
    case Paint::kLive:
      return "1;97;44";  // bold white on blue
    case Paint::kExercise:
      return "1;30;45";  // bold black on magenta
    case Paint::kTest:
      return "36";
    case Paint::kService:
      return "32";
    case Paint::kBad:
      return "1;31";
    case Paint::kWarn:
      return "33";
    case Paint::kGood:
      return "32";
    case Paint::kDim:
      return "2";
    case Paint::kBold:
      return "1";
  }
  return "0";
}

}  // namespace

std::string painted(bool colour, Paint paint, std::string_view text) {
  if (!colour || text.empty()) return std::string(text);
  return std::string("\x1b[").append(code_of(paint)).append("m").append(text).append("\x1b[0m");
}

}  // namespace openline::cli
