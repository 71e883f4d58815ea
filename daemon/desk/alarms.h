// SPDX-License-Identifier: Apache-2.0
// What rings at a desk until a person answers (docs/api.md, "Alarms").
//
// Pure, as accounts.h. It is told what is so, again and again, and tells what began, what the desk's plan
// does next and what is over. Kept in desk.db, so that a restart neither stops a bell nor runs a step of the
// plan twice.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/record/entry.h"
#include "core/wire/time.h"
#include "daemon/config/desk_plan.h"
#include "daemon/desk/refusal.h"

namespace openline::daemon {

enum class AlarmKind : std::uint8_t {
  kMessage = 0,   // one whose precedence rings waits for us
  kOverdue = 1,   // another has waited longer than the agreement gives us
  kNoAnswer = 2,  // ours waits longer than it gives them, or a request that an officer has than it gives us
  kSilent = 3,    // nothing is heard on the line
  kDraft = 4,     // something whose precedence rings waits to be released
  kTest = 5,      // somebody tries the alarm
  kUnmanned = 6,  // nobody attends the desk; of one of its lines
};
[[nodiscard]] const char* alarm_kind_name(AlarmKind kind);

// What is so at this moment.
struct AlarmCause {
  AlarmKind kind{};
  LineId line;
  std::string line_name, desk;
  std::string entry;        // an id, or empty
  std::uint64_t draft = 0;  // 0: none
  Precedence precedence{};
  Class entry_class{};
  std::string exercise;
  std::string words;                      // for a person
  Seconds patience{};                     // it must have been so for this long
  [[nodiscard]] std::string key() const;  // the same for as long as it is the same alarm
};

struct Alarm {
  std::uint64_t number = 0;
  AlarmCause cause;
  WallTime since{};
  std::uint32_t steps = 0;  // of the plan that were taken
  std::string answered_by;  // empty: it rings
  WallTime answered{};
  [[nodiscard]] bool rings() const { return answered_by.empty(); }
};
struct AlarmEnded {
  std::uint64_t number = 0;
};

struct AlarmEvent {
  enum class What : std::uint8_t { kRaised, kStep, kAnswered, kEnded };
  What what{};
  Alarm alarm;
  AlarmStep step;  // of kStep
};
[[nodiscard]] const char* alarm_event_name(AlarmEvent::What what);

class Alarms {
 public:
  static constexpr std::size_t kMax = 1024;  // a more urgent cause ends the least urgent alarm; others wait
  explicit Alarms(std::vector<Alarm> rows);

  // `causes`: all there are. Clocks: waiting by the monotonic one, the plan's steps by the wall's, which goes
  // on while the station is down.
  void look(const std::vector<AlarmCause>& causes, const DeskPlan& plan, MonotonicTime monotonic,
            WallTime wall);
  const Alarm& test(const LineId& line, const std::string& line_name, const std::string& desk,
                    const std::string& by, WallTime now);
  [[nodiscard]] Allowed<const Alarm*> answer(std::uint64_t number, const std::string& by, WallTime now);

  // Somebody attends the desk: that answers the alarm of an unmanned one, and nothing else does.
  void manned(std::string_view desk, const std::string& by, WallTime now);

  [[nodiscard]] const Alarm* find(std::uint64_t number) const;
  [[nodiscard]] std::vector<const Alarm*> all()
      const;  // those that ring, the most urgent first, then the others
  [[nodiscard]] bool rings_at(std::string_view desk) const;

  [[nodiscard]] std::vector<AlarmEvent> take_events() { return std::exchange(events_, {}); }
  using Write = std::variant<Alarm, AlarmEnded>;
  [[nodiscard]] std::vector<Write> take_writes() { return std::exchange(writes_, {}); }

 private:
  Alarm& raise(const AlarmCause& cause, WallTime now);
  bool make_room(const AlarmCause& cause);
  void end(std::map<std::string, Alarm>::iterator alarm);
  std::map<std::string, Alarm> alarms_;           // by key
  std::map<std::string, MonotonicTime> waiting_;  // causes whose patience is not over, since when
  std::uint64_t last_ = 0;
  Alarm answered_test_;  // what `answer` gives back of one that is over
  std::vector<AlarmEvent> events_;
  std::vector<Write> writes_;
};

}  // namespace openline::daemon
