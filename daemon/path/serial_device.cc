// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/serial_device.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <thread>

namespace openline::daemon {
namespace {

constexpr auto kLook = std::chrono::milliseconds(10);

OpenProblem problem_of(const PathConfig& config, int error) {
  const std::string where = fmt::format("path \"{}\": cannot use {}", config.name, config.device);
  switch (error) {
    case EBUSY:
    case EWOULDBLOCK:
      return {where + ": it is in use by another program"};
    case EACCES:
    case EPERM:
      return {where + ": not allowed (serial devices are for the group dialout, as a rule)"};
    case ENOENT:
    case ENXIO:
    case ENODEV:
    case EIO:
      return {where + ": the device is not there", true};
    case ENOTTY:
      return {where + ": it is not a serial line"};
    default:
      return {fmt::format("{}: {}", where, std::generic_category().message(error))};
  }
}

// 0, or the error.
int set_up(int device, const PathConfig& config) {
  termios settings{};
  if (::tcgetattr(device, &settings) != 0) return errno;
  ::cfmakeraw(&settings);
  // The carrier is not watched: whether the far end is there is what heartbeats say.
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
  if (config.hardware_flow) settings.c_cflag |= CRTSCTS;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  if (config.baud) {
    const auto speed = termios_speed(*config.baud);
    if (!speed || ::cfsetspeed(&settings, *speed) != 0) return EINVAL;
  }
  if (::tcsetattr(device, TCSANOW, &settings) != 0) return errno;
  return 0;
}

// tcsetattr succeeds if it could change anything at all.
bool has_speed(int device, const PathConfig& config) {
  termios settings{};
  return !config.baud ||
         (::tcgetattr(device, &settings) == 0 && ::cfgetospeed(&settings) == termios_speed(*config.baud));
}

}  // namespace

std::expected<Descriptor, OpenProblem> open_serial(const PathConfig& config) {
  Descriptor device(::open(config.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (device.get() < 0) return std::unexpected(problem_of(config, errno));
  // Before any setting is touched: the line may be another's.
  if (::flock(device.get(), LOCK_EX | LOCK_NB) != 0) return std::unexpected(problem_of(config, errno));
  if (const int error = set_up(device.get(), config); error != 0)
    return std::unexpected(problem_of(config, error));
  if (::ioctl(device.get(), TIOCEXCL) != 0) return std::unexpected(problem_of(config, errno));
  if (!has_speed(device.get(), config)) {
    return std::unexpected(OpenProblem{
        fmt::format("path \"{}\": {} does not take {} bit/s", config.name, config.device, *config.baud)});
  }
  return device;
}

std::size_t unsent_bytes(int device) {
  int unsent = 0;
  return ::ioctl(device, TIOCOUTQ, &unsent) == 0 && unsent > 0 ? static_cast<std::size_t>(unsent) : 0;
}

void give_back(int device, std::chrono::milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (unsent_bytes(device) > 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(kLook);
  // Not otherwise: on a pseudo-terminal this would take back what its reader has not read yet.
  if (unsent_bytes(device) > 0) ::tcflush(device, TCOFLUSH);
  ::ioctl(device, TIOCNXCL);
}

}  // namespace openline::daemon
