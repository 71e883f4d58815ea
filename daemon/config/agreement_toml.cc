// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/agreement_toml.h"

#include <algorithm>

#include "core/wire/cbor.h"
#include "daemon/config/toml_document.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::array kPrecedences{Precedence::kFlash, Precedence::kImmediate, Precedence::kPriority,
                                  Precedence::kRoutine};

bool is_code(std::string_view text) {
  return text.size() >= 2 && text.size() <= 12 && std::ranges::all_of(text, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

Seconds read_seconds(TomlReader& reader, std::string_view key, Milliseconds least) {
  const Milliseconds value = reader.duration(key, least, 24h * 366);
  if (value % 1s != 0ms) reader.refuse(key, "must be whole seconds");
  return std::chrono::floor<Seconds>(value);
}

std::optional<Hash> read_hash(TomlReader& reader, std::string_view key) {
  const auto text = reader.optional_text(key, 64);
  if (!text) return std::nullopt;
  const auto bytes = from_hex(*text);
  const auto hash = bytes ? Hash::from(*bytes) : std::nullopt;
  if (!hash) reader.refuse(key, "must be 64 hexadecimal digits");
  return hash;
}

Member read_member(const TomlTable& table, std::optional<Error>& problem) {
  TomlReader reader(table, "members", problem);
  Member member;
  member.code = reader.text("party", 12);
  if (!is_code(member.code)) reader.refuse("party", "must be 2 to 12 of A-Z, 0-9 and -");
  const auto root = Fingerprint::parse(reader.text("root", 200));
  if (root) {
    member.party = *root;
  } else {
    reader.refuse("root", "is not a fingerprint: " + root.error().text());
  }
  member.desk = reader.text("desk", 64);
  reader.finish();
  return member;
}

void read_members(TomlReader& reader, Agreement& agreement, std::optional<Error>& problem) {
  for (const TomlTable* table : reader.tables("members", 2, 64)) {
    const Member member = read_member(*table, problem);
    for (const Member& other : agreement.members) {
      if (other.party == member.party) reader.refuse("members", "names one root twice");
      if (other.code == member.code) reader.refuse("members", "names " + member.code + " twice");
    }
    agreement.members.push_back(member);
  }
  std::ranges::sort(agreement.members, {}, &Member::party);
}

void read_languages(TomlReader& reader, Agreement& agreement, std::optional<Error>& problem) {
  const TomlTable* table = reader.optional_table("languages");
  if (table == nullptr) return;
  TomlReader languages(*table, "languages", problem);
  for (const auto& [code, value] : table->values) {  // ascending by key
    if (std::ranges::find(agreement.members, code, &Member::code) == agreement.members.end()) {
      languages.refuse(code, "is not the code of a member");
    }
    agreement.languages.emplace_back(code, languages.text(code, 16));
    if (agreement.languages.back().second.size() < 2)
      languages.refuse(code, "must be a language such as \"en\"");
  }
  languages.finish();
}

void read_times(TomlReader& reader, Agreement& agreement, std::optional<Error>& problem) {
  const TomlTable* table = reader.optional_table("answer_within");
  if (table == nullptr) {
    if (!reader.has("answer_within")) reader.refuse("answer_within", "is missing");
    return;
  }
  TomlReader times(*table, "answer_within", problem);
  for (const Precedence precedence : kPrecedences) {
    agreement.answer_within[static_cast<std::size_t>(precedence)] =
        read_seconds(times, precedence_name(precedence), 1s);
  }
  times.finish();
}

void read_release(TomlReader& reader, Agreement& agreement, std::optional<Error>& problem) {
  const TomlTable* table = reader.optional_table("release");
  if (table == nullptr) return;
  TomlReader release(*table, "release", problem);
  for (const Precedence precedence : kPrecedences) {
    const auto officers = release.optional_number(precedence_name(precedence), 1, 8);
    if (officers)
      agreement.release[static_cast<std::size_t>(precedence)] = static_cast<std::uint8_t>(*officers);
  }
  release.finish();
}

}  // namespace

Result<Agreement> parse_agreement(std::string_view toml) {
  const auto document = parse_toml(toml);
  if (!document) return fail(document.error());
  std::optional<Error> problem;
  TomlReader reader(*document, "", problem);
  Agreement agreement;
  agreement.name = reader.text("line", 64);
  read_members(reader, agreement, problem);
  agreement.record = static_cast<RecordMode>(reader.word("record", {"attested", "deniable"}));
  read_languages(reader, agreement, problem);
  agreement.test_every = read_seconds(reader, "test_every", 60s);
  read_times(reader, agreement, problem);
  read_release(reader, agreement, problem);
  agreement.identify = static_cast<Identify>(reader.optional_word("identify", {"role", "name"}).value_or(0));
  agreement.expires = reader.optional_date("expires").value_or("");
  agreement.officer_answers_tests =
      reader.optional_word("tests_answered_by", {"station", "officer"}).value_or(0) == 1;
  agreement.forms = read_hash(reader, "forms");
  agreement.predecessor = read_hash(reader, "amends");
  reader.finish();
  if (problem) return fail(*problem);
  return agreement;
}

}  // namespace openline::daemon
