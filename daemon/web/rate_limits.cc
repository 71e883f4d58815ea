// SPDX-License-Identifier: Apache-2.0
#include "daemon/web/rate_limits.h"

#include <algorithm>
#include <cmath>

namespace openline::daemon {

std::optional<std::int64_t> RateLimits::ask(const std::string& asker, Clock::time_point now) {
  if (buckets_.size() >= kMaxAskers && !buckets_.contains(asker)) {
    buckets_.erase(
        std::ranges::min_element(buckets_, {}, [](const auto& bucket) { return bucket.second.at; }));
  }
  Bucket& bucket = buckets_.try_emplace(asker, Bucket{rate_.burst, now}).first->second;
  const double passed = std::chrono::duration<double>(now - bucket.at).count();
  bucket.requests = std::min(rate_.burst, bucket.requests + passed * rate_.a_second);
  bucket.at = now;
  if (bucket.requests >= 1) {
    bucket.requests -= 1;
    return std::nullopt;
  }
  return std::max<std::int64_t>(1, std::llround(std::ceil((1 - bucket.requests) / rate_.a_second)));
}

}  // namespace openline::daemon
