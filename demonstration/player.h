// SPDX-License-Identifier: Apache-2.0
// Plays a scenario on a stage and shows what each desk sees.
#pragma once

#include <array>
#include <set>

#include "cli/act_options.h"
#include "demonstration/stage.h"

namespace openline::demonstration {

[[nodiscard]] std::string utc(WallTime time);         // "2023-06-14 00:30Z"
[[nodiscard]] std::string utc_of_api(WallTime time);  // "2023-06-14T00:30:00Z"

class Player {
 public:
  Player(Stage& stage, const Scenario& scenario) : stage_(stage), scenario_(scenario) {}
  void play();     // every step
  void compare();  // exports both records and verifies them; throws StageError when they differ

 private:
  void play_step(const ScenarioStep& step);
  void attend(const ScenarioStep& step);
  void leave(const ScenarioStep& step);
  void text(const ScenarioStep& step);
  void path(const ScenarioStep& step);
  // Acts of the desks: put on record by `side`, and waited for at the far end.
  void contact(const ScenarioStep& step);
  void visit(const ScenarioStep& step);
  void notice(const ScenarioStep& step);
  void call(const ScenarioStep& step);
  void readout(const ScenarioStep& step);
  void translation(const ScenarioStep& step);
  std::string put(std::size_t side, cli::ActOptions options);  // gives the entry's id
  void check_expected();
  void show_matters();
  void move_clock(WallTime to);
  void test_each_way();
  void wait_for_delivery();
  void acknowledge(std::size_t side, const std::string& line, const std::string& id);
  void show(const std::string& heading);
  [[nodiscard]] std::vector<std::string> view_of(std::size_t side);

  Stage& stage_;
  const Scenario& scenario_;
  WallTime clock_{};
  std::array<std::uint64_t, 2> seen_{};  // newest serial shown, by side
  std::array<std::map<std::string, std::string>, 2> lamps_;
  std::map<std::string, std::string> last_;      // ids of the last call and the last request, by line
  std::map<std::string, std::string> readouts_;  // the last readout's id, by line and party
  std::map<std::string, std::vector<std::string>> goals_;  // of visits, by name
  std::map<std::string, std::string> unanswered_;          // requests that nobody is to answer: line by id
};

}  // namespace openline::demonstration
