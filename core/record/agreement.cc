// SPDX-License-Identifier: Apache-2.0
#include "core/record/agreement.h"

#include <charconv>

#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::size_t kLeastMembers = 2, kMostMembers = 64, kMostName = 64;
constexpr std::uint64_t kLeastTestEvery = 60, kMostRelease = 8;

// The first rule that the values break, in words; empty when they break none. Encoding asserts it, decoding
// refuses by it.
std::string_view broken_rule(const Agreement& agreement) {
  const auto& members = agreement.members;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0 && members[i - 1].party >= members[i].party) return "members must ascend by fingerprint";
    for (std::size_t j = 0; j < i; ++j) {
      if (members[j].code == members[i].code) return "two members have one code";
    }
  }
  const auto& languages = agreement.languages;
  for (std::size_t i = 0; i < languages.size(); ++i) {
    if (i > 0 && languages[i - 1].first >= languages[i].first) return "languages must ascend by code";
    if (std::ranges::find(members, languages[i].first, &Member::code) == members.end()) {
      return "a language is given for a code that no member has";
    }
  }
  return {};
}

std::optional<unsigned> digits(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "2028-06-30", a day that exists.
bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)),
             day = digits(text.substr(8, 2));
  if (!year || !month || !day) return false;
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                     std::chrono::day(*day))
      .ok();
}

void check(const Agreement& agreement) {
  OPENLINE_ASSERT(has_size(agreement.name, 1, kMostName));
  OPENLINE_ASSERT(agreement.members.size() >= kLeastMembers && agreement.members.size() <= kMostMembers);
  for (const Member& member : agreement.members) {
    OPENLINE_ASSERT(is_code(member.code) && has_size(member.desk, 1, kMostName));
  }
  for (const auto& [code, language] : agreement.languages) OPENLINE_ASSERT(has_size(language, 2, 16));
  OPENLINE_ASSERT(agreement.test_every.count() >= static_cast<std::int64_t>(kLeastTestEvery));
  for (const std::uint8_t officers : agreement.release) {
    OPENLINE_ASSERT(officers >= 1 && officers <= kMostRelease);
  }
  OPENLINE_ASSERT(agreement.expires.empty() || is_day(agreement.expires));
  OPENLINE_ASSERT(broken_rule(agreement).empty());
}

void write_members(cbor::Encoder& to, const Agreement& agreement) {
  to.array(agreement.members.size());
  for (const Member& member : agreement.members) {
    to.map(3).number(1).text(member.party.compact()).number(2).text(member.code).number(3).text(member.desk);
  }
}

Fingerprint read_fingerprint(FieldDecoder& decoder) {
  const std::size_t at = decoder.offset();
  const std::string text = decoder.text_within(60, 60);
  const auto parsed = Fingerprint::parse(text);
  decoder.refuse_unless(parsed.has_value(), at, "a fingerprint has 60 digits and nothing else");
  return parsed.value_or(Fingerprint{});
}

void read_members(FieldDecoder& decoder, Agreement& agreement) {
  for (auto left = decoder.array_within(kLeastMembers, kMostMembers); left > 0 && decoder.ok(); --left) {
    Member member;
    decoder.begin_map();
    decoder.key(1, "member's fingerprint");
    member.party = read_fingerprint(decoder);
    decoder.key(2, "member's code");
    member.code = decoder.code();
    decoder.key(3, "member's desk");
    member.desk = decoder.text_within(1, kMostName);
    decoder.end_map();
    agreement.members.push_back(std::move(member));
  }
}

void read_languages(FieldDecoder& decoder, Agreement& agreement) {
  for (std::size_t left = decoder.array(kMostMembers); left > 0 && decoder.ok(); --left) {
    const std::size_t at = decoder.offset();
    decoder.refuse_unless(decoder.array(2) == 2, at, "a language is a pair of code and language");
    std::string code = decoder.code();
    agreement.languages.emplace_back(std::move(code), decoder.text_within(2, 16));
  }
}

void read_by_precedence(FieldDecoder& decoder, Agreement& agreement) {
  decoder.key(6, "time to answer");
  decoder.array_within(4, 4);
  // On the wire flash comes first.
  for (std::size_t i = 4; i > 0; --i) agreement.answer_within[i - 1] = decoder.seconds();
  decoder.key(7, "officers to release");
  decoder.array_within(4, 4);
  for (std::size_t i = 4; i > 0; --i) {
    agreement.release[i - 1] = static_cast<std::uint8_t>(decoder.number_within(1, kMostRelease));
  }
}

void read_options(FieldDecoder& decoder, Agreement& agreement) {
  decoder.key(8, "identify");
  agreement.identify = static_cast<Identify>(decoder.number(1));
  const std::size_t at = decoder.offset();
  if (decoder.optional_key(9, "expires")) {
    agreement.expires = decoder.text_within(10, 10);
    decoder.refuse_unless(is_day(agreement.expires), at, "not a day such as 2028-06-30");
  }
  if (decoder.optional_key(10, "forms")) agreement.forms = decoder.fixed<Hash>();
  if (decoder.optional_key(11, "predecessor")) agreement.predecessor = decoder.fixed<Hash>();
  decoder.key(12, "officer answers tests");
  agreement.officer_answers_tests = decoder.boolean();
}

}  // namespace

Bytes Agreement::encode() const {
  check(*this);
  cbor::MapEncoder map;
  map.field(1).text(name);
  write_members(map.field(2), *this);
  map.field(3).number(static_cast<std::uint64_t>(record));
  cbor::Encoder& language_list = map.field(4).array(languages.size());
  for (const auto& [code, language] : languages) language_list.array(2).text(code).text(language);
  write_seconds(map.field(5), test_every);
  cbor::Encoder& times = map.field(6).array(4);
  for (std::size_t i = 4; i > 0; --i) write_seconds(times, answer_within[i - 1]);
  cbor::Encoder& officers = map.field(7).array(4);
  for (std::size_t i = 4; i > 0; --i) officers.number(release[i - 1]);
  map.field(8).number(static_cast<std::uint64_t>(identify));
  if (!expires.empty()) map.field(9).text(expires);
  if (forms) map.field(10).bytes(forms->view());
  if (predecessor) map.field(11).bytes(predecessor->view());
  map.field(12).boolean(officer_answers_tests);
  return map.take();
}

Result<Agreement> Agreement::decode(ByteView bytes) {
  FieldDecoder decoder(bytes, "agreement");
  Agreement agreement;
  decoder.begin_map();
  decoder.key(1, "name");
  agreement.name = decoder.text_within(1, kMostName);
  decoder.key(2, "members");
  const std::size_t members_at = decoder.offset();
  read_members(decoder, agreement);
  decoder.key(3, "record");
  agreement.record = static_cast<RecordMode>(decoder.number(1));
  decoder.key(4, "languages");
  read_languages(decoder, agreement);
  const std::string_view broken = broken_rule(agreement);
  decoder.refuse_unless(broken.empty(), members_at, broken);
  decoder.key(5, "test every");
  agreement.test_every = decoder.seconds(kLeastTestEvery);
  read_by_precedence(decoder, agreement);
  read_options(decoder, agreement);
  decoder.end_map();
  return decoder.result(std::move(agreement));
}

const Member* Agreement::member(const Fingerprint& party) const {
  const auto found = std::ranges::find(members, party, &Member::party);
  return found == members.end() ? nullptr : &*found;
}

}  // namespace openline
