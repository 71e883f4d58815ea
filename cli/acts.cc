// SPDX-License-Identifier: Apache-2.0
#include "cli/acts.h"

#include <fmt/format.h>

#include <ostream>
#include <set>

#include "cli/drafts.h"
#include "cli/entry_view.h"
#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/matter_text.h"
#include "cli/readout_page.h"
#include "cli/status_view.h"
#include "cli/visible_text.h"
#include "cli/visit_calendar.h"

namespace openline::cli {
namespace {

// `otherwise` where the station gave no note.
Outcome<void> report(Terminal& terminal, const Outcome<Told<DoneView>>& done, const std::string& otherwise) {
  if (!done) return failed(done.error());
  if (terminal.json) {
    terminal.out << done->json << '\n';
    return {};
  }
  terminal.out << (done->value.note.empty() ? otherwise : visible_line(done->value.note)) << '\n';
  for (const DoneView::Made& made : done->value.entries) {
    terminal.out << fmt::format("On record here as #{}, id {}.\n", made.serial, short_id(made.id));
  }
  return {};
}

// Lines that may be meant by an id: those with it among what waits, else all that hold it.
Outcome<std::set<std::string>> lines_with(const StationApi& api, const std::string& id) {
  const auto inbox = api.inbox("");
  if (!inbox) return failed(inbox.error());
  std::set<std::string> lines, ids;
  for (const OpenItemView& item : inbox->value.for_us) {
    if (!item.id.starts_with(id) || !item.entry) continue;
    lines.insert(item.entry->line);
    ids.insert(item.id);
  }
  if (ids.size() > 1) {
    return failed(ExitCode::kConflict,
                  fmt::format("{}: more than one message that waits begins with this: give more digits", id));
  }
  if (!lines.empty()) return lines;
  const auto status = api.status();
  if (!status) return failed(status.error());
  for (const LineView& line : status->value.lines) {
    if (const auto entry = api.entry(line.line, id)) {
      lines.insert(line.line);
    } else if (entry.error().code != ExitCode::kNotFound) {
      return failed(entry.error());
    }
  }
  return lines;
}

// The role of an act that was given none. Who is signed in has their own, which the station knows.
Outcome<std::string> role_of(const StationApi& api, const std::string& line, const std::string& given) {
  if (!given.empty() || api.is_signed_in()) return given;
  const auto told = api.line(line);
  if (!told) return failed(told.error());
  return default_role(told->value);
}

bool is_meant(const AgreementView& agreement, const std::string& line_or_hash) {
  return agreement.name == line_or_hash ||
         (line_or_hash.size() >= 4 &&
          (agreement.hash.starts_with(line_or_hash) || agreement.line.starts_with(line_or_hash)));
}

}  // namespace

std::string default_role(const LineView& line) {
  return line.own_role.empty() ? line.own_desk : line.own_role;
}

RetryPlan told_retries(Terminal& terminal) {
  RetryPlan plan;
  plan.before_wait = [&terminal](const std::string& reason, std::chrono::milliseconds) {
    terminal.err << reason << ". Asking again (it is never done twice)…\n" << std::flush;
  };
  return plan;
}

Outcome<void> show_status(Terminal& terminal, const StationApi& api, bool exit_code) {
  const auto told = api.status();
  if (!told) return failed(told.error());
  terminal.out << (terminal.json ? told->json + "\n" : status_text(told->value, terminal.colour));
  const ExitCode worst = worst_lamp(told->value);
  if (exit_code && worst != ExitCode::kOk) return failed(worst, "");
  return {};
}

Outcome<void> show_inbox(Terminal& terminal, const StationApi& api, const std::string& line) {
  const auto told = api.inbox(line);
  if (!told) return failed(told.error());
  terminal.out << (terminal.json ? told->json + "\n" : inbox_text(told->value, terminal.colour));
  return {};
}

Outcome<void> act(Terminal& terminal, const StationApi& api, const std::string& what, const std::string& line,
                  const std::string& reason) {
  const std::string said = what == "test" ? "A test is on its way; status says when it is answered."
                           : what == "suspend"
                               ? "Suspended. The line stays open, and this is on record at both ends."
                           : what == "resume" ? "Resumed, on record at both ends."
                                              : "This station writes on the line again.";
  return report(terminal, api.act(line, what, reason), said);
}

Outcome<void> acknowledge(Terminal& terminal, const StationApi& api, const AcknowledgeOptions& options) {
  std::string line = options.line;
  if (line.empty()) {
    const auto lines = lines_with(api, options.id);
    if (!lines) return failed(lines.error());
    if (lines->empty())
      return failed(ExitCode::kNotFound,
                    fmt::format("{}: no message of any line begins with this", options.id));
    if (lines->size() > 1) {
      return failed(
          ExitCode::kConflict,
          fmt::format("{}: more than one line has such a message: `openline ack LINE ID`", options.id));
    }
    line = *lines->begin();
  }
  const auto role = role_of(api, line, options.role);
  if (!role) return failed(role.error());
  const std::string key = options.key.empty() ? new_request_key() : options.key;
  const std::string as = role->empty() ? "" : " as " + visible_line(*role);
  return report(terminal, api.acknowledge(line, options.id, *role, key, told_retries(terminal)),
                api.is_signed_in()
                    ? fmt::format("Acknowledged{}, by the officer who is signed in.", as)
                    : fmt::format("Acknowledged{} (the role; not personally authenticated).", as));
}

Outcome<void> put_act(Terminal& terminal, const StationApi& api, const ActOptions& options) {
  const auto role = role_of(api, options.line, options.role);
  if (!role) return failed(role.error());
  const auto request = act_request(options, *role);
  if (!request) return failed(request.error());
  if (options.draft) return make_draft(terminal, api, options.line, request->address, request->body);
  const std::string key = options.key.empty() ? new_request_key() : options.key;
  return report(terminal, api.put(options.line, request->address, request->body, key, told_retries(terminal)),
                request->said);
}

Outcome<void> show_matters(Terminal& terminal, const StationApi& api, const std::string& what,
                           const std::string& line) {
  const auto told = api.get_json(line, "/" + what);
  if (!told) return failed(told.error());
  terminal.out << (terminal.json ? *told + "\n" : matters_text(what, *told));
  return {};
}

Outcome<void> write_matters(Terminal& terminal, const StationApi& api, const std::string& what,
                            const std::string& line, const std::string& output) {
  const auto told = api.get_json(line, "/" + what);
  if (!told) return failed(told.error());
  const WallTime now{std::chrono::floor<Milliseconds>(std::chrono::system_clock::now().time_since_epoch())};
  const auto text = what == "visits" ? visit_calendar(line, *told, now) : readout_page(line, *told);
  if (!text) return failed(ExitCode::kRefused, "the station's answer cannot be read");
  auto file = WholeFile::open(output);
  if (!file) return failed(file.error());
  if (auto added = file->add(*text); !added) return added;
  if (auto kept = file->finish(); !kept) return kept;
  terminal.out << fmt::format("The {} of {} are in {}, {} bytes.\n", what, line, output, text->size());
  return {};
}

Outcome<void> show_forms(Terminal& terminal, const StationApi& api, const std::string& form,
                         const std::string& edition, const std::string& language) {
  const auto told = api.forms(edition, language);
  if (!told) return failed(told.error());
  const std::string text = forms_text(*told, form);
  if (text.empty())
    return failed(ExitCode::kNotFound, form + ": there is no such form; `openline forms` lists them");
  terminal.out << (terminal.json ? *told + "\n" : text);
  return {};
}

Outcome<void> show_agreement(Terminal& terminal, const StationApi& api, const std::string& line) {
  const auto all = api.agreements();
  if (!all) return failed(all.error());
  if (line.empty()) {
    if (terminal.json) terminal.out << all->json << '\n';
    if (!terminal.json && all->value.empty())
      terminal.out << "No agreement yet: `openline agree AGREEMENT.toml` proposes one.\n";
    for (const AgreementView& one : all->value) {
      if (!terminal.json) terminal.out << agreement_text(one) << '\n';
    }
    return {};
  }
  std::string text;
  for (const AgreementView& one : all->value) {
    if (is_meant(one, line)) text += (text.empty() ? "" : "\n") + agreement_text(one);
  }
  if (terminal.json || text.empty()) {
    const auto one = api.agreement(line);
    // A line that is only proposed is known by its name here, and by its hash to the station.
    if (!one && !(one.error().code == ExitCode::kNotFound && !text.empty())) return failed(one.error());
    if (!one) {
      for (const AgreementView& proposed : all->value) {
        if (!is_meant(proposed, line)) continue;
        const auto told = api.agreement(proposed.hash);
        if (!told) return failed(told.error());
        terminal.out << told->json << '\n';
      }
      return {};
    }
    terminal.out << (terminal.json ? one->json + "\n" : agreement_text(one->value));
    return {};
  }
  terminal.out << text;
  return {};
}

Outcome<void> refuse(Terminal& terminal, const StationApi& api, const std::string& line_or_hash,
                     const std::string& reason) {
  const auto all = api.agreements();
  if (!all) return failed(all.error());
  std::vector<std::string> proposed;
  for (const AgreementView& one : all->value) {
    if (one.state != "in_force" && is_meant(one, line_or_hash)) proposed.push_back(one.hash);
  }
  if (proposed.empty())
    return failed(ExitCode::kNotFound, fmt::format("{}: nothing is proposed for this line", line_or_hash));
  if (proposed.size() > 1) {
    std::string hashes;
    for (const std::string& hash : proposed) hashes += " " + short_id(hash);
    return failed(ExitCode::kConflict,
                  fmt::format("{}: several are proposed; name the one to refuse:{}", line_or_hash, hashes));
  }
  return report(terminal, api.refuse(proposed.front(), reason),
                "Refused. The other side is told, with the reason.");
}

}  // namespace openline::cli
