// SPDX-License-Identifier: Apache-2.0
#include "demonstration/scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <stdexcept>

namespace openline::demonstration {
namespace {

std::string text_at(const toml::table& table, std::string_view key) {
  return table[key].value_or(std::string());
}

WallTime time_of(const toml::date_time& moment) {
  const std::chrono::sys_days day{std::chrono::year(moment.date.year) / moment.date.month / moment.date.day};
  const auto since = day.time_since_epoch() + std::chrono::hours(moment.time.hour) +
                     std::chrono::minutes(moment.time.minute) + std::chrono::seconds(moment.time.second);
  return WallTime{std::chrono::duration_cast<Milliseconds>(since)};
}

template <class Take>
void each_table(const toml::table& file, std::string_view key, Take take) {
  if (const toml::array* array = file[key].as_array()) {
    for (const toml::node& node : *array) {
      if (const toml::table* table = node.as_table()) take(*table);
    }
  }
}

std::map<std::string, std::string> texts_of(const toml::table& table, std::string_view key) {
  std::map<std::string, std::string> texts;
  if (const toml::table* inner = table[key].as_table()) {
    for (const auto& [name, value] : *inner) texts[std::string(name.str())] = value.value_or(std::string());
  }
  return texts;
}

// Texts, whole numbers, dates, and moments in UTC; empty for anything else.
std::string text_of(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto date = node.value_exact<toml::date>())
    return fmt::format("{:04}-{:02}-{:02}", date->year, date->month, date->day);
  if (const auto moment = node.value_exact<toml::date_time>())
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", moment->date.year, moment->date.month,
                       moment->date.day, moment->time.hour, moment->time.minute, moment->time.second);
  return {};
}

std::vector<std::string> list_of(const toml::array& array) {
  std::vector<std::string> texts;
  for (const toml::node& node : array) texts.push_back(text_of(node));
  return texts;
}

std::expected<ScenarioStep, std::string> read_step(const toml::table& table) {
  ScenarioStep step;
  const auto at = table["at"].value<toml::date_time>();
  step.what = text_at(table, "do");
  if (!at || step.what.empty()) {
    return std::unexpected(fmt::format("line {}: a step needs 'at' and 'do'", table.source().begin.line));
  }
  step.at = time_of(*at);
  step.party = text_at(table, "party");
  step.line = text_at(table, "line");
  for (const auto& [key, value] : table) {
    const std::string name(key.str());
    if (const toml::array* array = value.as_array()) {
      step.lists[name] = list_of(*array);
    } else if (const toml::table* inner = value.as_table()) {
      for (const auto& [field, what] : *inner) {
        const toml::array* several = what.as_array();
        step.tables[name].emplace_back(
            field.str(),
            several != nullptr ? fmt::format("{}", fmt::join(list_of(*several), "; ")) : text_of(what));
      }
    } else {
      step.words[name] = text_of(value);
    }
  }
  return step;
}

}  // namespace

std::expected<Scenario, std::string> Scenario::read(const std::string& file) {
  toml::table table;
  try {
    table = toml::parse_file(file);
  } catch (const toml::parse_error& error) {
    return std::unexpected(
        fmt::format("{}, line {}: {}", file, error.source().begin.line, std::string(error.description())));
  } catch (const std::logic_error& error) {  // of its own assertions (cmake/dependencies.cmake)
    return std::unexpected(fmt::format("{}: {}", file, error.what()));
  }
  Scenario scenario;
  scenario.title = text_at(table, "title");
  scenario.entry_class = text_at(table, "class");
  scenario.exercise = text_at(table, "exercise");
  each_table(table, "party", [&](const toml::table& party) {
    scenario.parties.push_back({text_at(party, "code"), text_at(party, "name"), text_at(party, "language")});
  });
  each_table(table, "path",
             [&](const toml::table& path) { scenario.paths.push_back(text_at(path, "name")); });
  each_table(table, "line", [&](const toml::table& line) {
    scenario.lines.push_back({text_at(line, "name"), texts_of(line, "desks"), text_at(line, "record"),
                              text_at(line, "test_every"), texts_of(line, "answer_within")});
  });
  std::string problem;
  each_table(table, "step", [&](const toml::table& step) {
    std::expected<ScenarioStep, std::string> read = read_step(step);
    if (read) {
      scenario.steps.push_back(std::move(*read));
    } else if (problem.empty()) {
      problem = file + ", " + read.error();
    }
  });
  if (!problem.empty()) return std::unexpected(problem);
  if (scenario.parties.size() != 2 || scenario.lines.empty() || scenario.steps.empty()) {
    return std::unexpected(file + ": a scenario has two parties, a line and steps");
  }
  return scenario;
}

}  // namespace openline::demonstration
