// SPDX-License-Identifier: Apache-2.0
// Who follows what happens, and their streams (docs/api.md section 4).
//
// A stream first sends what was missed, from the store, page by page as its reader takes it; then what comes.
// When more entries come at once than its reader takes, it goes back to the store for them. A reader that
// takes nothing is closed: it never holds up the station nor others.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "daemon/api/http.h"
#include "daemon/api/read_worker.h"
#include "daemon/api/station_port.h"
#include "daemon/api/views.h"

namespace openline::daemon {

class EventHub {
 public:
  static constexpr std::size_t kMaxStreams = 128;         // as many as there may be connections
  static constexpr std::size_t kMaxStreamsOfSession = 4;  // the oldest ends when another begins
  static constexpr std::size_t kPage = 100;               // entries of what was missed that are read at once
  static constexpr std::size_t kPageBytes = 256 << 10;    // of them: as events they must fit into a sink
  static constexpr std::chrono::milliseconds kStatusInterval{100};

  struct Attendance {
    LineId line;
    std::string role;  // as the far end is shown it
  };
  struct Follow {
    std::optional<LineId> line;   // nullopt: all
    std::optional<Serial> after;  // what was missed begins here; nullopt: only what is new
    // The stream is the attendance of these lines, each once: one window may attend all lines of a desk.
    std::vector<Attendance> attends = {};
    std::optional<Hash> session = std::nullopt;  // whose it is; nullopt: nobody signs in here
    std::string officer = {};
    std::function<bool(const LineId&)> may_read = nullptr;  // entries of this line; null: of all
  };

  // What the hub asks of its owner. Where one is absent nothing is held back, added or told.
  struct Hooks {
    // Whether who follows so attends the line now: asked when the stream begins, at each renewal and by
    // `review`.
    std::function<bool(const Follow&, const LineId&)> may_attend;
    std::function<std::vector<Event>(const Follow&)> greeting;  // pushed once the stream is live
    std::function<void()> attendance_changed;                   // a stream that attends has begun or ended
  };

  EventHub(boost::asio::io_context& loop, StationPort& station, ReadWorker& reads, Hooks hooks = {});
  ~EventHub();
  [[nodiscard]] bool has_room() const { return streams_.size() < kMaxStreams; }
  // Whether there is room, or another ends for it: one of the same session, or, for one that attends, one
  // that does not.
  [[nodiscard]] bool has_room_for(const Follow& follow) const;
  void open(Follow follow, std::shared_ptr<EventSink> sink);

  void entry_added(const EntryAdded& entry);
  void status_changed(const std::optional<LineId>& line);
  // What is no entry: for those who follow the line and may read it.
  void tell(const LineId& line, std::string_view event, const nlohmann::json& data);
  // To those for whom `is_for` holds.
  void tell_if(const std::function<bool(const Follow&)>& is_for, std::string_view event,
               const nlohmann::json& data);
  // Of every stream that attends, also of those that may not at this moment.
  void each_attendance(const std::function<void(const Follow&, const Attendance&)>& see) const;
  void review();  // what `may_attend` says may have changed
  void end_streams(const std::function<bool(const Follow&)>& may_stay);
  void stop();  // tells every reader

 private:
  struct Stream;
  using StreamPtr = std::shared_ptr<Stream>;
  void read_missed(const StreamPtr& stream);
  void read_when_drained(const StreamPtr& stream);
  void missed_page(const StreamPtr& stream, std::vector<Event> events, Serial last, bool more);
  void go_live(const StreamPtr& stream);
  void end(const StreamPtr& stream, std::string_view why);
  void close(const StreamPtr& stream);
  [[nodiscard]] StreamPtr in_the_way_of(const Follow& follow, std::size_t coming) const;
  void make_room_for(const Stream& stream);
  void attend(const StreamPtr& stream);
  void attend_or_leave(const StreamPtr& stream, bool renew);
  void attend_line(const StreamPtr& stream, const Attendance& attendance);
  void leave_line(const Stream& stream, const Attendance& attendance);
  void leave(const Stream& stream);
  void attendance_changed(const Stream& stream);
  void flush_status();
  [[nodiscard]] const LineContext* context_of(const LineId& line, const StationKey& author);
  // Copies for the reading thread.
  [[nodiscard]] std::map<LineId, LineContext> contexts(const Follow& follow) const;

  boost::asio::io_context& loop_;
  StationPort& station_;
  ReadWorker& reads_;
  Hooks hooks_;
  std::list<StreamPtr> streams_;
  std::map<LineId, LineContext> known_;  // for entries that are new; asked again when an author is not in it
  std::chrono::steady_clock::time_point known_since_{};
  Serial last_;  // newest that was seen to pass
  std::uint64_t next_terminal_ = 1;
  boost::asio::steady_timer status_timer_;
  bool status_timer_set_ = false;
};

}  // namespace openline::daemon
