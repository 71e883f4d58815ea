// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/desk_plan.h"

#include <algorithm>

#include "daemon/config/toml_document.h"

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxDesks = 64, kMaxSteps = 16, kMaxWords = 32, kMaxWord = 1024, kMaxChecklist = 32,
                      kMaxCheck = 200;
constexpr std::array<std::string_view, 4> kPrecedences{"routine", "priority", "immediate", "flash"};
static_assert(static_cast<int>(Precedence::kRoutine) == 0 && static_cast<int>(Precedence::kFlash) == 3);

void read_precedences(TomlReader& reader, std::string_view key, std::array<bool, 4>& into) {
  if (!reader.has(key)) return;
  into = {};
  for (const std::string& word : reader.optional_texts(key, 4, 16)) {
    const auto found = std::ranges::find(kPrecedences, word);
    if (found == kPrecedences.end())
      return reader.refuse(key, "must be some of: flash, immediate, priority, routine");
    into[static_cast<std::size_t>(found - kPrecedences.begin())] = true;
  }
}

std::vector<std::string> read_command(TomlReader& reader, std::string_view key) {
  if (!reader.has(key)) return {};
  std::vector<std::string> command = reader.optional_texts(key, kMaxWords, kMaxWord);
  if (command.empty() || !command[0].starts_with('/'))
    reader.refuse(key, R"(must be a program and its arguments such as ["/usr/bin/aplay", "bell.wav"])");
  return command;
}

void read_step(const TomlTable& table, DeskPlan::Desk& desk, std::optional<Error>& problem) {
  TomlReader reader(table, "desk.step", problem);
  AlarmStep step;
  step.after = std::chrono::floor<Seconds>(reader.duration("after", 1s, 24h));
  step.name = reader.text("name", 64);
  step.command = read_command(reader, "command");
  step.desk = reader.optional_text("desk", 64).value_or("");
  if (!desk.steps.empty() && step.after < desk.steps.back().after)
    reader.refuse("after", "must not be sooner than that of the step before");
  reader.finish();
  desk.steps.push_back(std::move(step));
}

// How those on watch are asked and relieved. That nobody is asked is not offered: a desk is a person.
void read_watch(TomlReader& reader, DeskPlan::Desk& desk) {
  if (const auto name = reader.optional_text("time_zone", 64)) {
    auto zone = TimeZone::of(*name);
    if (!zone) return reader.refuse("time_zone", "names a zone that is not known: " + zone.error().message);
    desk.time_zone = std::move(*zone);
  }
  if (const auto every = reader.optional_duration("confirm_every", 1s, 4h))
    desk.confirm_every = std::chrono::floor<Seconds>(*every);
  if (const auto within = reader.optional_duration("confirm_within", 1s, 15min))
    desk.confirm_within = std::chrono::floor<Seconds>(*within);
  if (const auto after = reader.optional_duration("ring_unmanned", 1s, 24h))
    desk.ring_unmanned = std::chrono::floor<Seconds>(*after);
  if (!reader.has("checklist")) return;
  desk.checklist = reader.optional_texts("checklist", kMaxChecklist, kMaxCheck);
  for (auto item = desk.checklist.begin(); item != desk.checklist.end(); ++item) {
    if (std::find(desk.checklist.begin(), item, *item) != item)
      return reader.refuse("checklist", "has an item twice");
  }
}

void read_desk(const TomlTable& table, DeskPlan& plan, std::optional<Error>& problem) {
  TomlReader reader(table, "desk", problem);
  DeskPlan::Desk desk;
  const std::string name = reader.text("name", 64);
  if (plan.desks.contains(name)) reader.refuse("name", "is there twice");
  if (const auto* release = reader.optional_table("release")) {
    TomlReader numbers(*release, "release", problem);
    for (std::size_t i = 0; i < kPrecedences.size(); ++i) {
      if (const auto people = numbers.optional_number(kPrecedences[i], 1, 8))
        desk.release[i] = static_cast<std::uint8_t>(*people);
    }
    numbers.finish();
  }
  read_precedences(reader, "releaser_for", desk.releaser);
  read_precedences(reader, "ring", desk.ring);
  if (const auto after = reader.optional_duration("silence_after", 1s, 24h))
    desk.silence_after = std::chrono::floor<Seconds>(*after);
  desk.bell = read_command(reader, "bell");
  if (const auto every = reader.optional_duration("bell_every", 1s, 10min))
    desk.bell_every = std::chrono::floor<Seconds>(*every);
  if (reader.has("step")) {
    for (const TomlTable* step : reader.tables("step", 1, kMaxSteps)) read_step(*step, desk, problem);
  }
  read_watch(reader, desk);
  desk.emergency = reader.optional_flag("emergency").value_or(false);
  reader.finish();
  if (std::ranges::find(desk.steps, name, &AlarmStep::desk) != desk.steps.end())
    reader.refuse("step", "rings at another desk, and " + name + " is its own");
  plan.desks.emplace(name, desk);
}

}  // namespace

const DeskPlan::Desk& DeskPlan::at(std::string_view desk) const {
  static const Desk kUsual;
  for (const std::string_view name : {desk, std::string_view("*")}) {
    const auto found = desks.find(name);
    if (found != desks.end()) return found->second;
  }
  return kUsual;
}

Result<DeskPlan> DeskPlan::parse(std::string_view toml) {
  const auto document = parse_toml(toml);
  if (!document) return fail(document.error());
  std::optional<Error> problem;
  TomlReader reader(*document, "", problem);
  DeskPlan plan;
  if (const auto* table = reader.optional_table("session")) {
    TomlReader session(*table, "session", problem);
    if (const auto idle = session.optional_duration("idle", 1min, 24h))
      plan.session_idle = std::chrono::floor<Seconds>(*idle);
    if (const auto longest = session.optional_duration("longest", 1min, 24h * 7))
      plan.session_longest = std::chrono::floor<Seconds>(*longest);
    const std::string keys = session.optional_text("security_keys", 16).value_or("optional");
    if (keys != "optional" && keys != "required")
      session.refuse("security_keys", "must be \"optional\" or \"required\"");
    plan.keys_required = keys == "required";
    session.finish();
  }
  if (reader.has("desk")) {
    for (const TomlTable* table : reader.tables("desk", 1, kMaxDesks)) read_desk(*table, plan, problem);
  }
  reader.finish();
  if (problem) return fail(*problem);
  return plan;
}

ReleaseNeed release_need(const std::array<std::uint8_t, 4>& agreement, const DeskPlan::Desk& desk,
                         Precedence precedence) {
  const auto at = static_cast<std::size_t>(precedence);
  const std::uint8_t people = std::max(agreement[at], desk.release[at]);
  return {people, people > 1 || desk.releaser[at]};
}

}  // namespace openline::daemon
