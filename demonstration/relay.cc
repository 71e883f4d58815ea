// SPDX-License-Identifier: Apache-2.0
#include "demonstration/relay.h"

#include <signal.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <map>
#include <set>
#include <thread>
#include <vector>

namespace openline::demonstration {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using Clock = std::chrono::steady_clock;
const asio::ip::address kLoopback = asio::ip::address_v4::loopback();

// When the next bytes may leave: a queue behind a rate, then the delay.
class Pace {
 public:
  Pace(std::chrono::milliseconds delay, std::uint64_t rate) : delay_(delay), rate_(rate) {}
  Clock::time_point leaves(std::size_t bytes) {
    free_ = std::max(free_, Clock::now());
    if (rate_ > 0) free_ += std::chrono::microseconds(bytes * 1'000'000 / rate_);
    return free_ + delay_;
  }

 private:
  std::chrono::milliseconds delay_;
  std::uint64_t rate_;
  Clock::time_point free_{};
};

class Wire {
 public:
  virtual ~Wire() = default;
  virtual void set_open(bool open) = 0;
};

// Packets that arrive at front[i] are for station i, and leave from front[1 - i]: the address that station i
// knows.
class UdpWire : public Wire {
 public:
  UdpWire(asio::io_context& loop, const RelayedPath& path) : loop_(loop), path_(path) {
    for (std::size_t side = 0; side < 2; ++side) {
      sockets_.emplace_back(loop, udp::endpoint(kLoopback, path.front[side]));
      paces_.emplace_back(path.delay, path.bytes_a_second);
    }
    receive(0);
    receive(1);
  }
  void set_open(bool open) override { open_ = open; }

 private:
  void receive(std::size_t side) {
    sockets_[side].async_receive_from(asio::buffer(buffers_[side]), from_[side],
                                      [this, side](const boost::system::error_code& error, std::size_t size) {
                                        if (error == asio::error::operation_aborted) return;
                                        if (!error && open_) pass(side, size);
                                        receive(side);
                                      });
  }
  void pass(std::size_t side, std::size_t size) {
    auto timer = std::make_shared<asio::steady_timer>(loop_, paces_[side].leaves(size));
    auto packet = std::make_shared<std::vector<char>>(buffers_[side].begin(),
                                                      buffers_[side].begin() + static_cast<long>(size));
    timer->async_wait([this, side, timer, packet](const boost::system::error_code& error) {
      if (error || !open_) return;
      boost::system::error_code ignored;  // the station is down: that is its affair
      sockets_[1 - side].send_to(asio::buffer(*packet), {kLoopback, path_.station[side]}, 0, ignored);
    });
  }

  asio::io_context& loop_;
  RelayedPath path_;
  std::vector<udp::socket> sockets_;
  std::vector<Pace> paces_;
  std::array<std::array<char, 65536>, 2> buffers_{};
  std::array<udp::endpoint, 2> from_;
  bool open_ = true;
};

// One connection through the relay: bytes are copied both ways until either side ends.
class Pipe : public std::enable_shared_from_this<Pipe> {
 public:
  explicit Pipe(tcp::socket near) : near_(std::move(near)), far_(near_.get_executor()) {}
  void start(const tcp::endpoint& to) {
    far_.async_connect(to, [self = shared_from_this()](const boost::system::error_code& error) {
      if (error) return self->close();
      self->copy(self->near_, self->far_, self->buffers_[0]);
      self->copy(self->far_, self->near_, self->buffers_[1]);
    });
  }
  void close() {
    boost::system::error_code ignored;
    near_.close(ignored);
    far_.close(ignored);
  }
  [[nodiscard]] bool closed() const { return !near_.is_open(); }

 private:
  using Buffer = std::array<char, 16384>;
  void copy(tcp::socket& from, tcp::socket& to, Buffer& buffer) {
    from.async_read_some(asio::buffer(buffer), [self = shared_from_this(), &from, &to, &buffer](
                                                   const boost::system::error_code& error, std::size_t size) {
      if (error) return self->close();
      asio::async_write(to, asio::buffer(buffer.data(), size),
                        [self, &from, &to, &buffer](const boost::system::error_code& failed, std::size_t) {
                          if (failed) return self->close();
                          self->copy(from, to, buffer);
                        });
    });
  }
  tcp::socket near_, far_;
  std::array<Buffer, 2> buffers_{};
};

class TcpWire : public Wire {
 public:
  TcpWire(asio::io_context& loop, const RelayedPath& path) : path_(path) {
    for (std::size_t side = 0; side < 2; ++side) {
      acceptors_.emplace_back(loop, tcp::endpoint(kLoopback, path.front[side]));
    }
    accept(0);
    accept(1);
  }
  void set_open(bool open) override {
    open_ = open;
    if (open) return;
    for (const std::shared_ptr<Pipe>& pipe : pipes_) pipe->close();
    pipes_.clear();
  }

 private:
  void accept(std::size_t side) {
    acceptors_[side].async_accept([this, side](const boost::system::error_code& error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error && open_) {
        std::erase_if(pipes_, [](const std::shared_ptr<Pipe>& pipe) { return pipe->closed(); });
        pipes_.insert(std::make_shared<Pipe>(std::move(socket)))
            .first->get()
            ->start({kLoopback, path_.station[side]});
      }
      accept(side);
    });
  }
  RelayedPath path_;
  std::vector<tcp::acceptor> acceptors_;
  std::set<std::shared_ptr<Pipe>> pipes_;
  bool open_ = true;
};

}  // namespace

struct Relay::State {
  asio::io_context loop;
  asio::executor_work_guard<asio::io_context::executor_type> work{loop.get_executor()};
  std::map<std::string, std::unique_ptr<Wire>> wires;
  std::thread thread;

  // Runs `act` in the relay's thread and waits for it.
  template <class Act>
  void in_loop(Act act) {
    std::promise<void> done;
    asio::post(loop, [&] {
      try {
        act();
        done.set_value();
      } catch (...) {
        done.set_exception(std::current_exception());
      }
    });
    done.get_future().get();
  }
};

Relay::Relay() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([this] {
    sigset_t all;  // signals are the main thread's
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    state_->loop.run();
  });
}

Relay::~Relay() {
  state_->loop.stop();
  state_->thread.join();
}

void Relay::add(const RelayedPath& path) {
  state_->in_loop([&] {
    if (path.tcp) {
      state_->wires[path.name] = std::make_unique<TcpWire>(state_->loop, path);
    } else {
      state_->wires[path.name] = std::make_unique<UdpWire>(state_->loop, path);
    }
  });
}

void Relay::set_open(const std::string& name, bool open) {
  state_->in_loop([&] { state_->wires.at(name)->set_open(open); });
}

std::uint16_t free_port() {
  static std::set<std::uint16_t> given;
  asio::io_context loop;
  for (;;) {
    const udp::socket probe(loop, udp::endpoint(kLoopback, 0));
    const std::uint16_t port = probe.local_endpoint().port();
    boost::system::error_code taken;
    tcp::acceptor stream(loop);
    stream.open(tcp::v4());
    stream.bind({kLoopback, port}, taken);
    if (!taken && given.insert(port).second) return port;
  }
}

}  // namespace openline::demonstration
