// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/listening_socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace openline::daemon {
namespace {

constexpr int kBacklog = 64;

OpenProblem problem_of(const PathConfig& config, int error) {
  const std::string where = fmt::format("path \"{}\": cannot listen on {} {}", config.name,
                                        config.kind_name(), config.listen->text());
  switch (error) {
    case EADDRINUSE:
      return {where + ": the port is in use by another program"};
    case EACCES:
      return {where + ": not allowed (ports below 1024 need a right)"};
    case EADDRNOTAVAIL:
    case ENETDOWN:
    case ENODEV:
      return {where + ": this machine does not have that address", true};
    default:
      return {fmt::format("{}: {}", where, std::generic_category().message(error))};
  }
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (value_ >= 0) ::close(value_);
    value_ = other.release();
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (value_ >= 0) ::close(value_);
}

int Descriptor::release() { return std::exchange(value_, -1); }

std::expected<Descriptor, OpenProblem> open_listening(const PathConfig& config, int type) {
  const Endpoint& endpoint = *config.listen;
  Descriptor socket(::socket(endpoint.is_v6() ? AF_INET6 : AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) return std::unexpected(problem_of(config, errno));
  const int on = 1;
  if (endpoint.is_v6()) ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (type == SOCK_STREAM) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), endpoint.raw(), endpoint.size) != 0)
    return std::unexpected(problem_of(config, errno));
  if (type == SOCK_STREAM && ::listen(socket.get(), kBacklog) != 0)
    return std::unexpected(problem_of(config, errno));
  return socket;
}

std::string bound_to(int descriptor) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "";
  return Endpoint::from(address, size).text();
}

}  // namespace openline::daemon
