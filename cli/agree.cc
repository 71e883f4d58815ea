// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <ostream>

#include "cli/acts.h"
#include "cli/drafts.h"
#include "cli/entry_view.h"
#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr std::size_t kMaxAgreementFile = 64 << 10;  // bytes; the station's own limit

Outcome<std::string> read_agreement_file(const std::string& file) {
  const auto bytes = read_file(file, kMaxAgreementFile);
  if (!bytes) return failed(bytes.error());
  std::string text(text_of(*bytes));
  if (!is_utf8(text)) return failed(ExitCode::kRefused, fmt::format("{}: not UTF-8 text", file));
  return text;
}

// What the station finds wrong is in that file.
Outcome<Told<DoneView>> about(const std::string& file, Outcome<Told<DoneView>> done) {
  if (!done && done.error().code == ExitCode::kRefused) {
    return failed(ExitCode::kRefused, fmt::format("{}: {}", file, done.error().message));
  }
  return done;
}

Outcome<void> report(Terminal& terminal, const Outcome<Told<DoneView>>& done) {
  if (!done) return failed(done.error());
  if (terminal.json) {
    terminal.out << done->json << '\n';
    return {};
  }
  terminal.out << fmt::format("Signed here: agreement {}\n", visible_line(done->value.hash));
  if (!done->value.note.empty()) terminal.out << visible_line(done->value.note) << '\n';
  if (!done->value.line.empty())
    terminal.out << fmt::format("The line exists: {}\n", visible_line(done->value.line));
  return {};
}

}  // namespace

Outcome<void> agree(Terminal& terminal, const StationApi& api, const std::string& file) {
  const auto toml = read_agreement_file(file);
  if (!toml) return failed(toml.error());
  return report(terminal, about(file, api.agree(*toml)));
}

Outcome<void> amend(Terminal& terminal, const StationApi& api, const std::string& line,
                    const std::string& file, bool as_draft) {
  const auto toml = read_agreement_file(file);
  if (!toml) return failed(toml.error());
  if (as_draft) return make_draft(terminal, api, line, "/amend", json_object({{"toml", *toml}}));
  return report(terminal, about(file, api.amend(line, *toml)));
}

}  // namespace openline::cli
