// SPDX-License-Identifier: Apache-2.0
#include "notices/editions.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

namespace openline::notices {
namespace {

constexpr std::uintmax_t kMostBytes = 1 << 20;  // of a file of forms or texts

std::optional<std::string> read_file(const std::filesystem::path& file) {
  std::error_code failed;
  if (std::filesystem::file_size(file, failed) > kMostBytes || failed) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (in.bad()) return std::nullopt;
  return text;
}

}  // namespace

Editions::Editions(const std::filesystem::path& folder) : all_{&built_in_edition()} {
  std::vector<std::filesystem::path> found;
  std::error_code failed;
  for (std::filesystem::directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_directory(failed)) found.push_back(at->path());
  }
  std::ranges::sort(found);
  for (const std::filesystem::path& path : found) {
    const std::string name = path.string() + ": ";
    const auto forms = read_file(path / "forms.toml"), texts = read_file(path / "texts.toml");
    if (!forms || !texts) {
      problems_.push_back(name + (forms ? "texts.toml" : "forms.toml") +
                          " cannot be read, or has over 1 MiB");
      continue;
    }
    Result<FormEdition> edition = FormEdition::read(*forms, *texts);
    if (!edition) {
      problems_.push_back(name + edition.error().text());
    } else if (find(edition->tag()) == nullptr) {
      editions_.push_back(std::make_unique<const FormEdition>(std::move(*edition)));
      all_.push_back(editions_.back().get());
    }
  }
}

const FormEdition* Editions::find(const FormsTag& tag) const {
  const auto found = std::ranges::find(all_, tag, [](const FormEdition* edition) { return edition->tag(); });
  return found == all_.end() ? nullptr : *found;
}

const FormEdition* Editions::find(const Hash& hash) const {
  const auto found =
      std::ranges::find(all_, hash, [](const FormEdition* edition) { return edition->hash(); });
  return found == all_.end() ? nullptr : *found;
}

}  // namespace openline::notices
