// SPDX-License-Identifier: Apache-2.0
#include "cli/draft_json.h"

#include <algorithm>
#include <array>

#include "cli/json_fields.h"
#include "cli/json_text.h"

namespace openline::cli {
namespace {

using nlohmann::json;
using namespace json_fields;
using Fields = std::vector<std::pair<std::string, std::string>>;

// What a person reads before they stand behind it, in the order in which the far end reads it.
constexpr std::array<std::string_view, 6> kWords{"text", "subject", "reason", "toml", "goals", "outcomes"};

// Every value of `value`, however deep, by its name: a releaser sees all that goes out.
void add_fields(const std::string& name, const json& value, Fields& out) {
  if (value.is_object() || value.is_array()) {
    std::size_t at = 0;
    for (const auto& [key, item] : value.items()) {
      ++at;
      add_fields(value.is_object() ? name + (name.empty() ? "" : ".") + key : name + " " + std::to_string(at),
                 item, out);
    }
    return;
  }
  out.emplace_back(name, value.is_string() ? value.get<std::string>()
                                           : value.dump(-1, ' ', false, json::error_handler_t::replace));
}

DraftView draft_of(const json& j) {
  DraftView draft;
  draft.number = number(j, "draft");
  draft.version = number(j, "version");
  draft.needs = number(j, "needs");
  draft.releaser_needed = flag(j, "releaser_needed");
  for (const auto& [field, name] : {std::pair{&draft.line, "line"},
                                    {&draft.line_name, "line_name"},
                                    {&draft.desk, "desk"},
                                    {&draft.act, "act"},
                                    {&draft.entry_class, "class"},
                                    {&draft.exercise, "exercise"},
                                    {&draft.precedence, "precedence"},
                                    {&draft.state, "state"},
                                    {&draft.author, "author"},
                                    {&draft.time, "time"},
                                    {&draft.remark, "remark"},
                                    {&draft.confirm, "confirm"}}) {
    *field = text(j, name);
  }
  json rest = child(j, "body");
  for (const std::string_view name : kWords) {
    const auto found = rest.find(name);
    if (found == rest.end()) continue;
    add_fields(std::string(name), *found, draft.words);
    rest.erase(found);
  }
  add_fields("", rest, draft.fields);
  draft.released_by = list(j, "released_by", [](const json& one) {
    return ReleaseView{text(one, "officer"), text(one, "time"), text(one, "emergency")};
  });
  draft.entries = list(
      j, "entries", [](const json& one) { return DoneView::Made{number(one, "serial"), text(one, "id")}; });
  draft.may = texts(j, "may");
  return draft;
}

}  // namespace

std::optional<DraftView> read_draft(std::string_view json_text) {
  auto draft = read_object(json_text, draft_of);
  if (draft && draft->number == 0) return std::nullopt;
  return draft;
}

std::optional<std::vector<DraftView>> read_drafts(std::string_view json_text) {
  return read_object(json_text, [](const json& j) { return list(j, "drafts", draft_of); });
}

std::optional<EmergencyView> read_emergency(std::string_view json_text) {
  return read_object(json_text, [](const json& j) {
    return EmergencyView{text(j, "line_name"), text(j, "officer"),    text(j, "reason"), text(j, "class"),
                         text(j, "exercise"),  text(j, "precedence"), number(j, "draft")};
  });
}

std::string write_draft(std::string_view act, std::string_view body) {
  return json_object({{"act", std::string(act)}, {"body", RawJson{std::string(body)}}, {"submit", true}});
}

}  // namespace openline::cli
