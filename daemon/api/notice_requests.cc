// SPDX-License-Identifier: Apache-2.0
// Notices: forms as they are filled in, and as they are read (docs/api.md section 3).
#include <algorithm>
#include <nlohmann/json.hpp>

#include "daemon/api/act_request.h"
#include "daemon/api/act_view.h"
#include "daemon/api/json_input.h"
#include "notices/notice.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

json field_view(const notices::FormEdition& edition, const notices::FormField& one,
                const std::string& language) {
  constexpr const char* kTypes[] = {"time", "position", "number", "choice", "text"};
  const notices::Field& field = *one.field;
  json view{{"name", field.name},
            {"label", notices::text_of(edition, "fields", field.name, language)},
            {"type", kTypes[static_cast<std::size_t>(field.type)]},
            {"required", one.required}};
  if (field.type == notices::FieldType::kNumber) view["least"] = field.least;
  if (field.most != 0) view["most"] = field.most;
  if (!field.inputs.empty()) view["inputs"] = field.inputs;
  for (const std::string& choice : field.choices) {
    view["choices"].push_back(
        {{"name", choice}, {"text", notices::text_of(edition, "choices", choice, language)}});
  }
  return view;
}

// Values are texts; numbers are as good.
std::map<std::string, std::string> read_values(JsonReader& reader) {
  std::map<std::string, std::string> values;
  const json* object = reader.optional_object("fields");
  if (object == nullptr) return values;
  for (const auto& [name, value] : object->items()) {
    if (value.is_string()) {
      values[name] = value.get<std::string>();
    } else if (value.is_number()) {
      values[name] = value.dump();
    } else {
      reader.refuse("fields." + name, "must be text or a number");
    }
  }
  return values;
}

}  // namespace

void show_notice(const Entry& entry, const LineContext& line, json& view, std::vector<std::string>& labels) {
  const auto body = NoticeBody::decode(entry.body);
  if (!body) {
    labels.push_back("bad body: " + body.error().text());
    return;
  }
  const notices::NoticeView read = notices::read(line.editions->find(body->edition), line.language, *body);
  json rows = json::array();
  for (const notices::NoticeView::Row& row : read.rows)
    rows.push_back({{"name", row.name}, {"label", row.label}, {"value", row.value}});
  view["form"] = read.form;
  view["title"] = read.title;
  view["rows"] = std::move(rows);
  view["refers"] = body->refers ? json(body->refers->hex()) : json(nullptr);
  for (const std::string& label : read.labels) labels.push_back(label);
}

Api::Refusal Api::get_forms(const CallPtr& call) {
  QueryReader query(call->request);
  const std::string language = query.optional_text("language", 16).value_or("en");
  const std::string wanted = query.optional_text("edition", 64).value_or("");
  if (auto wrong = query.finish()) return wrong;
  const std::vector<const notices::FormEdition*> held = station_.editions().all();
  const auto found = std::ranges::find_if(held, [&](const notices::FormEdition* one) {
    return wanted.empty() || one->name() == wanted || one->hash().hex() == wanted;
  });
  if (found == held.end())
    return ApiError{404, "not_found", "this station holds no edition of forms '" + wanted + "'", "edition"};
  const notices::FormEdition& edition = **found;
  json editions = json::array();
  for (const notices::FormEdition* one : held)
    editions.push_back({{"edition", one->name()}, {"hash", one->hash().hex()}});
  json forms = json::array();
  for (const auto& [name, form] : edition.forms()) {
    json fields = json::array();
    for (const notices::FormField& field : form.fields)
      fields.push_back(field_view(edition, field, language));
    forms.push_back({{"form", name},
                     {"code", form.code},
                     {"title", notices::text_of(edition, "forms", name, language)},
                     {"refers", form.refers},
                     {"fields", std::move(fields)}});
  }
  call->answer(200, {{"edition", edition.name()},
                     {"hash", edition.hash().hex()},
                     {"languages", edition.languages()},
                     {"editions", std::move(editions)},
                     {"forms", std::move(forms)}});
  return std::nullopt;
}

Api::Refusal Api::post_notice(const CallPtr& call) {
  const auto request = read_act(call, std::nullopt);
  if (!request) return request.error();
  const std::optional<Hash>& agreed = request->context.forms;
  const notices::FormEdition* held =
      agreed ? station_.editions().find(*agreed) : &notices::built_in_edition();
  if (held == nullptr)
    return ApiError{409, "conflict",
                    "this station does not hold the edition of forms that the agreement names (" +
                        agreed->hex().substr(0, 16) +
                        "): put its forms.toml and texts.toml into forms/NAME/ of "
                        "the station's folder and start it again",
                    "form"};
  const notices::FormEdition& edition = *held;
  JsonReader reader(request->body);
  const std::string form = reader.text("form", 64);
  const auto values = read_values(reader);
  const std::string about = reader.optional_text("refers", 64, 4).value_or("");
  if (!about.empty() && !is_id_prefix(about))
    reader.refuse("refers", "must be at least 4 lower-case hexadecimal digits");
  if (!reader.good()) return reader.finish();
  // Checked with any id: which entry it is, the store says afterwards.
  auto filled = notices::fill(edition, form, values, about.empty() ? std::nullopt : std::optional(EntryId{}));
  if (!filled) {
    std::string all;
    for (const notices::FieldProblem& one : filled.error())
      all += (all.empty() ? "" : "; ") + one.field + " " + one.problem;
    return ApiError{422, "bad_field", all, filled.error().front().field};
  }
  if (about.empty()) return put_act(call, *request, reader, std::move(*filled));
  const Precedence precedence = reader.optional_precedence("precedence").value_or(Precedence::kRoutine);
  if (auto wrong = reader.finish()) return wrong;
  PutAct command{request->line, precedence, {}, "", std::move(*filled), request->given_key()};
  put_about(call, *request, about, std::move(command),
            [](ActBody& act, const EntryId& id) { std::get<NoticeBody>(act).refers = id; });
  return std::nullopt;
}

}  // namespace openline::daemon
