// SPDX-License-Identifier: Apache-2.0
// An edition of forms: what the numbers of a notice mean, and how they read in each language. Data, read from
// TOML (forms/EDITION/); agreements name it by its hash.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/record/notice_bodies.h"

namespace openline::notices {

enum class FieldType : std::uint8_t { kTime, kPosition, kNumber, kChoice, kText };

struct Field {
  std::uint64_t number = 0;
  std::string name;
  FieldType type{};
  std::int64_t least = 0, most = 0;  // of a number; a text has at most `most` bytes
  std::vector<std::string> choices;  // names; their place is the value
  std::vector<std::string> inputs;   // of a position: how latitude and longitude are called when filled in
};
struct FormField {
  const Field* field = nullptr;
  bool required = false;
};
struct Form {
  std::uint64_t code = 0;
  std::string name;
  bool refers = false;            // names the entry that it answers, corrects or withdraws
  std::vector<FormField> fields;  // in the order of the layout
};

class FormEdition {
 public:
  // `forms` and `texts`: the contents of forms.toml and texts.toml. An error names the file and the key;
  // every text must be there in every language, and hold as an ICU message.
  [[nodiscard]] static Result<FormEdition> read(std::string_view forms, std::string_view texts);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Hash& hash() const { return hash_; }  // BLAKE2b-256 over [forms, texts], section 9.9
  [[nodiscard]] FormsTag tag() const;
  [[nodiscard]] const std::map<std::string, Form>& forms() const { return forms_; }
  [[nodiscard]] const Form* find(std::uint64_t code) const;
  [[nodiscard]] const std::vector<std::string>& languages() const { return languages_; }
  // This language, or the first where the edition does not have it.
  [[nodiscard]] const std::string& language_for(std::string_view language) const;
  // The ICU pattern of a text, in this language or, where the edition does not have it, in its first.
  [[nodiscard]] const std::string& pattern(std::string_view group, const std::string& key,
                                           std::string_view language) const;

 private:
  std::string name_;
  Hash hash_;
  std::vector<std::string> languages_;
  std::map<std::string, Field> fields_;  // stays where it is: forms point into it
  std::map<std::string, Form> forms_;
  std::map<std::string, std::vector<std::string>> texts_;  // "group/key", by language
};

// The edition that this program was built with.
[[nodiscard]] const FormEdition& built_in_edition();

}  // namespace openline::notices
