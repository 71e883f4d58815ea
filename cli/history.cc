// SPDX-License-Identifier: Apache-2.0
#include "cli/history.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/clock_text.h"
#include "cli/entry_view.h"
#include "cli/json_fields.h"
#include "cli/traffic_text.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

using namespace json_fields;

std::unexpected<Failure> unreadable() {
  return failed(ExitCode::kRefused, "the station's answer is not what docs/api.md describes");
}

std::string sample_text(const json& sample) {
  const auto round_trip = decimal(sample, "round_trip_ms"), loss = decimal(sample, "loss");
  return fmt::format("  {}  {:>12}  {:>7}  {}\n", utc_and_local(text(sample, "time")),
                     round_trip ? fmt::format("{:.1f} ms", *round_trip) : "-",
                     loss ? fmt::format("{:.1f} %", *loss * 100) : "-", visible_line(text(sample, "lamp")));
}

std::string test_text(const json& test) {
  const auto after = whole_number(test, "after_ms");
  std::string came = flag(test, "answered") ? "answered" : "not answered";
  if (after) came += fmt::format(" after {:.1f} s", static_cast<double>(*after) / 1000);
  return fmt::format("  {}  test {} of {}: {}\n", utc_and_local(text(test, "time")),
                     short_id(text(test, "id")), visible_line(text(test, "author")), came);
}

std::string history_text(const json& history) {
  std::string out = fmt::format("Seen by this station since {}, each {}: round trip, loss, worst lamp\n",
                                utc_and_local(text(history, "from")),
                                span_text(Seconds(whole_number(history, "every_s").value_or(0))));
  for (const std::string& line : list(history, "samples", sample_text)) out += line;
  const auto tests = list(history, "tests", test_text);
  out +=
      tests.empty() ? "No tests on record in that time.\n" : "Tests on record, by their authors' clocks:\n";
  for (const std::string& line : tests) out += line;
  if (flag(history, "more_tests")) out += "  Older ones were not looked for: the line wrote too much.\n";
  return out;
}

std::string estimate_text(const json& member) {
  const auto due = decimal(member, "due_s");
  return fmt::format("{}: {}\n", visible_line(text(member, "party")),
                     due ? fmt::format("{} over {}", about_text(*due), visible_line(text(member, "path")))
                         : "no path is up, or how soon is not known yet");
}

}  // namespace

Outcome<void> show_history(Terminal& terminal, const StationApi& api, const HistoryOptions& options) {
  const auto told = api.get_json(options.line, fmt::format("/history?hours={}", options.hours));
  if (!told) return failed(told.error());
  const auto history = object_in(*told);
  if (!history) return unreadable();
  terminal.out << (terminal.json ? *told + "\n" : history_text(*history));
  return {};
}

Outcome<void> show_estimate(Terminal& terminal, const StationApi& api, const EstimateOptions& options) {
  const auto told = api.get_json(options.line, fmt::format("/estimate?size={}&precedence={}", options.size,
                                                           encoded(options.precedence)));
  if (!told) return failed(told.error());
  const auto estimate = object_in(*told);
  if (!estimate) return unreadable();
  if (terminal.json) {
    terminal.out << *told << '\n';
    return {};
  }
  for (const std::string& line : list(*estimate, "to", estimate_text)) terminal.out << line;
  return {};
}

}  // namespace openline::cli
