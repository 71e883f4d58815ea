// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/exec_path.h"

#include <fmt/format.h>

#include <algorithm>

namespace openline::daemon {
namespace {

using namespace std::chrono_literals;
constexpr std::int64_t kMostCredit = 1 << 30;
constexpr auto kNotesEvery = 1min, kStatesEvery = 1min;

}  // namespace

ExecPath::ExecPath(boost::asio::io_context& loop, PathConfig config, PathEvents events, PathLimits limits)
    : loop_(loop),
      config_(std::move(config)),
      events_(std::move(events)),
      limits_(limits),
      again_(loop),
      wait_(limits.first_redial),
      stall_watch_(
          loop, limits.stalled_after, [this] { return StallWatch::Look{usable_ && !has_room(), moves_}; },
          [this](bool is_stalled) { stalled(is_stalled); }) {}

ExecPath::~ExecPath() {
  if (helper_) helper_->close();
}

Result<void> ExecPath::start() {
  auto running = run();
  if (running)
    problem_ = fmt::format("path \"{}\": {} has not said that it is ready", config_.name, config_.command[0]);
  return running;
}

Result<void> ExecPath::run() {
  Helper::Events events;
  events.record = [this](const FromHelper& record) { return take(record); };
  events.room = [this] {
    ++moves_;
    stall_watch_.look_now();
    events_.room();
  };
  events.said = [this](const std::string& line) { note(line); };
  events.ended = [this](const std::string& why) { ended(why); };
  auto started = Helper::start(loop_, config_.command, std::move(events), limits_);
  if (!started) {
    return fail(
        fmt::format("path \"{}\": cannot start {}: {}", config_.name, config_.command[0], started.error()));
  }
  credit_ = 0;
  states_ = 0;
  helper_ = std::move(*started);
  helper_->send(exec_start(config_.max_packet, config_.name));
  helper_->begin();
  stall_watch_.start();
  return {};
}

Result<void> ExecPath::take(const FromHelper& record) {
  if (const auto* packet = std::get_if<ExecPacket>(&record)) {
    events_.packet({packet->address}, packet->packet);
  } else if (const auto* credit = std::get_if<ExecCredit>(&record)) {
    take_credit(credit->bytes);
  } else if (const auto* state = std::get_if<ExecState>(&record)) {
    return take_state(*state);
  } else {
    note(std::get<ExecLog>(record).words);
  }
  return {};
}

void ExecPath::take_credit(std::uint32_t bytes) {
  credit_ = std::min(credit_ + bytes, kMostCredit);
  if (bytes > 0) ++moves_;
  stall_watch_.look_now();
  if (has_room()) events_.room();
}

Result<void> ExecPath::take_state(const ExecState& state) {
  if (state.usable && usable_) return {};
  const std::string problem =
      state.usable
          ? ""
          : fmt::format("path \"{}\": {}", config_.name,
                        state.words.empty() ? "the helper says that it cannot carry anything" : state.words);
  if (problem == problem_) return {};
  if (Clock::now() - states_since_ >= kStatesEvery) {
    states_since_ = Clock::now();
    states_ = 0;
  }
  if (++states_ > limits_.helper_states_a_minute)
    return fail(
        fmt::format("its state changed more than {} times in a minute", limits_.helper_states_a_minute));
  if (state.usable) usable_since_ = Clock::now();
  usable_ = state.usable;
  stall_watch_.start();
  set_problem(problem);
  return {};
}

void ExecPath::stalled(bool is_stalled) {
  if (!is_stalled) {
    if (usable_) set_problem("");
    return;
  }
  set_problem(fmt::format("path \"{}\": {} {}", config_.name, config_.command[0],
                          credit_ > 0 ? "does not read its standard input" : "gives no credit"));
}

void ExecPath::set_problem(const std::string& words) {
  if (words == problem_) return;
  problem_ = words;
  events_.usable(problem_.empty(), problem_);
}

void ExecPath::ended(const std::string& why) {
  stall_watch_.stop();
  helper_.reset();
  if (usable_ && Clock::now() - usable_since_ >= std::chrono::milliseconds(limits_.last_redial.count()))
    wait_ = limits_.first_redial;
  usable_ = false;
  run_again_later();
  set_problem(fmt::format("path \"{}\": {} {}", config_.name, config_.command[0], why));
}

void ExecPath::run_again_later() {
  again_.expires_after(std::chrono::milliseconds(wait_.count()));
  wait_ = std::min(wait_ * 2, limits_.last_redial);
  again_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    const auto running = run();
    if (running) return;
    run_again_later();
    set_problem(running.error().message);
  });
}

void ExecPath::send(const OutgoingPacket& packet) {
  if (!has_room() || !is_exec_address(packet.to.text) || packet.bytes.empty() ||
      packet.bytes.size() > limits_.max_packet)
    return;
  credit_ -= static_cast<std::int64_t>(packet.bytes.size());
  helper_->send(exec_packet(packet.to.text, packet.bytes));
}

// A helper that talks without end fills no log.
void ExecPath::note(const std::string& words) {
  if (!events_.note || words.empty()) return;
  const auto now = Clock::now();
  if (now - notes_since_ >= kNotesEvery) {
    if (notes_left_out_ > 0)
      events_.note(fmt::format("{} lines of the helper were left out", notes_left_out_));
    notes_since_ = now;
    notes_ = notes_left_out_ = 0;
  }
  if (notes_ < limits_.helper_lines_a_minute) {
    ++notes_;
    events_.note(words);
  } else {
    ++notes_left_out_;
  }
}

}  // namespace openline::daemon
