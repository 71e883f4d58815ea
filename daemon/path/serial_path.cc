// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/serial_path.h"

#include <fmt/format.h>

#include "daemon/path/serial_device.h"

namespace openline::daemon {

SerialPath::SerialPath(boost::asio::io_context& loop, PathConfig config, PathEvents events, PathLimits limits)
    : loop_(loop),
      config_(std::move(config)),
      events_(std::move(events)),
      limits_(limits),
      reopen_(loop),
      noise_timer_(loop),
      stall_watch_(
          loop, limits.stalled_after,
          [this] { return StallWatch::Look{line_->is_waiting(), line_->taken()}; },
          [this](bool is_stalled) { stalled(is_stalled); }) {}

SerialPath::~SerialPath() {
  if (line_) line_->close();
}

Result<void> SerialPath::start() {
  auto device = open_serial(config_);
  if (!device) {
    if (!device.error().may_pass) return fail(device.error().message);
    problem_ = device.error().message;
    reopen_later();
    return {};
  }
  SerialLine::Events events;
  events.packet = [this](ByteView packet) { events_.packet({config_.name}, packet); };
  events.room = [this] {
    stall_watch_.look_now();
    events_.room();
  };
  events.hung_up = [this] { hung_up(); };
  line_ = std::make_shared<SerialLine>(loop_, std::move(*device), config_.declared_rate.value_or(1),
                                       std::move(events), limits_);
  noted_frames_ = noted_bytes_ = 0;
  line_->begin();
  note_noise();
  stall_watch_.start();
  return {};
}

void SerialPath::stalled(bool is_stalled) {
  problem_ = is_stalled
                 ? fmt::format("path \"{}\": {} takes no bytes: the far device or flow control stops it",
                               config_.name, config_.device)
                 : "";
  events_.usable(!is_stalled, problem_);
}

void SerialPath::hung_up() {
  stall_watch_.stop();
  line_.reset();
  noise_timer_.cancel();
  problem_ = fmt::format("path \"{}\": {} hung up", config_.name, config_.device);
  reopen_later();
  events_.usable(false, problem_);
}

// The device may come back: a modem that is switched on, an adapter that is plugged in.
void SerialPath::reopen_later() {
  reopen_.expires_after(std::chrono::milliseconds(limits_.reopen_after.count()));
  reopen_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    const std::string before = std::exchange(problem_, "");
    const auto started = start();
    if (!started) {
      problem_ = started.error().message;
      reopen_later();
    }
    if (problem_.empty()) {
      events_.usable(true, "");
    } else if (problem_ != before) {
      events_.usable(false, problem_);
    }
  });
}

// What goes to another line's far end would be heard by ours, who cannot use it.
void SerialPath::send(const OutgoingPacket& packet) {
  if (line_ && packet.to.text == config_.name && packet.bytes.size() <= limits_.max_packet)
    line_->send(packet.bytes);
}

void SerialPath::note_noise() {
  noise_timer_.expires_after(std::chrono::milliseconds(limits_.noise_noted_every.count()));
  noise_timer_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped || !line_) return;
    const SerialDeframer& received = line_->received();
    if (received.damaged_frames() != noted_frames_) {
      const std::uint64_t frames =
          received.damaged_frames() - std::exchange(noted_frames_, received.damaged_frames());
      const std::uint64_t bytes =
          received.damaged_bytes() - std::exchange(noted_bytes_, received.damaged_bytes());
      if (events_.note)
        events_.note(fmt::format("{} damaged frames of {} bytes in all were dropped", frames, bytes));
    }
    note_noise();
  });
}

}  // namespace openline::daemon
