// SPDX-License-Identifier: Apache-2.0
// A scenario file: parties, paths, lines, and steps in order (june-2023.toml says what the words mean).
#pragma once

#include <expected>
#include <map>
#include <string>
#include <vector>

#include "core/wire/time.h"

namespace openline::demonstration {

struct ScenarioParty {
  std::string code, name, language;
};
struct ScenarioLine {
  std::string name;
  std::map<std::string, std::string> desks;  // by party code
  std::string record, test_every;
  std::map<std::string, std::string> answer_within;
};
struct ScenarioStep {
  WallTime at;
  std::string party, line, what;             // `do` in the file; party and line may be empty
  std::map<std::string, std::string> words;  // the step's other values, as text, by key
  std::map<std::string, std::vector<std::string>> lists;
  // Its tables: each value as text, or as the texts of a list joined by "; ".
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> tables;
};
struct Scenario {
  std::string title, entry_class, exercise;
  std::vector<ScenarioParty> parties;
  std::vector<std::string> paths;
  std::vector<ScenarioLine> lines;
  std::vector<ScenarioStep> steps;
  // An error names the file and the place.
  [[nodiscard]] static std::expected<Scenario, std::string> read(const std::string& file);
};

}  // namespace openline::demonstration
