// SPDX-License-Identifier: Apache-2.0
#include "demonstration/stage.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

namespace openline::demonstration {
namespace {

constexpr std::chrono::seconds kPatience{60};

std::string read_file(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& name, const std::string& text) {
  std::ofstream out(name, std::ios::binary);
  out << text;
  if (!out.flush()) throw StageError{"cannot write " + name};
}

}  // namespace

Stage::Stage(Places places, const Scenario& scenario) : places_(std::move(places)), scenario_(scenario) {
  for (std::size_t at = 0; at < scenario_.paths.size(); ++at) {
    RelayedPath path;
    path.name = scenario_.paths[at];
    path.tcp = path.name == "backup";
    if (path.name == "satellite") path.delay = std::chrono::milliseconds(270), path.bytes_a_second = 64'000;
    for (std::size_t side = 0; side < 2; ++side)
      path.front[side] = free_port(), path.station[side] = free_port();
    relay_.add(path);
    paths_.push_back(path);
  }
}

std::string Stage::openline(const Arguments& words, bool show) const {
  Arguments command{places_.programs + "/openline"};
  command.insert(command.end(), words.begin(), words.end());
  if (show) {
    fmt::print("  $ openline");
    for (const std::string& word : words) {
      const char* quote = word.find_first_of(" *") == std::string::npos ? "" : "'";
      fmt::print(" {}{}{}", quote, word, quote);
    }
    fmt::print("\n");
  }
  const Finished finished = run(command);
  if (finished.exit_code != 0) {
    throw StageError{fmt::format("openline {} ended with {}:\n{}", words.size() > 2 ? words[2] : words[0],
                                 finished.exit_code, finished.output)};
  }
  return finished.output;
}

void Stage::await(const std::string& what, const std::function<bool()>& holds) const {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) throw StageError{"did not come true within 60 s: " + what};
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
}

void Stage::make_folder(std::size_t side) {
  const ScenarioParty& party = scenario_.parties[side];
  sides_[side].folder = places_.work + "/" + party.code;
  Arguments words{"init",   sides_[side].folder, "--code",     party.code,
                  "--name", party.name,          "--language", party.language};
  for (const RelayedPath& path : paths_) {
    const char* kind = path.tcp ? "tcp" : "udp";
    words.insert(words.end(),
                 {"--listen", fmt::format("{}={}:127.0.0.1:{}", path.name, kind, path.station[side]),
                  "--announce", fmt::format("{}={}:127.0.0.1:{}", path.name, kind, path.front[side])});
  }
  openline(words);
  sides_[side].settings = read_file(sides_[side].folder + "/station.toml");
  sides_[side].console_port = free_port();
  write_settings(side, true);
  sides_[side].api = std::make_unique<cli::StationApi>(sides_[side].folder + "/api.sock");
}

// The demonstration's own settings: a clock that can be moved while it plays, and quick signs of life, since
// paths are cut in real time.
void Stage::write_settings(std::size_t side, bool demo_clock) {
  const auto begin =
      std::chrono::duration_cast<Seconds>(scenario_.steps.front().at.time_since_epoch()).count();
  const Side& one = sides_[side];
  write_file(
      one.folder + "/station.toml",
      (demo_clock ? fmt::format("demo_clock = true\ndemo_start = {}\n", begin) : "") + one.settings +
          "\n[link]\nheartbeat_idle = \"1s\"\nheartbeat_busy = \"1s\"\nhandshake_repeat_max = \"2s\"\n" +
          fmt::format("\n[console]\nlisten = \"127.0.0.1:{}\"\n", one.console_port));
}

std::string Stage::console(std::size_t side) const {
  return fmt::format("http://127.0.0.1:{}/", sides_[side].console_port);
}

void Stage::start(std::size_t side) {
  const std::string& folder = sides_[side].folder;
  fmt::print("  $ openline -s {} run &\n", folder);
  sides_[side].daemon = std::make_unique<Beside>(
      Arguments{places_.programs + "/openline", "-s", folder, "run"}, folder + "/log");
  await("station " + scenario_.parties[side].code + " answers", [&] {
    if (!sides_[side].daemon->running())
      throw StageError{"the station stopped:\n" + read_file(folder + "/log")};
    return sides_[side].api->status().has_value();
  });
}

void Stage::restart_with_plan(std::size_t side, const std::string& desk_toml) {
  Side& one = sides_[side];
  one.officers.clear();
  one.daemon.reset();
  write_settings(side, false);
  write_file(one.folder + "/desk.toml", desk_toml);
  start(side);
}

std::string Stage::write_in_work(const std::string& name, const std::string& text) const {
  const std::string file = places_.work + "/" + name;
  write_file(file, text);
  return file;
}

void Stage::exchange_cards() {
  const std::string key = places_.work + "/courier-key";
  openline({"courier-key", "-o", key});
  for (std::size_t side = 0; side < 2; ++side) {
    openline({"-s", sides_[side].folder, "accept", sides_[1 - side].folder + "/card.openline",
              "--courier-key", key, "--yes"});
    sides_[side].fingerprint = sure(sides_[side].api->own_card()).value.fingerprint;
  }
  for (std::size_t side = 0; side < 2; ++side) {
    await("the stations have a session", [&] {
      const auto status = sure(sides_[side].api->status());
      return !status.value.peers.empty() && !status.value.peers.front().links.empty() &&
             status.value.peers.front().links.front().session;
    });
  }
}

void Stage::agree(const ScenarioLine& line) {
  std::string text = fmt::format("line = \"{}\"\nmembers = [\n", line.name);
  for (std::size_t side = 0; side < 2; ++side) {
    const std::string& code = scenario_.parties[side].code;
    text += fmt::format("  {{ party = \"{}\", root = \"{}\", desk = \"{}\" }},\n", code,
                        sides_[side].fingerprint, line.desks.at(code));
  }
  text += fmt::format(
      "]\nrecord = \"{}\"\nlanguages = {{ {} = \"{}\", {} = \"{}\" }}\ntest_every = \"{}\"\nanswer_within = "
      "{{",
      line.record, scenario_.parties[0].code, scenario_.parties[0].language, scenario_.parties[1].code,
      scenario_.parties[1].language, line.test_every);
  const char* comma = "";
  for (const auto& [precedence, within] : line.answer_within) {
    text += fmt::format("{} {} = \"{}\"", std::exchange(comma, ","), precedence, within);
  }
  text += " }\n";
  const std::string file = places_.work + "/" + line.name + ".toml";
  write_file(file, text);
  openline({"-s", sides_[0].folder, "agree", file});
  await("the proposal of '" + line.name + "' arrives",
        [&] { return !sure(sides_[1].api->status()).value.proposals.empty(); });
  openline({"-s", sides_[1].folder, "agree", file});
  for (std::size_t side = 0; side < 2; ++side) {
    await("line '" + line.name + "' exists at both ends",
          [&] { return sides_[side].api->line(line.name).has_value(); });
  }
}

void Stage::set_up() {
  make_folder(0);
  make_folder(1);
  start(0);
  start(1);
  exchange_cards();
  for (const ScenarioLine& line : scenario_.lines) agree(line);
}

cli::LineView Stage::line(std::size_t side, const std::string& name) const {
  return sure(sides_[side].api->line(name)).value;
}

void Stage::attend(std::size_t side, const std::string& name, const std::string& role) {
  const std::string& folder = sides_[side].folder;
  sides_[side].officers[name] = std::make_unique<Beside>(
      Arguments{places_.programs + "/openline", "-s", folder, "attend", name, "--role", role},
      folder + "/desk-" + name);
  await("the desk is attended", [&] { return line(side, name).own_state == "attended"; });
}

void Stage::leave(std::size_t side, const std::string& name) {
  sides_[side].officers.erase(name);
  await("the desk is left", [&] { return line(side, name).own_state == "unattended"; });
}

Beside* Stage::officer(std::size_t side, const std::string& name) {
  const auto found = sides_[side].officers.find(name);
  return found == sides_[side].officers.end() ? nullptr : found->second.get();
}

void Stage::set_path(const std::string& path, bool open) {
  relay_.set_open(path, open);
  if (open) {
    closed_.erase(path);
  } else {
    closed_[path] = true;
  }
  for (std::size_t side = 0; side < 2; ++side) {
    await("status says that path " + path + (open ? " is up" : " is down"), [&] {
      const auto status = sure(sides_[side].api->status());
      bool matches = false;
      for (const cli::PathView& view : status.value.peers.front().links.front().paths) {
        if (view.path == path && (view.state == "up") == open && view.state != "untried") matches = true;
        if (view.path == path && !open && view.state == "up") return false;
      }
      return matches;
    });
  }
}

void Stage::jump(Seconds by) {
  for (std::size_t side = 0; side < 2; ++side) {
    cli::HttpExchange exchange(sides_[side].folder + "/api.sock");
    cli::HttpRequest request{"POST", "/v1/demo/clock", {}, fmt::format("{{\"by_s\": {}}}", by.count())};
    const auto answer = exchange.request(request);
    if (!answer || answer->head.status != 200) {
      throw StageError{"the demonstration clock did not move: " +
                       (answer ? answer->body : answer.error().message)};
    }
  }
}

}  // namespace openline::demonstration
