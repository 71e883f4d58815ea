// SPDX-License-Identifier: Apache-2.0
// For tests: a path with all that it said, on a loop that is run until something holds.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/path/path.h"

namespace openline::daemon::test {

// Until `done`, or long enough that it will never be.
inline bool run_until(boost::asio::io_context& loop, const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!done() && std::chrono::steady_clock::now() < end) {
    loop.run_one_for(std::chrono::milliseconds(20));
    if (loop.stopped()) loop.restart();
  }
  return done();
}

struct TestEnd {
  TestEnd(boost::asio::io_context& loop, PathConfig config, PathLimits limits) {
    PathEvents events;
    events.packet = [this](const Address& from, ByteView packet) {
      received.emplace_back(from.text, copy_of(packet));
    };
    events.usable = [this](bool usable, const std::string& why) { changes.emplace_back(usable, why); };
    events.room = [this] { ++rooms; };
    events.note = [this](const std::string& words) { notes.push_back(words); };
    path = make_path(loop, std::move(config), std::move(events), limits);
  }
  [[nodiscard]] bool said_unusable(std::string_view words) const {
    for (const auto& [usable, why] : changes) {
      if (!usable && why.find(words) != std::string::npos) return true;
    }
    return false;
  }
  [[nodiscard]] bool is_usable_again() const {
    return !changes.empty() && changes.back().first && path->problem().empty();
  }
  // What it said, for a test that fails.
  [[nodiscard]] std::string history() const {
    std::string all = "problem now: " + path->problem() + "\n";
    for (const auto& [usable, why] : changes) all += (usable ? "usable " : "unusable: ") + why + "\n";
    for (const std::string& words : notes) all += "note: " + words + "\n";
    return all;
  }
  std::unique_ptr<Path> path;
  std::vector<std::pair<std::string, Bytes>> received;
  std::vector<std::pair<bool, std::string>> changes;
  std::vector<std::string> notes;
  int rooms = 0;
};

}  // namespace openline::daemon::test
