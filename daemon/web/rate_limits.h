// SPDX-License-Identifier: Apache-2.0
// How often who asks may ask. A bucket for each asker: it holds `burst` requests and fills by `a_second`.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace openline::daemon {

class RateLimits {
 public:
  using Clock = std::chrono::steady_clock;
  struct Rate {
    double a_second;
    double burst;
  };
  static constexpr std::size_t kMaxAskers = 1024;  // then who asked longest ago is forgotten, and begins anew

  explicit RateLimits(Rate rate) : rate_(rate) {}
  // nullopt: it may. Else the seconds until it may again, at least 1.
  [[nodiscard]] std::optional<std::int64_t> ask(const std::string& asker, Clock::time_point now);

 private:
  struct Bucket {
    double requests;
    Clock::time_point at;
  };
  const Rate rate_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace openline::daemon
