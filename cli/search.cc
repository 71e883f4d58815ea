// SPDX-License-Identifier: Apache-2.0
#include "cli/search.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/api_json.h"
#include "cli/entry_view.h"

namespace openline::cli {
namespace {

// What the shell kept together belongs together.
std::string query_of(const std::vector<std::string>& words) {
  std::string query;
  for (const std::string& word : words) {
    const bool is_phrase = word.find(' ') != std::string::npos && word.find('"') == std::string::npos;
    query += (query.empty() ? "" : " ") + (is_phrase ? '"' + word + '"' : word);
  }
  return query;
}

std::string address_of(const SearchOptions& options) {
  std::string address = fmt::format("/search?limit={}", options.limit);
  const std::pair<const char*, std::string> texts[] = {{"q", query_of(options.words)},
                                                       {"author", options.author},
                                                       {"kind", options.kind},
                                                       {"precedence", options.precedence},
                                                       {"class", options.entry_class},
                                                       {"from", options.from},
                                                       {"to", options.to}};
  for (const auto& [name, value] : texts) {
    if (!value.empty()) address += fmt::format("&{}={}", name, encoded(value));
  }
  if (options.before != 0) address += fmt::format("&before={}", options.before);
  return address;
}

}  // namespace

Outcome<void> search(Terminal& terminal, const StationApi& api, const SearchOptions& options) {
  const auto told = api.get_json(options.line, address_of(options));
  if (!told) return failed(told.error());
  if (terminal.json) {
    terminal.out << *told << '\n';
    return {};
  }
  const auto found = read_record(*told);
  if (!found) return failed(ExitCode::kRefused, "the station's answer is not what docs/api.md describes");
  for (const EntryView& entry : found->entries) terminal.out << entry_text(entry, terminal.colour);
  if (found->entries.empty()) {
    terminal.out << "Nothing found.\n";
  } else if (found->more) {
    terminal.out << fmt::format("Older ones too: --before {}\n", found->entries.back().serial);
  }
  return {};
}

}  // namespace openline::cli
