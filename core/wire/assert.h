// SPDX-License-Identifier: Apache-2.0
// A broken invariant of our own stops the program, in every build. Never for what a peer, a file or a person
// can get wrong: that returns an Error.
#pragma once

namespace openline {

// "file:line: expression" of the assertion that stopped the program, for a debugger or a core dump; null
// before.
extern const char* volatile last_assert;

[[noreturn]] void assert_failed(const char* expression, const char* file, int line);

}  // namespace openline

#define OPENLINE_ASSERT(condition)                     \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::openline::assert_failed(#condition, __FILE__, __LINE__))
