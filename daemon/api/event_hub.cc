// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/event_hub.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace openline::daemon {

using nlohmann::json;

struct EventHub::Stream {
  Stream(boost::asio::io_context& loop, Follow what, std::shared_ptr<EventSink> to)
      : follow(std::move(what)), sink(std::move(to)), renewal(loop) {}
  Follow follow;
  std::shared_ptr<EventSink> sink;
  bool greeted = false;
  bool live = false;    // entries go to it as they come, and not from the store
  bool missed = false;  // something came while what was missed before was read
  Serial last;          // that it was sent
  bool closed = false;
  std::uint64_t terminal = 0;
  std::set<LineId> attended;  // of those it attends, the ones that it does at this moment
  boost::asio::steady_timer renewal;
  std::set<std::optional<LineId>> status;  // to tell

  [[nodiscard]] bool follows(const LineId& line) const { return !follow.line || *follow.line == line; }
  [[nodiscard]] bool may_read(const LineId& line) const { return !follow.may_read || follow.may_read(line); }
};

EventHub::EventHub(boost::asio::io_context& loop, StationPort& station, ReadWorker& reads, Hooks hooks)
    : loop_(loop), station_(station), reads_(reads), hooks_(std::move(hooks)), status_timer_(loop) {}

EventHub::~EventHub() {
  for (const StreamPtr& stream : streams_) {
    stream->sink->on_closed = nullptr;
    stream->sink->on_drained = nullptr;
  }
}

// The oldest that ends for this one, once `coming` are open beside all others. nullptr: none has to, or may.
EventHub::StreamPtr EventHub::in_the_way_of(const Follow& follow, std::size_t coming) const {
  const auto oldest = [&](const auto& fits) {
    const auto found = std::ranges::find_if(streams_, fits);
    return found == streams_.end() ? nullptr : *found;
  };
  const auto is_of_session = [&](const StreamPtr& one) {
    return follow.session && one->follow.session == follow.session;
  };
  const auto of_session = static_cast<std::size_t>(std::ranges::count_if(streams_, is_of_session));
  if (of_session + coming > kMaxStreamsOfSession) return oldest(is_of_session);
  if (streams_.size() + coming <= kMaxStreams || follow.attends.empty()) return nullptr;
  return oldest([](const StreamPtr& one) { return one->follow.attends.empty(); });
}

bool EventHub::has_room_for(const Follow& follow) const {
  return has_room() || in_the_way_of(follow, 1) != nullptr;
}

// After it attends, so that no desk is left in between.
void EventHub::make_room_for(const Stream& stream) {
  if (const StreamPtr other = in_the_way_of(stream.follow, 0)) end(other, "another stream has its place");
}

void EventHub::open(Follow follow, std::shared_ptr<EventSink> sink) {
  auto stream = std::make_shared<Stream>(loop_, std::move(follow), std::move(sink));
  streams_.push_back(stream);
  const std::weak_ptr<Stream> weak = stream;
  stream->sink->on_closed = [this, weak] {
    if (const StreamPtr alive = weak.lock()) close(alive);
  };
  if (!stream->follow.attends.empty()) {
    stream->terminal = next_terminal_++;
    attend(stream);
    attendance_changed(*stream);
    if (stream->closed) return;
  }
  make_room_for(*stream);
  if (!stream->follow.after) return go_live(stream);
  stream->last = *stream->follow.after;
  read_missed(stream);
}

void EventHub::close(const StreamPtr& stream) {
  stream->sink->on_closed = nullptr;
  stream->sink->on_drained = nullptr;
  stream->closed = true;
  stream->renewal.cancel();
  streams_.remove(stream);
  leave(*stream);
  attendance_changed(*stream);
}

void EventHub::attendance_changed(const Stream& stream) {
  if (!stream.follow.attends.empty() && hooks_.attendance_changed) hooks_.attendance_changed();
}

void EventHub::leave_line(const Stream& stream, const Attendance& attendance) {
  station_.command(Leave{attendance.line, stream.terminal}, [](const auto&) {});
}

void EventHub::leave(const Stream& stream) {
  for (const Attendance& attendance : stream.follow.attends) leave_line(stream, attendance);
}

void EventHub::attend_line(const StreamPtr& stream, const Attendance& attendance) {
  const std::weak_ptr<Stream> weak = stream;
  station_.command(Attend{attendance.line, attendance.role, stream->terminal},
                   [this, weak](const auto& result) {
                     const StreamPtr alive = weak.lock();
                     if (!result && alive && !alive->closed) end(alive, result.error().message);
                   });
}

void EventHub::attend_or_leave(const StreamPtr& stream, bool renew) {
  for (const Attendance& attendance : stream->follow.attends) {
    if (stream->closed) return;  // one of the lines refused it
    const bool was = stream->attended.contains(attendance.line);
    const bool may = !hooks_.may_attend || hooks_.may_attend(stream->follow, attendance.line);
    if (may && (renew || !was)) {
      stream->attended.insert(attendance.line);
      attend_line(stream, attendance);
    } else if (!may && was) {
      stream->attended.erase(attendance.line);
      leave_line(*stream, attendance);
    }
  }
}

void EventHub::review() {
  const auto streams = streams_;
  for (const StreamPtr& stream : streams) attend_or_leave(stream, false);
}

void EventHub::each_attendance(const std::function<void(const Follow&, const Attendance&)>& see) const {
  for (const StreamPtr& stream : streams_) {
    for (const Attendance& attendance : stream->follow.attends) see(stream->follow, attendance);
  }
}

void EventHub::attend(const StreamPtr& stream) {
  attend_or_leave(stream, true);
  if (stream->closed) return;
  const std::weak_ptr<Stream> weak = stream;
  stream->renewal.expires_after(
      std::chrono::milliseconds(Milliseconds(station_.presence_lease()).count() / 2));
  stream->renewal.async_wait([this, weak](const boost::system::error_code& stopped) {
    const StreamPtr alive = weak.lock();
    if (!stopped && alive) attend(alive);
  });
}

std::map<LineId, LineContext> EventHub::contexts(const Follow& follow) const {
  std::map<LineId, LineContext> result;
  for (const LineStatus& line : station_.status().lines) {
    if (follow.line && *follow.line != line.line) continue;
    if (follow.may_read && !follow.may_read(line.line)) continue;
    if (auto context = LineContext::of(line.line, station_)) result.emplace(line.line, std::move(*context));
  }
  return result;
}

void EventHub::read_missed(const StreamPtr& stream) {
  stream->missed = false;
  EntryRange range;
  range.line = stream->follow.line;
  range.after = stream->last;
  range.max_entries = kPage;
  range.max_bytes = kPageBytes;
  const std::weak_ptr<Stream> weak = stream;
  const bool taken = reads_.submit([this, weak, range, lines = contexts(stream->follow)](
                                       StoreReader& reader) -> ReadWorker::Then {
    const auto page = reader.entries(range);
    std::vector<Event> events;
    Serial last = range.after;
    if (page) {
      for (const StoredEntry& entry : page->entries) {
        last = std::max(last, entry.serial);
        const auto line = lines.find(entry.entry.header.line);
        if (line == lines.end()) continue;
        const auto receipts = reader.receipts(entry.chain, entry.entry.header.sequence);
        const EntryContext context{entry.serial, entry.chain, entry.unconfirmed,
                                   receipts ? *receipts : std::vector<StoredReceipt>{}};
        events.push_back({"entry", entry.serial.value, dump(entry_view(entry.entry, context, line->second))});
      }
      for (const DamagedEntry& damaged : page->damaged) last = std::max(last, damaged.serial);
    }
    return [this, weak, page_read = page.has_value(), events = std::move(events), last,
            more = page && page->more]() mutable {
      const StreamPtr alive = weak.lock();
      if (!alive) return;
      page_read ? missed_page(alive, std::move(events), last, more)
                : end(alive, "the record cannot be read now");
    };
  });
  if (!taken) end(stream, "too much is asked of the store");
}

void EventHub::end(const StreamPtr& stream, std::string_view why) {
  stream->sink->on_closed = nullptr;
  stream->sink->push({"overflow", std::nullopt, dump(json{{"message", why}})});
  stream->sink->end();
  close(stream);
}

void EventHub::missed_page(const StreamPtr& stream, std::vector<Event> events, Serial last, bool more) {
  for (Event& event : events) {
    const bool is_newest = &event == &events.back();
    stream->last = {*event.id};
    stream->sink->push(std::move(event));
    if (stream->closed) return;
    if (!is_newest && stream->sink->is_half_full()) return read_when_drained(stream);
  }
  stream->last = last;
  if (!more && !stream->missed) return go_live(stream);
  // The next page when this one was taken.
  if (stream->sink->is_drained()) return read_missed(stream);
  read_when_drained(stream);
}

void EventHub::read_when_drained(const StreamPtr& stream) {
  const std::weak_ptr<Stream> weak = stream;
  stream->sink->on_drained = [this, weak] {
    const StreamPtr alive = weak.lock();
    if (alive) read_missed(alive);
  };
}

void EventHub::go_live(const StreamPtr& stream) {
  stream->live = true;
  if (std::exchange(stream->greeted, true)) return;
  json data{{"serial", std::max(stream->last, last_).value}};
  data["line"] = stream->follow.line ? json(stream->follow.line->hex()) : json(nullptr);
  if (stream->terminal != 0) data["terminal"] = stream->terminal;
  stream->sink->push({"ready", std::nullopt, dump(data)});
  if (!hooks_.greeting) return;
  for (Event& event : hooks_.greeting(stream->follow)) stream->sink->push(std::move(event));
}

const LineContext* EventHub::context_of(const LineId& line, const StationKey& author) {
  auto found = known_.find(line);
  if (found != known_.end() && found->second.codes.contains(author)) return &found->second;
  auto context = LineContext::of(line, station_);
  if (!context) return nullptr;
  return &known_.insert_or_assign(line, std::move(*context)).first->second;
}

void EventHub::entry_added(const EntryAdded& added) {
  last_ = std::max(last_, added.serial);
  std::optional<Event> event;  // made once, and only if somebody follows
  const auto streams = streams_;
  for (const StreamPtr& stream : streams) {
    if (!stream->follows(added.line)) continue;
    // Who is behind reads it from the store; one that is held above a gap is not there yet.
    if (!stream->live && (added.closed || !stream->greeted)) {
      stream->missed = true;
      continue;
    }
    if (added.closed && added.serial <= stream->last) continue;  // it was among what was missed
    if (!stream->may_read(added.line)) continue;
    if (!event) {
      const LineContext* line = context_of(added.line, added.entry.header.author);
      if (line == nullptr) return;
      EntryContext context;
      if (added.closed) {
        context.serial = added.serial;
        context.chain = ChainNumber{};  // new: nobody has acknowledged it, whatever its chain
      }
      event = Event{"entry", context.serial ? std::optional(context.serial->value) : std::nullopt,
                    dump(entry_view(added.entry, context, *line))};
    }
    stream->sink->push(*event);
    if (!added.closed || stream->closed) continue;
    stream->last = added.serial;
    if (!stream->sink->is_half_full()) continue;
    stream->live = false;
    read_when_drained(stream);
  }
}

void EventHub::status_changed(const std::optional<LineId>& line) {
  const auto now = std::chrono::steady_clock::now();
  if (now - known_since_ > std::chrono::seconds(1)) {  // names and cards change seldom, statuses often
    known_.clear();
    known_since_ = now;
  }
  bool waiting = false;
  for (const StreamPtr& stream : streams_) {
    if (line && !stream->follows(*line)) continue;
    stream->status.insert(line);
    waiting = true;
  }
  if (!waiting || status_timer_set_) return;
  status_timer_set_ = true;
  status_timer_.expires_after(kStatusInterval);
  status_timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    status_timer_set_ = false;
    flush_status();
  });
}

void EventHub::flush_status() {
  const auto streams = streams_;
  for (const StreamPtr& stream : streams) {
    for (const auto& line : std::exchange(stream->status, {})) {
      stream->sink->push(
          {"status", std::nullopt, dump(json{{"line", line ? json(line->hex()) : json(nullptr)}})});
    }
  }
}

void EventHub::tell(const LineId& line, std::string_view event, const json& data) {
  tell_if(
      [&](const Follow& follow) {
        return (!follow.line || *follow.line == line) && (!follow.may_read || follow.may_read(line));
      },
      event, data);
}

void EventHub::tell_if(const std::function<bool(const Follow&)>& is_for, std::string_view event,
                       const json& data) {
  const Event told{std::string(event), std::nullopt, dump(data)};
  const auto streams = streams_;
  for (const StreamPtr& stream : streams) {
    if (stream->greeted && is_for(stream->follow)) stream->sink->push(told);
  }
}

void EventHub::end_streams(const std::function<bool(const Follow&)>& may_stay) {
  const auto streams = streams_;
  for (const StreamPtr& stream : streams) {
    if (may_stay(stream->follow)) continue;
    stream->sink->on_closed = nullptr;
    stream->sink->push({"signed-out"});
    stream->sink->end();
    close(stream);
  }
}

void EventHub::stop() {
  for (const StreamPtr& stream : std::exchange(streams_, {})) {
    stream->sink->on_closed = nullptr;
    stream->sink->on_drained = nullptr;
    stream->closed = true;
    stream->sink->push({"stopping"});
    stream->sink->end();
    stream->renewal.cancel();
    // Before the station says goodbye, its desks are left: the other side need not wait for the lease.
    leave(*stream);
  }
}

}  // namespace openline::daemon
