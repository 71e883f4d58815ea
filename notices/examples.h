// SPDX-License-Identifier: Apache-2.0
// A filled notice of every form of the built-in edition, and the document that shows them (docs/notices.md).
#pragma once

#include <map>
#include <string>
#include <vector>

namespace openline::notices {

struct Example {
  std::string form;
  std::map<std::string, std::string> values;  // every field but free text
};
[[nodiscard]] const std::vector<Example>& examples();
// Markdown: each example in all languages, with its bytes on the wire.
[[nodiscard]] std::string examples_document();

}  // namespace openline::notices
