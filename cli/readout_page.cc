// SPDX-License-Identifier: Apache-2.0
#include "cli/readout_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/visible_text.h"

namespace openline::cli {
namespace {

using nlohmann::json;

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{0}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body {{ font: 11pt/1.45 serif; margin: 2cm auto; max-width: 25cm; color: #000; background: #fff }}
h1 {{ font-size: 16pt }} h2 {{ font-size: 12pt; border-top: 1px solid; padding-top: .6em }}
.sides {{ display: flex; gap: 1.2cm; align-items: stretch; break-inside: avoid-page }}
article {{ flex: 1; min-width: 0 }} article p.text {{ white-space: pre-wrap; overflow-wrap: anywhere }}
.fact, footer {{ font: 8.5pt/1.4 sans-serif }} .exercise {{ font-weight: bold; letter-spacing: .08em }}
code {{ overflow-wrap: anywhere }}
</style></head><body>
<h1>{0}</h1>
)";

std::string escaped(std::string_view text) {
  std::string seen, out;
  for (const std::string& one : visible_lines(text)) seen += (seen.empty() ? "" : "\n") + one;
  for (const char c : seen) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string word(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? escaped(found->get<std::string>()) : std::string();
}

std::string authors_of(const json& readout, const char* key) {
  std::string text;
  for (const json& act : readout.value(key, json::array()))
    text += (text.empty() ? "" : ", ") + word(act, "author");
  return text;
}

// An account of an exercise says so above its text.
std::string article_of(const json& readout) {
  const std::string exercise = word(readout, "exercise");
  std::string facts = fmt::format("{} readout, {} by the author's clock; {}", word(readout, "mark"),
                                  word(readout, "time"), word(readout, "standing"));
  if (const std::string signers = authors_of(readout, "signed_by"); !signers.empty())
    facts += "; signed by " + signers;
  if (const std::string others = authors_of(readout, "refused_by"); !others.empty())
    facts += "; not signed by " + others;
  return fmt::format(
      "<article>\n<h3>{}, {}</h3>\n{}<p class=\"text\" lang=\"{}\" dir=\"auto\">{}</p>\n<p "
      "class=\"fact\">{}<br>id "
      "<code>{}</code></p>\n</article>\n",
      word(readout, "author"), word(readout, "role"),
      exercise.empty() ? "" : "<p class=\"exercise\">EXERCISE " + exercise + "</p>\n",
      word(readout, "language"), word(readout, "text"), facts, word(readout, "id"));
}

}  // namespace

std::optional<std::string> readout_page(std::string_view line, std::string_view readouts_json) {
  const json answer = json::parse(readouts_json, nullptr, false);
  if (!answer.is_object() || !answer.contains("readouts")) return std::nullopt;
  // By what they are of, in the order in which that was first given account of.
  std::vector<std::pair<std::string, std::vector<const json*>>> subjects;
  for (const json& readout : answer["readouts"]) {
    const std::string of = word(readout, "of");
    auto found = std::ranges::find(subjects, of, [](const auto& one) { return one.first; });
    if (found == subjects.end()) found = subjects.insert(found, {of, {}});
    found->second.push_back(&readout);
  }
  std::string page = fmt::format(kHead, "Readouts on the line " + escaped(line));
  if (subjects.empty()) page += "<p>None on this line.</p>\n";
  for (const auto& [of, readouts] : subjects) {
    page += fmt::format("<h2>Of <code>{}</code></h2>\n<div class=\"sides\">\n", of);
    for (const json* readout : readouts) page += article_of(*readout);
    page += "</div>\n";
  }
  return page +
         "<footer>Each account is its author's. What proves it is in the record: openline publish, openline "
         "verify.</footer>\n</body></html>\n";
}

}  // namespace openline::cli
