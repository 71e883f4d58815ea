// SPDX-License-Identifier: Apache-2.0
#include "cli/verify.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/verify_view.h"

namespace openline::cli {
namespace {

constexpr std::size_t kMaxExport = std::size_t{1} << 30;  // bytes; some ten million short entries

bool is_part_of_a_fingerprint(const std::string& word) {
  return !word.empty() && word.find_first_not_of("0123456789 -") == std::string::npos;
}

struct Words {
  std::vector<std::string> files;
  std::vector<Fingerprint> roots;
};

// `--root 12345 67890 … F`: twelve words of five digits make one fingerprint, anything else is a file.
Outcome<Words> sort_words(const VerifyOptions& options) {
  Words words{options.files, {}};
  std::string digits;
  for (const std::string& word : options.roots) {
    if (!is_part_of_a_fingerprint(word)) {
      words.files.push_back(word);
      continue;
    }
    for (const char character : word) {
      if (character >= '0' && character <= '9') digits.push_back(character);
    }
    while (digits.size() >= 60) {
      const auto root = Fingerprint::parse(digits.substr(0, 60));
      if (!root) return failed(ExitCode::kUsage, "--root: " + root.error().text());
      words.roots.push_back(*root);
      digits.erase(0, 60);
    }
  }
  if (!digits.empty()) {
    return failed(ExitCode::kUsage,
                  fmt::format("--root: a fingerprint has 60 digits, in twelve groups of five; after {} "
                              "whole ones, {} digits are left over",
                              words.roots.size(), digits.size()));
  }
  if (words.files.empty() || words.files.size() > 2) {
    return failed(ExitCode::kUsage,
                  fmt::format("verify takes one or two exported files, here are {}", words.files.size()));
  }
  if (words.files.size() == 1 && words.roots.empty()) {
    return failed(ExitCode::kUsage,
                  "verify one file: --root is missing. A file cannot vouch for itself: give the "
                  "fingerprints of the parties, as you had them from the parties");
  }
  return words;
}

Outcome<VerifiedFile> check(const std::string& name, std::vector<Fingerprint> roots) {
  const auto bytes = read_file(name, kMaxExport);
  if (!bytes) return failed(bytes.error());
  const bool trusted = !roots.empty();
  if (!trusted) {
    const Verification claimed = verify_export(*bytes, {}, 1);
    if (!claimed.head.agreements.empty()) {
      for (const Member& member : claimed.head.agreements.front().agreement.members)
        roots.push_back(member.party);
    }
  }
  return VerifiedFile{name, trusted, verify_export(*bytes, roots)};
}

// nullopt: the file is no published readout.
std::optional<Outcome<void>> verify_readout(Terminal& terminal, const Words& words) {
  const auto bytes = read_file(words.files.front(), kMaxExport);
  if (words.files.size() != 1 || !bytes || !is_publication(*bytes)) return std::nullopt;
  const Publication found = verify_publication(*bytes, words.roots);
  terminal.out << (terminal.json ? publication_json(found) + "\n" : publication_text(found));
  if (!found.holds()) return failed(ExitCode::kRefused, "");  // said above
  return Outcome<void>{};
}

}  // namespace

Outcome<void> verify_files(Terminal& terminal, const VerifyOptions& options) {
  const auto words = sort_words(options);
  if (!words) return failed(words.error());
  if (auto readout = verify_readout(terminal, *words)) return *readout;
  std::vector<VerifiedFile> files;
  std::string json;
  for (const std::string& name : words->files) {
    auto file = check(name, words->roots);
    if (!file) return failed(file.error());
    files.push_back(std::move(*file));
    json += (json.empty() ? "" : ", ") + verification_json(files.back());
    if (!terminal.json) terminal.out << verification_text(files.back(), terminal.colour);
  }
  bool good = true;
  for (const VerifiedFile& file : files) good = good && file.found.holds();
  std::string compared = "null";
  if (files.size() == 2) {
    const Comparison comparison = compare_exports(files[0].found, files[1].found);
    good = good && comparison.identical;
    compared = comparison_json(comparison);
    if (!terminal.json) terminal.out << comparison_text(files[0], files[1], comparison, terminal.colour);
  }
  if (terminal.json) {
    terminal.out << json_object({{"good", good},
                                 {"files", RawJson{"[" + json + "]"}},
                                 {"comparison", RawJson{compared}}})
                 << '\n';
  }
  if (!good) return failed(ExitCode::kRefused, "");  // said above
  return {};
}

}  // namespace openline::cli
