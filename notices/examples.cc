// SPDX-License-Identifier: Apache-2.0
#include "notices/examples.h"

#include "notices/notice.h"

namespace openline::notices {
namespace {

const std::map<std::string, std::string> kHere{{"latitude", "33.68"}, {"longitude", "-78.88"}};
constexpr const char* kMoment = "2023-02-04T19:39:00Z";
constexpr const char* kLater = "2023-02-06T00:00:00Z";

Example made(std::string form, std::map<std::string, std::string> values, bool here = true) {
  if (here) values.insert(kHere.begin(), kHere.end());
  return {std::move(form), std::move(values)};
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += " " + cell + " |";
  return out + "\n";
}

std::string input_text(const Example& example) {
  std::string out;
  for (const auto& [name, value] : example.values)
    out += (out.empty() ? "" : " ") + name + "=" +
           (value.find(' ') == std::string::npos ? value : "\"" + value + "\"");
  return out;
}

std::string section(const FormEdition& edition, const Example& example) {
  const Form& form = edition.forms().at(example.form);
  const auto body =
      fill(edition, example.form, example.values, form.refers ? std::optional(EntryId{}) : std::nullopt);
  if (!body)
    return "## " + example.form + "\n\n" + body.error().front().field + ": " + body.error().front().problem +
           "\n";
  std::string out = "\n## " + example.form + "\n\nCode " + std::to_string(form.code) + ", " +
                    std::to_string(body->encode().size()) + " bytes on the wire" +
                    (form.refers ? ", 34 of them for the entry that it is about" : "") + ". Filled in as\n`" +
                    input_text(example) + "`\n\n";
  std::vector<std::string> titles, rule;
  std::vector<NoticeView> views;
  for (const std::string& language : edition.languages()) {
    views.push_back(read(&edition, language, *body));
    titles.push_back(views.back().title);
    rule.emplace_back("---");
  }
  out += row(titles) + row(rule);
  for (std::size_t at = 0; at < views.front().rows.size(); ++at) {
    std::vector<std::string> cells;
    for (const NoticeView& view : views) cells.push_back(view.rows[at].label + ": " + view.rows[at].value);
    out += row(cells);
  }
  return out;
}

}  // namespace

const std::vector<Example>& examples() {
  static const std::vector<Example> kExamples{
      made("object-in-airspace", {{"object", "balloon"},
                                  {"objects", "1"},
                                  {"observed_at", kMoment},
                                  {"altitude_m", "18300"},
                                  {"speed_kn", "42"},
                                  {"heading_deg", "95"},
                                  {"action", "engaged over own territorial waters"},
                                  {"danger_to_persons", "none known"}}),
      made("encounter", {{"domain", "at-sea"},
                         {"observed_at", kMoment},
                         {"own_unit", "ship"},
                         {"their_unit", "ship"},
                         {"manoeuvre", "crossing"},
                         {"distance_m", "140"},
                         {"damage", "none-known"},
                         {"danger_to_persons", "possible"}}),
      made("launch", {{"launch_kind", "ballistic-missile"},
                      {"launch_at", kMoment},
                      {"window_end", kLater},
                      {"azimuth_deg", "270"},
                      {"impact_latitude", "9.4"},
                      {"impact_longitude", "167.47"}}),
      made("exercise", {{"exercise_kind", "combined"},
                        {"starts_at", kMoment},
                        {"ends_at", kLater},
                        {"radius_km", "120"},
                        {"persons", "13000"}}),
      made("dangerous-material", {{"material", "chemical"},
                                  {"release", "continuing"},
                                  {"observed_at", kMoment},
                                  {"wind_from_deg", "210"},
                                  {"radius_km", "5"},
                                  {"danger_to_persons", "injured"},
                                  {"help_wanted", "technical"}}),
      made("cyber-incident",
           {{"system", "power-grid"},
            {"effect", "outage"},
            {"observed_at", kMoment},
            {"origin", "under-inquiry"},
            {"danger_to_persons", "possible"},
            {"help_wanted", "information"}},
           false),
      made("search-and-rescue", {{"craft", "aircraft"},
                                 {"persons", "3"},
                                 {"observed_at", kMoment},
                                 {"radius_km", "40"},
                                 {"danger_to_persons", "injured"},
                                 {"help_wanted", "rescue"}}),
      made("humanitarian", {{"site_kind", "convoy"},
                            {"radius_km", "2"},
                            {"persons", "21"},
                            {"starts_at", kMoment},
                            {"ends_at", kLater}}),
      made("query",
           {{"activity", "flights"}, {"observed_at", kMoment}, {"radius_km", "60"}, {"deadline", kLater}}),
      made("reply", {{"explanation", "planned-activity"}, {"ends_at", kLater}}, false),
      made("protest", {{"subject", "airspace"}, {"observed_at", kMoment}, {"demand", "explain"}}),
      made("line-fault", {{"fault", "path-down"}, {"observed_at", kMoment}, {"ends_at", kLater}}, false),
      made("correction", {{"change", "corrected"}, {"because", "wrong-data"}}, false)};
  return kExamples;
}

std::string examples_document() {
  const FormEdition& edition = built_in_edition();
  std::string out = "# Notices\n\nA filled notice of every form of edition " + edition.name() +
                    ", as each reader sees it without translation. Made by `openline-notices-table` from "
                    "`forms/` and checked by "
                    "a test.\nThe edition's hash, for `forms = \"…\"` in an agreement:\n`" +
                    edition.hash().hex() + "`\n";
  for (const Example& example : examples()) out += section(edition, example);
  return out;
}

}  // namespace openline::notices
