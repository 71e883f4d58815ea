// SPDX-License-Identifier: Apache-2.0
// Who is at the desks now (docs/api.md, "The watch"): a desk is manned by persons who were heard of lately,
// not by windows that were left open.
//
// Pure, as accounts.h. It is told who attends, again and again, and of each officer's acts; it tells whom to
// ask whether they are still there, who is no longer taken for present, and since when a desk is unmanned.
// Kept in desk.db, so that a restart, or a terminal that comes again by itself, brings nobody back.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/wire/time.h"
#include "daemon/config/desk_plan.h"

namespace openline::daemon {

// In words, at a station without officers.
inline constexpr std::string_view kSocketHolder = "whoever holds the station's socket";

enum class WatchState : std::uint8_t {
  kOnWatch = 0,   // while one attends
  kLapsed = 1,    // did not answer; until an act
  kRelieved = 2,  // somebody else has the watch; until one takes it again
};

struct Presence {
  std::string officer;  // empty: whoever holds the socket of a station without officers, who is not asked
  std::string desk;
  WatchState state{};
  WallTime since{};      // of the state
  WallTime confirmed{};  // the last act
};
struct PresenceEnded {
  std::string officer, desk;
};
struct DeskWatch {
  std::string desk;
  std::optional<WallTime> unmanned_since;
  std::optional<WallTime> alarm_tested;  // and heard: somebody answered
};

struct WatchEvent {
  enum class What : std::uint8_t {
    kCame,       // attends
    kWent,       // attends no more
    kAsked,      // to be there, until `by`
    kConfirmed,  // answered in time
    kLapsed,     // did not
    kReturned,   // from a lapse, or from having been relieved
    kRelieved,
    kManned,
    kUnmanned,
  };
  What what{};
  std::string officer, desk;  // officer empty: of the desk
  WallTime by{};
};
[[nodiscard]] const char* watch_event_name(WatchEvent::What what);

class Watch {
 public:
  static constexpr Seconds kSameWatch{120};        // away for no longer than this, the watch goes on
  static constexpr Seconds kForgotten{24 * 3600};  // away for so long, the next time begins anew
  static constexpr Seconds kSettle{
      5};  // a page that attends other lines is away for a moment: that is not told
  struct Rows {
    std::vector<Presence> presences;
    std::vector<DeskWatch> desks;
  };
  explicit Watch(Rows rows);

  struct Attending {
    std::string officer, desk;
    auto operator<=>(const Attending&) const = default;
  };
  // `attending`: all there are, also of those who are not taken for present; `desks`: all of the station.
  void look(const std::vector<Attending>& attending, const std::vector<std::string>& desks,
            const DeskPlan& plan, Now now);
  // The officer did something that no program does by itself.
  void acted(const std::string& officer, Now now);
  // ... and means to attend this desk (empty: any), also if they were relieved there.
  void takes_up(const std::string& officer, const std::string& desk, Now now);
  void passed(const std::string& from, const std::string& to, const std::string& desk, Now now);
  void alarm_tested(const std::string& desk, WallTime now);

  [[nodiscard]] bool may_attend(const std::string& officer, const std::string& desk) const;
  [[nodiscard]] bool is_on_watch(const std::string& officer, const std::string& desk) const;
  struct View {
    Presence presence;
    bool here = false;                   // attends a line of the desk
    std::optional<WallTime> confirm_by;  // on watch and an officer; when it lapses without a sign
    bool asked = false;
  };
  [[nodiscard]] std::vector<View> at(std::string_view desk, const DeskPlan& plan) const;  // by name
  [[nodiscard]] std::vector<View> of(std::string_view officer, const DeskPlan& plan) const;
  [[nodiscard]] std::optional<Seconds> unmanned_for(const std::string& desk, Now now) const;
  [[nodiscard]] std::optional<DeskWatch> desk(const std::string& name) const;

  [[nodiscard]] std::vector<WatchEvent> take_events() { return std::exchange(events_, {}); }
  using Write = std::variant<Presence, PresenceEnded, DeskWatch>;
  [[nodiscard]] std::vector<Write> take_writes() { return std::exchange(writes_, {}); }
  void check_invariants() const;

 private:
  struct Entry {
    Presence kept;
    bool here = false;
    MonotonicTime left{};       // when it was `here` last
    MonotonicTime confirmed{};  // waiting goes by this clock: the wall's may jump
    std::optional<MonotonicTime> asked;
    WallTime by{};  // with `asked`
    [[nodiscard]] bool on_watch() const { return here && kept.state == WatchState::kOnWatch; }
  };
  struct Desk {
    DeskWatch kept;
    MonotonicTime since{};  // unmanned
    bool told = true;
  };
  using Key = std::pair<std::string, std::string>;  // desk, officer
  void settle(Now now);
  void see_who_came(const std::vector<Attending>& attending, Now now);
  void see_who_went(const std::vector<Attending>& attending, MonotonicTime now);
  void ask(Entry& entry, const DeskPlan::Desk& plan, Now now);
  void see_desk(const std::string& name, Now now);
  void confirm(Entry& entry, Now now);
  void set_state(Entry& entry, WatchState state, WallTime now);
  void put(const Entry& entry);
  [[nodiscard]] bool is_manned(const std::string& desk) const;
  [[nodiscard]] View view(const Entry& entry, const DeskPlan& plan) const;
  void tell(WatchEvent::What what, const Entry& entry);
  std::map<Key, Entry> entries_;
  std::map<std::string, Desk> desks_;
  bool settled_ = false;
  std::vector<WatchEvent> events_;
  std::vector<Write> writes_;
};

}  // namespace openline::daemon
