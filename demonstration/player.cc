// SPDX-License-Identifier: Apache-2.0
#include "demonstration/player.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/entry_view.h"
#include "cli/visible_text.h"
#include "demonstration/screen.h"

namespace openline::demonstration {
namespace {

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
  return text;
}

const std::string& word(const ScenarioStep& step, const std::string& key) {
  static const std::string kNone;
  const auto found = step.words.find(key);
  return found == step.words.end() ? kNone : found->second;
}

std::string entry_words(const cli::EntryView& entry) {
  const std::string head = fmt::format("{} {} ", entry.own ? "we:" : entry.author + ":", entry.line_name);
  if (entry.kind != "text")
    return fmt::format("{}[{} {}] {}", head, upper(entry.entry_class), entry.exercise, cli::act_text(entry));
  std::string words = fmt::format("{}{} [{} {}] {}", head, upper(entry.precedence), upper(entry.entry_class),
                                  entry.exercise, cli::visible_line(entry.text));
  return words;
}

std::chrono::sys_seconds seconds_of(WallTime time) {
  return std::chrono::sys_seconds(std::chrono::duration_cast<Seconds>(time.time_since_epoch()));
}

}  // namespace

std::string utc(WallTime time) { return fmt::format("{:%F %H:%M}Z", seconds_of(time)); }
std::string utc_of_api(WallTime time) { return fmt::format("{:%FT%H:%M:%S}Z", seconds_of(time)); }

void Player::play() {
  clock_ = scenario_.steps.front().at;
  show("The line stands");
  for (const ScenarioStep& step : scenario_.steps) {
    move_clock(step.at);
    play_step(step);
    std::fflush(stdout);
  }
  wait_for_delivery();
  show("Everything has arrived");
  show_matters();
}

void Player::play_step(const ScenarioStep& step) {
  using Play = void (Player::*)(const ScenarioStep&);
  static const std::map<std::string, Play> kPlays{{"attend", &Player::attend},
                                                  {"leave", &Player::leave},
                                                  {"text", &Player::text},
                                                  {"path-down", &Player::path},
                                                  {"path-up", &Player::path},
                                                  {"request-contact", &Player::contact},
                                                  {"decline", &Player::contact},
                                                  {"accept-contact", &Player::contact},
                                                  {"propose-visit", &Player::visit},
                                                  {"accept-visit", &Player::visit},
                                                  {"postpone-visit", &Player::visit},
                                                  {"visit-outcome", &Player::visit},
                                                  {"notice", &Player::notice},
                                                  {"call", &Player::call},
                                                  {"readout", &Player::readout},
                                                  {"translation", &Player::translation}};
  const auto found = kPlays.find(step.what);
  if (found == kPlays.end()) throw StageError("the scenario has a step that is not known: " + step.what);
  (this->*found->second)(step);
}

void Player::path(const ScenarioStep& step) {
  const bool open = step.what == "path-up";
  stage_.set_path(word(step, "path"), open);
  if (open) wait_for_delivery();
  show(fmt::format("{}  path '{}' {}", utc(step.at), word(step, "path"), open ? "works again" : "is cut"));
}

void Player::attend(const ScenarioStep& step) {
  const std::size_t side = stage_.side_of(step.party);
  stage_.attend(side, step.line, word(step, "role"));
  stage_.await("the far end sees the desk attended", [&] {
    return !stage_.any_path() || stage_.line(1 - side, step.line).members.front().desk_state == "attended";
  });
  show(fmt::format("{}  {}: a {} attends {}", utc(step.at), step.party, word(step, "role"), step.line));
}

void Player::leave(const ScenarioStep& step) {
  stage_.leave(stage_.side_of(step.party), step.line);
  show(fmt::format("{}  {}: nobody attends {} any more", utc(step.at), step.party, step.line));
}

void Player::text(const ScenarioStep& step) {
  const std::size_t side = stage_.side_of(step.party);
  const cli::TextToSend message{word(step, "text"), word(step, "precedence"), scenario_.entry_class,
                                scenario_.exercise, "watch officer",          {}};
  const auto sent = sure(stage_.api(side).send(step.line, message, cli::new_request_key(), {}));
  const std::string id = sent.value.entries.front().id;
  if (stage_.any_path()) {
    stage_.await("the text is stored at the far end",
                 [&] { return !sure(stage_.api(side).entry(step.line, id)).value.stored.empty(); });
    acknowledge(1 - side, step.line, id);
  }
  show(fmt::format("{}  {} sends {} on {}{}", utc(step.at), step.party, upper(message.precedence), step.line,
                   stage_.any_path() ? "" : ": no path is left, it waits"));
}

void Player::acknowledge(std::size_t side, const std::string& line, const std::string& id) {
  Beside* officer = stage_.officer(side, line);
  if (officer == nullptr) return;
  stage_.await("the text is shown to the officer",
               [&] { return !sure(stage_.api(side).entry(line, id)).value.shown.empty(); });
  officer->type("ack " + id.substr(0, 12));
  stage_.await("the officer's acknowledgement is on both records",
               [&] { return !sure(stage_.api(1 - side).entry(line, id)).value.acknowledged.empty(); });
}

void Player::move_clock(WallTime to) {
  const Seconds by = std::chrono::duration_cast<Seconds>(to - clock_);
  if (by <= Seconds{0}) return;
  clock_ = to;
  stage_.jump(by);
  test_each_way();
  check_expected();
}

void Player::test_each_way() {
  if (!stage_.any_path()) return;
  for (const ScenarioLine& line : scenario_.lines) {
    for (std::size_t side = 0; side < 2; ++side) {
      const cli::LineView before = stage_.line(side, line.name);
      // The agreement's clock has sent one by itself if an interval passed; else the desk tests by hand.
      if (before.tests_sent == before.tests_answered) sure(stage_.api(side).act(line.name, "test", ""));
      stage_.await("a test is answered", [&] {
        const cli::LineView now = stage_.line(side, line.name);
        return now.tests_sent > 0 && !now.test_last_answered.empty() &&
               now.test_last_answered >= now.test_last_sent;
      });
    }
  }
}

void Player::wait_for_delivery() {
  for (const ScenarioLine& line : scenario_.lines) {
    for (std::size_t side = 0; side < 2; ++side) {
      stage_.await("everything is stored at the far end",
                   [&] { return stage_.line(side, line.name).members.front().not_stored == 0; });
      for (const cli::OpenItemView& item : stage_.line(side, line.name).open_items) {
        if (item.own) acknowledge(1 - side, line.name, item.id);
      }
    }
  }
}

std::vector<std::string> Player::view_of(std::size_t side) {
  std::vector<std::string> lines;
  std::size_t tests = 0;
  for (const ScenarioLine& line : scenario_.lines) {
    const cli::LineView view = stage_.line(side, line.name);
    const std::string lamp = fmt::format("({}) {}: {}", upper(view.lamp), line.name, view.reason);
    if (std::exchange(lamps_[side][line.name], lamp) == lamp) continue;
    for (const std::string& part : wrapped(lamp, kColumn)) lines.push_back(part);
  }
  std::vector<cli::EntryView> fresh;
  for (const ScenarioLine& line : scenario_.lines) {
    for (cli::EntryView& entry :
         sure(stage_.api(side).record(line.name, seen_[side], false, 1000)).value.entries) {
      fresh.push_back(std::move(entry));
    }
  }
  std::sort(fresh.begin(), fresh.end(), [](const auto& a, const auto& b) { return a.serial < b.serial; });
  for (const cli::EntryView& entry : fresh) {
    seen_[side] = std::max(seen_[side], entry.serial);
    if (entry.kind == "test" || entry.kind == "test answer") {
      ++tests;
      continue;
    }
    for (const std::string& part : wrapped(entry_words(entry), kColumn)) lines.push_back(part);
  }
  if (tests > 0) lines.push_back(fmt::format("({} tests and answers, both ways)", tests));
  return lines;
}

void Player::show(const std::string& heading) {
  const std::vector<std::string> left = view_of(0), right = view_of(1);
  fmt::print("\n{}\n", heading);
  fmt::print("{}", side_by_side(left, right));
}

void Player::compare() {
  fmt::print("\nThe records of both ends, exported and checked from the files and the fingerprints alone:\n");
  for (const ScenarioLine& line : scenario_.lines) {
    Arguments verify{"verify"};
    for (std::size_t side = 0; side < 2; ++side) {
      const std::string file = stage_.folder(side) + "/" + line.name + ".export";
      stage_.openline({"-s", stage_.folder(side), "export", line.name, "-o", file});
      verify.push_back(file);
    }
    for (std::size_t side = 0; side < 2; ++side) {
      verify.push_back("--root");
      verify.push_back(stage_.fingerprint(side));
    }
    fmt::print("{}\n", stage_.openline(verify));
  }
}

}  // namespace openline::demonstration
