// SPDX-License-Identifier: Apache-2.0
// What an entry says in words, for whoever searches: texts, subjects, goals, reasons, translations, accounts,
// names of visits, exercises and files, and of a notice what a reader is shown, in each language of its form.
// Not: roles, ids, and what stations tell each other.
#pragma once

#include <string>
#include <vector>

#include "core/record/entry.h"
#include "notices/editions.h"

namespace openline::daemon {

// Empty of an entry that has none, or whose body does not decode.
[[nodiscard]] std::vector<std::string> entry_words(const Entry& entry, const notices::Editions& editions);

}  // namespace openline::daemon
