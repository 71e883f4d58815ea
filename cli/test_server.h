// SPDX-License-Identifier: Apache-2.0
// For tests: answers connections on a Unix socket with given bytes, to show the client broken and slow
// answers that a real station gives only in bad hours.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace openline::cli::test {

// The n-th connection gets the n-th answer, once its request's head has come, and is closed. The pieces of an
// answer are sent one by one. After the last answer nothing listens any more.
class FakeStation {
 public:
  FakeStation(std::string socket_path, const std::vector<std::vector<std::string>>& answers)
      : FakeStation(
            std::move(socket_path),
            [answers, at = std::size_t{0}](const std::string&) mutable {
              return at < answers.size() ? answers[at++] : std::vector<std::string>{};
            },
            answers.size()) {}
  // Answers by what is asked, for clients that ask in no certain order.
  using Answer = std::function<std::vector<std::string>(const std::string& request)>;
  FakeStation(std::string socket_path, Answer answer, std::size_t connections = 1000)
      : path_(std::move(socket_path)),
        answer_(std::move(answer)),
        connections_(connections),
        listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 8);
    thread_ = std::thread([this] { serve(); });
  }
  FakeStation(const FakeStation&) = delete;
  FakeStation& operator=(const FakeStation&) = delete;
  ~FakeStation() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    ::unlink(path_.c_str());
  }
  [[nodiscard]] std::vector<std::string> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    for (std::size_t served = 0; served < connections_; ++served) {
      const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      std::string request;
      char piece[4096];
      while (!is_whole(request)) {
        const ssize_t got = ::recv(connection, piece, sizeof piece, 0);
        if (got <= 0) break;
        request.append(piece, static_cast<std::size_t>(got));
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      for (const std::string& bytes : answer_(request))
        ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ::shutdown(connection, SHUT_WR);
      while (::recv(connection, piece, sizeof piece, 0) > 0) {
      }
      ::close(connection);
    }
    ::shutdown(listener_, SHUT_RDWR);
  }
  static bool is_whole(const std::string& request) {
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::size_t length = request.find("Content-Length: ");
    const std::size_t body = length == std::string::npos ? 0 : std::stoul(request.substr(length + 16));
    return request.size() >= end + 4 + body;
  }
  std::string path_;
  Answer answer_;
  std::size_t connections_;
  int listener_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

inline std::string answer_of(unsigned status, const std::string& body, const std::string& more_heads = "") {
  return "HTTP/1.1 " + std::to_string(status) +
         " x\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         more_heads + "\r\n" + body;
}
inline std::string chunk_of(const std::string& bytes) {
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + bytes + "\r\n";
}

}  // namespace openline::cli::test
