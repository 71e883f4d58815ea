// SPDX-License-Identifier: Apache-2.0
// Prints docs/notices.md.
#include <cstdio>

#include "notices/examples.h"

int main() {
  const std::string document = openline::notices::examples_document();
  return std::fwrite(document.data(), 1, document.size(), stdout) == document.size() ? 0 : 1;
}
