// SPDX-License-Identifier: Apache-2.0
#include "cli/attend.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ostream>
#include <utility>

#include "cli/acts.h"
#include "cli/alarms.h"
#include "cli/api_json.h"
#include "cli/clock_text.h"
#include "cli/desk.h"
#include "cli/desk_command.h"
#include "cli/drafts.h"
#include "cli/entry_view.h"
#include "cli/event_feed.h"
#include "cli/json_text.h"
#include "cli/send.h"
#include "cli/status_view.h"
#include "cli/visible_text.h"
#include "cli/watch.h"
#include "cli/watch_json.h"

namespace openline::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMaxTyped = 70'000;  // bytes of one typed line: a whole text and its command
constexpr std::size_t kMostShown = 64;     // ids a request, by the API

// Interrupt and termination as a descriptor, so that they end attendance with a word. Blocked before any
// thread starts, in all of them.
class EndSignals {
 public:
  EndSignals() {
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGINT);
    ::sigaddset(&signals_, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    descriptor_ = ::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;
  ~EndSignals() {
    std::array<char, sizeof(signalfd_siginfo)> taken{};
    while (::read(descriptor_, taken.data(), taken.size()) > 0) {
    }
    ::close(descriptor_);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  sigset_t signals_{}, before_{};
  int descriptor_ = -1;
};

class Attendance {
 public:
  Attendance(Terminal& terminal, const StationApi& api, const AttendOptions& options, const LineView& line)
      : terminal_(terminal),
        api_(api),
        line_(line),
        role_(options.role.empty() && !api.is_signed_in() ? line.own_desk : options.role),
        input_(options.input),
        desk_(terminal, line.own_code),
        alarms_(terminal, line.line, line.own_desk),
        feed_({.socket_path = api.socket_path(),
               .target = fmt::format("/v1/lines/{}/attend{}", encoded(line.line),
                                     role_.empty() ? "" : "?role=" + encoded(role_)),
               .after = line.newest_serial,
               .session = api.session()}) {}

  Outcome<void> run(const EndSignals& signals) {
    show_backlog();
    while (!ended_) {
      terminal_.out << std::flush;
      if (!terminal_.out)
        return failed(ExitCode::kRefused, "standard output is closed: attendance has ended");
      std::array<pollfd, 3> waits{
          pollfd{feed_.descriptor(), POLLIN, 0}, {input_, POLLIN, 0}, {signals.descriptor(), POLLIN, 0}};
      ::poll(waits.data(), waits.size(), timeout_ms());
      if (waits[0].revents != 0) take_feed();
      mark_shown();
      if (waits[1].revents != 0) take_input();
      if (waits[2].revents != 0) ended_ = true;
      ring();
    }
    if (refused_) return failed(*refused_);
    return {};
  }

 private:
  void show(const EntryView& entry, const std::string& raw) {
    if (!desk_.show(entry, raw)) return;
    to_mark_.push_back(entry.id);
    if (entry.precedence != "flash" && entry.precedence != "immediate") return;
    terminal_.out << std::flush;
    terminal_.err << '\a' << std::flush;
    next_ring_ = Clock::now() + desk_.ring_every().value_or(std::chrono::seconds(0));
  }

  // What waited for an officer before this one came.
  void show_backlog() {
    desk_.show_line(line_);
    if (const auto agreement = api_.agreement(line_.agreement)) {
      desk_.set_officer_answers_tests(agreement->value.tests_answered_by == "officer");
    }
    const auto inbox = api_.inbox(line_.line);
    if (!inbox) return;  // the feed says what is wrong
    std::vector<const OpenItemView*> oldest_first;
    for (const OpenItemView& item : inbox->value.for_us) oldest_first.push_back(&item);
    std::ranges::sort(oldest_first, {}, &OpenItemView::serial);
    for (const OpenItemView* item : oldest_first) {
      if (!item->entry) continue;
      const auto told = api_.entry(line_.line, item->id);
      if (told) show(told->value, told->json);
    }
  }

  void take_feed() {
    bool line_changed = false;
    for (const FeedItem& item : feed_.take()) {
      if (item.what == FeedItem::What::kOpen) opened();
      if (item.what == FeedItem::What::kLost) lost(item.failure);
      if (item.what == FeedItem::What::kRefused) {
        refused_ = item.failure;
        ended_ = true;
      }
      if (item.what != FeedItem::What::kEvent) continue;
      if (item.event.name == "status") line_changed = true;
      if (item.event.name == "draft") show_draft_that_waits(terminal_, item.event.data);
      if (item.event.name == "alarm") alarmed(item.event.data);
      if (item.event.name == "still-there") ask_whether_there(item.event.data);
      if (item.event.name == "signed-out") signed_out();
      if (item.event.name == "emergency") show_emergency(terminal_, item.event.data);
      if (item.event.name != "entry") continue;
      if (const auto entry = read_entry(item.event.data)) show(*entry, item.event.data);
    }
    if (!line_changed) return;
    if (const auto line = api_.line(line_.line)) desk_.show_line(line->value);
  }

  void opened() {
    say_attended();
    see_alarms();
  }

  // What rings already, and what was missed while the station did not answer.
  void see_alarms() {
    const auto told = api_.get("/v1/alarms");
    if (!told) {
      terminal_.err << "What rings here is not known: " << told.error().message << '\n' << std::flush;
      return;
    }
    if (const auto alarms = read_alarms(*told)) alarms_.take_all(*alarms);
    next_alarm_ = Clock::now() + AlarmsAtDesk::kAgainEvery;
  }

  void alarmed(const std::string& data) {
    const bool rang = alarms_.rings_again();
    alarms_.take_event(data);
    if (!rang) next_alarm_ = Clock::now() + AlarmsAtDesk::kAgainEvery;
  }

  void say_attended() {
    const bool was_lost = std::exchange(lost_, false);
    if (terminal_.json) return;
    terminal_.out << fmt::format(
        "{}The desk {} of line {} is attended by {}. Type help for what you can do; ending this "
        "ends attendance.\n",
        was_lost ? "The station answers again. " : "", visible_line(line_.own_desk), visible_line(line_.name),
        role_.empty() ? "the officer who is signed in" : visible_line(role_));
  }

  // For this desk; those of others are asked at their own.
  void ask_whether_there(const std::string& data) {
    const auto asked = read_still_there(data);
    if (!asked || asked->desk != line_.own_desk) return;
    asked_ = true;
    show_still_there(terminal_, data);
  }

  // A person typed something: that is a sign, whatever it was.
  void say_here() {
    if (!std::exchange(asked_, false)) return;
    const auto told = api_.post("/v1/here", "{}");
    if (!told) {
      asked_ = true;
      return say(told.error());
    }
    const std::string next = read_next(*told);
    if (!terminal_.json)
      terminal_.out << "You are here" << (next.empty() ? "" : ", and asked again by " + utc_and_local(next))
                    << ".\n";
  }

  // The next attempt is refused, and that ends it.
  void signed_out() {
    terminal_.err << "\aTHE SESSION HAS ENDED: this desk is not attended now.\n" << std::flush;
  }

  void lost(const Failure& failure) {
    lost_ = true;
    terminal_.err << fmt::format(
                         "THE STATION DOES NOT ANSWER: this desk is not attended now. Trying again… ({})\n",
                         failure.message)
                  << std::flush;
  }

  // After it is on the screen, and only if the screen took it.
  void mark_shown() {
    terminal_.out << std::flush;
    while (!to_mark_.empty() && terminal_.out) {
      const auto end = to_mark_.begin() + static_cast<std::ptrdiff_t>(std::min(kMostShown, to_mark_.size()));
      const auto done = api_.shown(line_.line, {to_mark_.begin(), end}, role_);
      const bool later = !done && (done.error().code == ExitCode::kUnreachable ||
                                   done.error().code == ExitCode::kStoreUnavailable);
      if (later) return;
      if (!done) terminal_.err << "Not marked as shown: " << done.error().message << '\n' << std::flush;
      to_mark_.erase(to_mark_.begin(), end);
    }
  }

  void take_input() {
    std::array<char, 4096> piece{};
    const ssize_t got = ::read(input_, piece.data(), piece.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (got <= 0) {
      ended_ = true;
      return;
    }
    typed_.append(piece.data(), static_cast<std::size_t>(got));
    for (std::size_t end = typed_.find('\n'); end != std::string::npos && !ended_; end = typed_.find('\n')) {
      const std::string line = typed_.substr(0, end);
      typed_.erase(0, end + 1);
      say_here();
      std::visit([this](const auto& typed) { obey(typed); }, read_typed(line));
    }
    if (typed_.size() > kMaxTyped) {
      typed_.clear();
      terminal_.err << "That line is too long: nothing was sent.\n" << std::flush;
    }
  }

  void obey(const TypedNothing&) {}
  void obey(const TypedQuit&) { ended_ = true; }
  void obey(const TypedHelp&) { terminal_.out << kDeskHelp; }
  void obey(const TypedWrong& wrong) { terminal_.err << wrong.why << ".\n" << std::flush; }
  void obey(const TypedWaiting&) {
    if (desk_.waiting().empty()) terminal_.out << "Nothing waits.\n";
    for (const auto& [serial, entry] : desk_.waiting()) {
      terminal_.out << (is_for_officer(entry) ? arrival_text(entry, terminal_.colour)
                                              : entry_text(entry, terminal_.colour));
    }
  }
  void obey(const TypedStatus&) {
    const auto line = api_.line(line_.line);
    if (line) terminal_.out << line_text(line->value, terminal_.colour);
    if (!line) say(line.error());
  }
  void obey(const TypedAck& ack) {
    const auto id = desk_.which(ack.id);
    if (!id) {
      terminal_.err << id.error() << ".\n" << std::flush;
      return;
    }
    const auto done = openline::cli::acknowledge(terminal_, api_, {*id, line_.line, role_, ""});
    if (done) desk_.acknowledged(*id);
    if (!done) say(done.error());
  }
  void obey(const TypedSend& typed) {
    SendOptions options = typed.send;
    options.line = line_.line;
    options.role = role_;
    options.made = [this](const std::string& id) { desk_.sent_from_here(id); };
    if (const auto done = openline::cli::send(terminal_, api_, options); !done) say(done.error());
  }
  void say(const Failure& failure) { terminal_.err << failure.message << '\n' << std::flush; }

  [[nodiscard]] int timeout_ms() const {
    Clock::duration wait = std::chrono::hours(1);
    if (desk_.ring_every()) wait = std::min(wait, next_ring_ - Clock::now());
    if (alarms_.rings_again()) wait = std::min(wait, next_alarm_ - Clock::now());
    if (!to_mark_.empty()) wait = std::min<Clock::duration>(wait, std::chrono::seconds(1));
    return static_cast<int>(
        std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(wait).count()));
  }

  void ring() {
    ring_alarms();
    const auto every = desk_.ring_every();
    if (!every || Clock::now() < next_ring_) return;
    terminal_.err << '\a' << std::flush;
    next_ring_ = Clock::now() + *every;
  }

  void ring_alarms() {
    if (!alarms_.rings_again() || Clock::now() < next_alarm_) return;
    alarms_.ring_again();
    next_alarm_ = Clock::now() + AlarmsAtDesk::kAgainEvery;
  }

  Terminal& terminal_;
  const StationApi& api_;
  LineView line_;
  std::string role_;
  int input_;
  Desk desk_;
  AlarmsAtDesk alarms_;
  EventFeed feed_;
  std::string typed_;                 // not ended by a line end yet
  std::vector<std::string> to_mark_;  // printed, not yet told to the station
  Clock::time_point next_ring_{}, next_alarm_{};
  bool asked_ = false;  // whether somebody is still there
  bool lost_ = false;
  bool ended_ = false;
  std::optional<Failure> refused_;
};

}  // namespace

Outcome<void> attend(Terminal& terminal, const StationApi& api, const AttendOptions& options) {
  const auto line = api.line(options.line);
  if (!line) return failed(line.error());
  // Whoever types this takes the watch, also after they were relieved; a connection that comes again does
  // not.
  if (api.is_signed_in()) {
    const auto told = api.post("/v1/here", json_object({{"desk", line->value.own_desk}}));
    if (!told) return failed(told.error());
  }
  const EndSignals signals;
  Outcome<void> result;
  {
    Attendance attendance(terminal, api, options, line->value);
    result = attendance.run(signals);
  }
  if (!terminal.json)
    terminal.out << fmt::format("Attendance of line {} has ended.\n", visible_line(line->value.name));
  return result;
}

}  // namespace openline::cli
