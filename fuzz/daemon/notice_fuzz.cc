// SPDX-License-Identifier: Apache-2.0
// Notices: a body that is taken can be shown in every language and without its edition; what a form takes
// from a person is a body that decodes, and a notice that was filled in is shown without a label.
#include "fuzz/input.h"
#include "fuzz/target.h"
#include "notices/editions.h"
#include "notices/examples.h"
#include "notices/notice.h"

namespace openline::fuzz {
namespace {

using namespace notices;

void check_body(ByteView bytes) {
  const auto body = NoticeBody::decode(bytes);
  if (!body) return;
  OPENLINE_ASSERT(std::ranges::equal(body->encode(), bytes));
  const FormEdition& edition = built_in_edition();
  for (const std::string& language : edition.languages()) (void)read(&edition, language, *body);
  (void)read(nullptr, "en", *body);
}

// A form's values as a person gives them: most of them of the right kind.
std::string value_for(const Field& field, Input& in) {
  switch (in.byte() % 4) {
    case 0:
      return std::string(text_of(in.bytes(40)));
    case 1:
      return field.choices.empty() ? "2023-02-04T19:39:00Z" : field.choices[in.index(field.choices.size())];
    case 2:
      return std::to_string(static_cast<std::int64_t>(in.any_number()));
    default:
      return std::to_string(static_cast<int>(in.byte()) - 128) + "." + std::string(text_of(in.bytes(8)));
  }
}

void check_form(Input& in) {
  const FormEdition& edition = built_in_edition();
  auto form = edition.forms().begin();
  std::advance(form, static_cast<std::ptrdiff_t>(in.index(edition.forms().size())));
  std::map<std::string, std::string> values;
  for (const FormField& field : form->second.fields) {
    if (!field.required && in.flag()) continue;
    if (field.field->inputs.empty()) values[field.field->name] = value_for(*field.field, in);
    for (const std::string& name : field.field->inputs) values[name] = value_for(*field.field, in);
  }
  const std::optional<EntryId> refers = form->second.refers ? std::optional(EntryId{{1}}) : std::nullopt;
  const auto body = fill(edition, form->first, values, refers);
  if (!body) {
    OPENLINE_ASSERT(!body.error().empty());
    return;
  }
  const auto decoded = NoticeBody::decode(body->encode());
  OPENLINE_ASSERT(decoded && decoded->encode() == body->encode());
  for (const std::string& language : edition.languages())
    OPENLINE_ASSERT(read(&edition, language, *decoded).labels.empty());
}

}  // namespace

void run(ByteView input) {
  Input in(input);
  if (in.flag()) {
    check_form(in);
  } else {
    check_body(in.rest());
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  for (const Example& example : examples()) {
    const auto body = fill(built_in_edition(), example.form, example.values, std::nullopt);
    if (!body) continue;
    all.push_back({0});
    append(all.back(), body->encode());
  }
  for (std::uint8_t form = 0; form < 12; ++form) {
    Bytes program{1, form};
    for (std::uint8_t at = 0; at < 40; ++at)
      program.push_back(static_cast<std::uint8_t>(at % 3 == 0 ? at : 1));
    all.push_back(program);
  }
  return all;
}

}  // namespace openline::fuzz
