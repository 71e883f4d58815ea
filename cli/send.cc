// SPDX-License-Identifier: Apache-2.0
#include "cli/send.h"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

#include "cli/acts.h"
#include "cli/api_json.h"
#include "cli/drafts.h"
#include "cli/entry_view.h"
#include "cli/files.h"
#include "cli/traffic_text.h"
#include "cli/visible_text.h"
#include "core/record/attachment_tree.h"

namespace openline::cli {
namespace {

constexpr std::size_t kMaxText =
    65536;  // bytes: protocol.md section 9.1; the station counts the rest of the body too

Outcome<std::string> text_to_send(Terminal& terminal, const SendOptions& options) {
  std::string text = options.text;
  if (text == "-") {
    auto read = read_text(terminal.in, kMaxText);
    if (!read) return failed(read.error());
    text = std::move(*read);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  }
  if (text.empty()) return failed(ExitCode::kUsage, "the text is empty");
  if (!is_utf8(text)) return failed(ExitCode::kRefused, "the text is not UTF-8");
  return text;
}

Outcome<std::vector<AttachedFile>> upload_all(const StationApi& api, const std::vector<std::string>& names) {
  std::vector<Bytes> contents;  // all are read before any is sent: a wrong name leaves nothing behind
  for (const std::string& name : names) {
    auto bytes = read_file(name, kMaxAttachment);
    if (!bytes) return failed(bytes.error());
    contents.push_back(std::move(*bytes));
  }
  std::vector<AttachedFile> files;
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto file =
        api.upload(std::filesystem::path(names[i]).filename().string(), std::string(text_of(contents[i])));
    if (!file) return failed(file.error().code, fmt::format("{}: {}", names[i], file.error().message));
    files.push_back(std::move(*file));
  }
  return files;
}

// What goes out, before it does.
void echo(Terminal& terminal, const SendOptions& options, const std::string& text) {
  const bool live_flash = options.entry_class == "live" && options.precedence == "flash";
  if (!live_flash) return;
  const std::string rule(72, '=');
  terminal.err << fmt::format("{}\n{}  {}  on line {}\n\n", rule, precedence_text("flash", terminal.colour),
                              class_text("live", "", terminal.colour), visible_line(options.line));
  for (const std::string& line : visible_lines(text)) terminal.err << "     LIVE | " << line << '\n';
  terminal.err << rule << '\n' << std::flush;
}

}  // namespace

Outcome<void> send(Terminal& terminal, const StationApi& api, const SendOptions& options) {
  if (options.entry_class.empty()) return failed(ExitCode::kUsage, kClassMissing);
  auto text = text_to_send(terminal, options);
  if (!text) return failed(text.error());
  auto files = upload_all(api, options.files);
  if (!files) return failed(files.error());
  if (!options.draft) echo(terminal, options, *text);
  const TextToSend message{std::move(*text), options.precedence, options.entry_class,
                           options.exercise, options.role,       std::move(*files)};
  if (options.draft) return make_draft(terminal, api, options.line, "/entries", write_text(message));
  const std::string key = options.key.empty() ? new_request_key() : options.key;
  const auto done = api.send(options.line, message, key, told_retries(terminal));
  if (!done) {
    const bool unsure =
        done.error().code == ExitCode::kUnreachable || done.error().code == ExitCode::kStoreUnavailable;
    const std::string again =
        unsure ? fmt::format(". The same command with --key {} asks again without sending twice", key) : "";
    return failed(done.error().code, done.error().message + again);
  }
  for (const DoneView::Made& made : done->value.entries) {
    if (options.made) options.made(made.id);
  }
  if (terminal.json) {
    terminal.out << done->json << '\n';
    return {};
  }
  for (const DoneView::Made& made : done->value.entries) {
    terminal.out << fmt::format(
        "{} {} on record here as #{}, id {}. It goes out as paths allow; `openline record` shows its "
        "receipts.\n",
        precedence_text(options.precedence, terminal.colour),
        class_text(options.entry_class, options.exercise, terminal.colour), made.serial, short_id(made.id));
  }
  // Where the last of them is now; the station says so as long as somebody has not stored it.
  if (!done->value.entries.empty()) {
    if (const auto entry = api.entry(options.line, done->value.entries.back().id)) {
      for (const WayView& way : entry->value.on_the_way) terminal.out << "  " << entry_way_text(way) << '\n';
    }
  }
  if (!done->value.note.empty()) terminal.out << visible_line(done->value.note) << '\n';
  return {};
}

}  // namespace openline::cli
