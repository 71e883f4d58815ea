// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/udp_path.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "daemon/path/listening_socket.h"

namespace openline::daemon {

UdpPath::UdpPath(boost::asio::io_context& loop, PathConfig config, PathEvents events, PathLimits limits)
    : config_(std::move(config)),
      events_(std::move(events)),
      limits_(limits),
      socket_(loop),
      reopen_(loop),
      tell_(loop) {}

Result<void> UdpPath::start() {
  auto opened = open_listening(config_, SOCK_DGRAM);
  if (!opened) {
    if (!opened.error().may_pass) return fail(opened.error().message);
    problem_ = opened.error().message;
    reopen_later();
    return {};
  }
  const int send_buffer = limits_.send_buffer, receive_buffer = limits_.receive_buffer;
  ::setsockopt(opened->get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
  ::setsockopt(opened->get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const auto protocol = config_.listen->is_v6() ? boost::asio::ip::udp::v6() : boost::asio::ip::udp::v4();
  boost::system::error_code refused;
  socket_.assign(protocol, opened->get(), refused);
  if (refused) return fail("path \"" + config_.name + "\": " + refused.message());
  static_cast<void>(opened->release());
  if (config_.discovers()) set_whole(true);
  // Pages that no packet was read into cost nothing.
  buffers_ =
      std::make_unique_for_overwrite<std::uint8_t[]>(limits_.receive_batch * (limits_.max_datagram + 1));
  wait_for_packets();
  return {};
}

// The address may come with its interface.
void UdpPath::reopen_later() {
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

std::string UdpPath::listening_on() const {
  return socket_.is_open() ? bound_to(const_cast<boost::asio::ip::udp::socket&>(socket_).native_handle())
                           : "";
}

void UdpPath::wait_for_packets() {
  socket_.async_wait(boost::asio::ip::udp::socket::wait_read,
                     [this](const boost::system::error_code& stopped) {
                       if (stopped) return;
                       receive_batch();
                       wait_for_packets();
                     });
}

void UdpPath::receive_batch() {
  const std::size_t step = limits_.max_datagram + 1;
  const std::size_t batch = std::clamp<std::size_t>(
      limits_.receive_bytes / std::max<std::size_t>(largest_, 1), 1, limits_.receive_batch);
  largest_ -= largest_ / 8;  // between large ones come small ones: what follows these may be large again
  std::vector<mmsghdr> messages(batch);
  std::vector<iovec> places(batch);
  std::vector<sockaddr_storage> senders(batch);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    places[i] = {buffers_.get() + i * step, step};
    messages[i].msg_hdr = {&senders[i], sizeof senders[i], &places[i], 1, nullptr, 0, 0};
  }
  const int count = ::recvmmsg(socket_.native_handle(), messages.data(),
                               static_cast<unsigned>(messages.size()), MSG_DONTWAIT, nullptr);
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::size_t size = messages[at].msg_len;
    largest_ = std::max(largest_, size);
    if (size == 0 || size > limits_.max_datagram) continue;
    events_.packet(name_of(senders[at], messages[at].msg_hdr.msg_namelen),
                   ByteView(buffers_.get() + at * step, size));
  }
}

void UdpPath::send(const OutgoingPacket& packet) {
  if (!has_room() || transmit(packet)) return;
  waiting_ = packet;
  wait_for_room();
}

// What the network refuses (no route, not permitted) is lost, as it may be further on: link measures that.
bool UdpPath::transmit(const OutgoingPacket& packet) {
  const Endpoint* to = endpoint_of(packet.to);
  if (to == nullptr || to->is_v6() != config_.listen->is_v6()) return true;
  for (;;) {
    const ssize_t sent = ::sendto(socket_.native_handle(), packet.bytes.data(), packet.bytes.size(),
                                  MSG_DONTWAIT | MSG_NOSIGNAL, to->raw(), to->size);
    if (sent >= 0) return true;
    if (errno == EINTR) continue;
    if (errno == EMSGSIZE && config_.discovers()) return refused(packet), true;
    return errno != EWOULDBLOCK && errno != EAGAIN;
  }
}

void UdpPath::set_whole(bool on) {
  const bool v6 = config_.listen->is_v6();
  const int how =
      v6 ? (on ? IPV6_PMTUDISC_PROBE : IPV6_PMTUDISC_DONT) : (on ? IP_PMTUDISC_PROBE : IP_PMTUDISC_DONT);
  ::setsockopt(socket_.native_handle(), v6 ? IPPROTO_IPV6 : IPPROTO_IP,
               v6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER, &how, sizeof how);
}

// The base size is taken for granted: where the interface does not carry it, the system may cut it up.
void UdpPath::refused(const OutgoingPacket& packet) {
  if (packet.bytes.size() <= config_.max_packet) {
    set_whole(false);
    const Endpoint* to = endpoint_of(packet.to);
    static_cast<void>(::sendto(socket_.native_handle(), packet.bytes.data(), packet.bytes.size(),
                               MSG_DONTWAIT | MSG_NOSIGNAL, to->raw(), to->size));
    set_whole(true);
    return;
  }
  if (!events_.too_large || refused_.size() >= limits_.max_refused) return;
  refused_.emplace_back(packet.to, packet.bytes.size());
  tell_.expires_after(std::chrono::seconds(0));
  tell_.async_wait([this](const boost::system::error_code& stopped) {
    if (stopped) return;
    for (const auto& [to, size] : std::exchange(refused_, {})) events_.too_large(to, size);
  });
}

void UdpPath::wait_for_room() {
  socket_.async_wait(boost::asio::ip::udp::socket::wait_write,
                     [this](const boost::system::error_code& stopped) {
                       if (stopped || !waiting_) return;
                       if (!transmit(*waiting_)) return wait_for_room();
                       waiting_.reset();
                       events_.room();
                     });
}

const Address& UdpPath::name_of(const sockaddr_storage& from, socklen_t size) {
  std::string raw(reinterpret_cast<const char*>(&from), size);
  const auto found = names_.find(raw);
  if (found != names_.end()) return found->second;
  if (names_.size() >= limits_.max_known_addresses) names_.clear();
  return names_.emplace(std::move(raw), Address{Endpoint::from(from, size).text()}).first->second;
}

const Endpoint* UdpPath::endpoint_of(const Address& to) {
  const auto found = endpoints_.find(to.text);
  if (found != endpoints_.end()) return &found->second;
  const auto parsed = Endpoint::parse(to.text);
  if (!parsed) return nullptr;
  if (endpoints_.size() >= limits_.max_known_addresses) endpoints_.clear();
  return &endpoints_.emplace(to.text, *parsed).first->second;
}

}  // namespace openline::daemon
