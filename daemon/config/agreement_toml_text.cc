// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "daemon/config/agreement_toml.h"
#include "daemon/config/duration.h"

namespace openline::daemon {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      result += fmt::format("\\{}", c);
    } else if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\u{:04x}", byte);
    } else {
      result += c;
    }
  }
  return result + "\"";
}

template <class Value>
std::string by_precedence(const std::array<Value, 4>& values, auto&& text) {
  std::string result;
  for (std::size_t i = 4; i > 0; --i) {
    result += fmt::format("{}{} = {}", i == 4 ? "" : ", ", precedence_name(static_cast<Precedence>(i - 1)),
                          text(values[i - 1]));
  }
  return result;
}

}  // namespace

std::string agreement_toml(const Agreement& agreement) {
  std::string out = fmt::format("line = {}\nmembers = [\n", quoted(agreement.name));
  for (const Member& member : agreement.members) {
    out += fmt::format("  {{ party = {}, root = {}, desk = {} }},\n", quoted(member.code),
                       quoted(member.party.text()), quoted(member.desk));
  }
  out += fmt::format("]\nrecord = \"{}\"\n",
                     agreement.record == RecordMode::kAttested ? "attested" : "deniable");
  std::string languages;
  for (const auto& [code, language] : agreement.languages) {
    languages += fmt::format("{}{} = {}", languages.empty() ? "" : ", ", quoted(code), quoted(language));
  }
  if (!languages.empty()) out += fmt::format("languages = {{ {} }}\n", languages);
  out += fmt::format("test_every = \"{}\"\n", duration_text(agreement.test_every));
  out += fmt::format("answer_within = {{ {} }}\n", by_precedence(agreement.answer_within, [](Seconds value) {
                       return quoted(duration_text(value));
                     }));
  out +=
      fmt::format("release = {{ {} }}\n",
                  by_precedence(agreement.release, [](std::uint8_t value) { return std::to_string(value); }));
  out += fmt::format("identify = \"{}\"\n", agreement.identify == Identify::kRole ? "role" : "name");
  if (!agreement.expires.empty()) out += fmt::format("expires = {}\n", agreement.expires);
  out += fmt::format("tests_answered_by = \"{}\"\n", agreement.officer_answers_tests ? "officer" : "station");
  if (agreement.forms) out += fmt::format("forms = \"{}\"\n", agreement.forms->hex());
  if (agreement.predecessor) out += fmt::format("amends = \"{}\"\n", agreement.predecessor->hex());
  return out;
}

}  // namespace openline::daemon
