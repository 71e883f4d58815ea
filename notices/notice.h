// SPDX-License-Identifier: Apache-2.0
// Filling a form in, and reading a notice in the reader's language.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "notices/edition.h"

namespace openline::notices {

struct FieldProblem {
  std::string field, problem;
};
// All that is wrong is said, by field; nothing is taken in part. Values are texts: "18300", "33.68",
// "2023-02-04T19:39:00Z"; a choice by its name or by its text in any of the edition's languages.
[[nodiscard]] std::expected<NoticeBody, std::vector<FieldProblem>> fill(
    const FormEdition& edition, const std::string& form, const std::map<std::string, std::string>& values,
    const std::optional<EntryId>& refers);

struct NoticeView {
  struct Row {
    std::string name, label, value;
  };
  std::string form, title;
  std::vector<Row> rows;
  std::vector<std::string> labels;  // what is wrong with it, for the reader; in English, as all labels are
};
// `edition`: the one that the notice names, or nullptr where it is not held here: then codes are shown.
[[nodiscard]] NoticeView read(const FormEdition* edition, std::string_view language, const NoticeBody& body);

// A plain text of the edition: a form's title, a field's label, a choice.
[[nodiscard]] std::string text_of(const FormEdition& edition, std::string_view group, const std::string& key,
                                  std::string_view language);

}  // namespace openline::notices
