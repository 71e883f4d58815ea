// SPDX-License-Identifier: Apache-2.0
// Two real stations on this machine, their paths through the relay, and the programs that attend their desks.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "cli/station_api.h"
#include "demonstration/process.h"
#include "demonstration/relay.h"
#include "demonstration/scenario.h"

namespace openline::demonstration {

struct Places {
  std::string programs;  // folder of `openline` and `openlined`
  std::string work;      // a fresh folder for the stations
};

// What went wrong, in words; ends the demonstration.
struct StageError {
  std::string message;
};

class Stage {
 public:
  Stage(Places places, const Scenario& scenario);
  void set_up();  // keys, cards, courier key, daemons, agreements: each as an engineer would type it

  [[nodiscard]] const cli::StationApi& api(std::size_t side) const { return *sides_[side].api; }
  [[nodiscard]] const std::string& folder(std::size_t side) const { return sides_[side].folder; }
  [[nodiscard]] std::size_t side_of(const std::string& party) const {
    return scenario_.parties[0].code == party ? 0 : 1;
  }
  void attend(std::size_t side, const std::string& line, const std::string& role);
  void leave(std::size_t side, const std::string& line);
  [[nodiscard]] Beside* officer(std::size_t side, const std::string& line);
  void set_path(const std::string& path, bool open);
  [[nodiscard]] bool any_path() const { return closed_.size() < scenario_.paths.size(); }
  void jump(Seconds by);  // both stations, in step
  // The address of the side's console.
  [[nodiscard]] std::string console(std::size_t side) const;
  [[nodiscard]] const std::string& party(std::size_t side) const { return scenario_.parties[side].name; }
  // Stops the station, gives it a desk.toml, and starts it again with a clock that nobody moves.
  void restart_with_plan(std::size_t side, const std::string& desk_toml);
  // A file in the demonstration's folder, whole; its name.
  [[nodiscard]] std::string write_in_work(const std::string& name, const std::string& text) const;
  // Runs `openline` with these words; shows the command when `show`, stops the demonstration when it fails.
  std::string openline(const Arguments& words, bool show = true) const;
  // Waits until it holds, or says what did not come true.
  void await(const std::string& what, const std::function<bool()>& holds) const;
  [[nodiscard]] cli::LineView line(std::size_t side, const std::string& name) const;
  [[nodiscard]] std::string fingerprint(std::size_t side) const { return sides_[side].fingerprint; }

 private:
  struct Side {
    std::string folder, fingerprint;
    std::string settings;  // station.toml as `openline init` wrote it
    std::uint16_t console_port = 0;
    std::unique_ptr<cli::StationApi> api;
    std::unique_ptr<Beside> daemon;
    std::map<std::string, std::unique_ptr<Beside>> officers;  // by line
  };
  void make_folder(std::size_t side);
  void write_settings(std::size_t side, bool demo_clock);
  void start(std::size_t side);
  void exchange_cards();
  void agree(const ScenarioLine& line);

  Places places_;
  const Scenario& scenario_;
  Relay relay_;
  std::vector<RelayedPath> paths_;
  std::array<Side, 2> sides_;
  std::map<std::string, bool> closed_;
};

// The value, or the end of the demonstration.
template <class T>
T sure(cli::Outcome<T> outcome) {
  if (!outcome) throw StageError{outcome.error().message};
  return std::move(*outcome);
}

}  // namespace openline::demonstration
