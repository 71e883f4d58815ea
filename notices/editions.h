// SPDX-License-Identifier: Apache-2.0
// The editions of forms that a station holds: the one that its program was built with, and those in its
// folder (DIR/forms/NAME/forms.toml and texts.toml).
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "notices/edition.h"

namespace openline::notices {

class Editions {
 public:
  // `folder` need not be there. What cannot be read is left out and said in `problems`: a line goes on
  // without it, and its notices show their codes.
  explicit Editions(const std::filesystem::path& folder = {});

  [[nodiscard]] const FormEdition* find(const FormsTag& tag) const;
  [[nodiscard]] const FormEdition* find(const Hash& hash) const;
  // The built-in one first, then by name of folder.
  [[nodiscard]] const std::vector<const FormEdition*>& all() const { return all_; }
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

 private:
  std::vector<std::unique_ptr<const FormEdition>> editions_;  // of the folder
  std::vector<const FormEdition*> all_;
  std::vector<std::string> problems_;
};

}  // namespace openline::notices
