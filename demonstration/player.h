// SPDX-License-Identifier: Apache-2.0
// Plays a scenario on a stage and shows what each desk sees.
#pragma once

#include <array>
#include <set>

#include "demonstration/stage.h"

namespace openline::demonstration {

class Player {
 public:
  Player(Stage& stage, const Scenario& scenario) : stage_(stage), scenario_(scenario) {}
  void play();     // every step
  void compare();  // exports both records and verifies them; throws StageError when they differ

  // Which steps are played: those that are not are named, never passed over in silence.
  [[nodiscard]] static bool plays(const std::string& what);

 private:
  void play_step(const ScenarioStep& step);
  void attend(const ScenarioStep& step);
  void leave(const ScenarioStep& step);
  void text(const ScenarioStep& step);
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
  std::set<std::string> left_out_;
};

}  // namespace openline::demonstration
