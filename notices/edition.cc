// SPDX-License-Identifier: Apache-2.0
#include "notices/edition.h"

#include <toml++/toml.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "core/crypto/hash.h"
#include "core/wire/cbor.h"
#include "notices/message.h"

namespace openline::notices {
namespace {

constexpr std::size_t kLanguages = 6, kMaxFormText = 1000;
constexpr const char* kTypes[] = {"time", "position", "number", "choice", "text"};

Result<toml::table> parse(std::string_view name, std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return fail(std::string(name) + ", line " + std::to_string(error.source().begin.line) + ": " +
                std::string(error.description()));
  } catch (const std::logic_error& error) {  // of its own assertions (cmake/dependencies.cmake)
    return fail(std::string(name) + ": " + error.what());
  }
}

// Every element a text, or nothing.
std::optional<std::vector<std::string>> texts_of(const toml::node* node) {
  const toml::array* array = node == nullptr ? nullptr : node->as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<std::string> texts;
  for (const toml::node& one : *array) {
    const auto text = one.value_exact<std::string>();
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

std::unexpected<Error> wrong(const std::string& key, const std::string& rule) {
  return fail("forms.toml: " + key + ": " + rule);
}

Result<Field> read_field(const std::string& name, const toml::node& node) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return wrong("fields." + name, "must be a table");
  Field field;
  field.name = name;
  const std::int64_t number = (*table)["number"].value_or<std::int64_t>(0);
  if (number < 1 || number > 1'000'000) return wrong("fields." + name + ".number", "must be 1 to 1,000,000");
  field.number = static_cast<std::uint64_t>(number);
  const std::string type = (*table)["type"].value_or(std::string());
  const auto* const found = std::ranges::find(kTypes, type);
  if (found == std::end(kTypes))
    return wrong("fields." + name + ".type", "must be time, position, number, choice or text");
  field.type = static_cast<FieldType>(found - std::begin(kTypes));
  field.least = (*table)["least"].value_or<std::int64_t>(0);
  field.most = (*table)["most"].value_or<std::int64_t>(0);
  if (field.type == FieldType::kNumber && field.least > field.most)
    return wrong("fields." + name, "must have a range, least to most");
  if (field.type == FieldType::kText &&
      (field.most < 1 || field.most > static_cast<std::int64_t>(kMaxFormText)))
    return wrong("fields." + name + ".most", "must be 1 to 1,000 bytes");
  field.choices = texts_of(table->get("choices")).value_or(std::vector<std::string>{});
  if ((field.type == FieldType::kChoice) == field.choices.empty())
    return wrong("fields." + name + ".choices", "a choice, and nothing else, has choices");
  field.inputs = texts_of(table->get("inputs")).value_or(std::vector<std::string>{});
  if ((field.type == FieldType::kPosition) != (field.inputs.size() == 2))
    return wrong("fields." + name + ".inputs", "a position, and nothing else, has two");
  return field;
}

Result<Form> read_form(const std::string& name, const toml::node& node,
                       const std::map<std::string, Field>& fields) {
  const toml::table* table = node.as_table();
  if (table == nullptr) return wrong("forms." + name, "must be a table");
  Form form;
  form.name = name;
  const std::int64_t code = (*table)["code"].value_or<std::int64_t>(0);
  if (code < 1 || code > 1'000'000) return wrong("forms." + name + ".code", "must be 1 to 1,000,000");
  form.code = static_cast<std::uint64_t>(code);
  form.refers = (*table)["refers"].value_or(false);
  const auto names = texts_of(table->get("fields"));
  if (!names || names->empty() || names->size() > 32)
    return wrong("forms." + name + ".fields", "must be 1 to 32 names");
  for (std::string field : *names) {
    const bool required = field.ends_with('!');
    if (required) field.pop_back();
    const auto found = fields.find(field);
    if (found == fields.end()) return wrong("forms." + name + ".fields", "there is no field " + field);
    form.fields.push_back({&found->second, required});
  }
  return form;
}

// What the pattern of a group is formatted with; enough to see that it holds.
Arguments trial_of(const std::string& group, const std::string& key) {
  if (group == "numbers") return {{"value", std::int64_t{2}}};
  if (group != "patterns") return {};
  if (key == "time") return {{"date", std::string("1")}};
  return {{"lat", 1.0}, {"lon", 1.0}, {"ns", std::string("n")}, {"ew", std::string("e")}};
}

}  // namespace

Result<FormEdition> FormEdition::read(std::string_view forms, std::string_view texts) {
  const auto structure = parse("forms.toml", forms);
  if (!structure) return fail(structure.error());
  const auto words = parse("texts.toml", texts);
  if (!words) return fail(words.error());
  FormEdition edition;
  edition.name_ = (*structure)["edition"].value_or(std::string());
  if (edition.name_.empty()) return wrong("edition", "must name the edition");
  edition.languages_ = texts_of(structure->get("languages")).value_or(std::vector<std::string>{});
  if (edition.languages_.size() != kLanguages) return wrong("languages", "must be six");
  std::set<std::uint64_t> numbers, codes;
  if (const toml::table* table = (*structure)["fields"].as_table()) {
    for (const auto& [key, node] : *table) {
      auto field = read_field(std::string(key.str()), node);
      if (!field) return fail(field.error());
      if (!numbers.insert(field->number).second) return wrong("fields." + field->name, "its number is taken");
      edition.fields_.emplace(field->name, std::move(*field));
    }
  }
  if (const toml::table* table = (*structure)["forms"].as_table()) {
    for (const auto& [key, node] : *table) {
      auto form = read_form(std::string(key.str()), node, edition.fields_);
      if (!form) return fail(form.error());
      if (!codes.insert(form->code).second) return wrong("forms." + form->name, "its code is taken");
      edition.forms_.emplace(form->name, std::move(*form));
    }
  }
  if (edition.forms_.empty()) return wrong("forms", "there are none");

  for (const auto& [group, node] : *words) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return fail("texts.toml: " + std::string(group.str()) + " must be a table");
    for (const auto& [key, list] : *table) {
      const std::string name = std::string(group.str()) + "/" + std::string(key.str());
      auto all = texts_of(&list);
      if (!all || all->size() != kLanguages)
        return fail("texts.toml: " + name + " must be in all six languages");
      for (std::size_t i = 0; i < kLanguages; ++i) {
        const auto trial = formatted(edition.languages_[i], (*all)[i],
                                     trial_of(std::string(group.str()), std::string(key.str())));
        if (!trial || trial->empty())
          return fail("texts.toml: " + name + " is no ICU message in " + edition.languages_[i]);
      }
      edition.texts_.emplace(name, std::move(*all));
    }
  }
  std::vector<std::string> needed{"patterns/time", "patterns/position"};
  for (const auto& [name, form] : edition.forms_) needed.push_back("forms/" + name);
  for (const auto& [name, field] : edition.fields_) {
    needed.push_back("fields/" + name);
    if (field.type == FieldType::kNumber) needed.push_back("numbers/" + name);
    for (const std::string& choice : field.choices) needed.push_back("choices/" + choice);
  }
  for (const std::string& key : needed) {
    if (!edition.texts_.contains(key)) return fail("texts.toml: " + key + " is missing");
  }
  cbor::Encoder hashed;
  hashed.array(2).bytes(view_of(forms)).bytes(view_of(texts));
  edition.hash_ = hash_of(hashed.result());
  return edition;
}

FormsTag FormEdition::tag() const { return *FormsTag::from(hash_.view().first(FormsTag::kSize)); }

const Form* FormEdition::find(std::uint64_t code) const {
  const auto found = std::ranges::find(forms_, code, [](const auto& one) { return one.second.code; });
  return found == forms_.end() ? nullptr : &found->second;
}

const std::string& FormEdition::language_for(std::string_view language) const {
  const auto at = std::ranges::find(languages_, language.substr(0, 2));
  return at == languages_.end() ? languages_.front() : *at;
}

const std::string& FormEdition::pattern(std::string_view group, const std::string& key,
                                        std::string_view language) const {
  const auto at = std::ranges::find(languages_, language.substr(0, 2));
  const std::size_t index = at == languages_.end() ? 0 : static_cast<std::size_t>(at - languages_.begin());
  return texts_.at(std::string(group) + "/" + key)[index];
}

}  // namespace openline::notices
