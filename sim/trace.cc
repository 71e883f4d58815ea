// SPDX-License-Identifier: Apache-2.0
#include "sim/trace.h"

#include <fmt/format.h>

namespace openline::sim {

void Trace::add(MonotonicTime at, const std::string& what) {
  const std::int64_t time = at.time_since_epoch().count();
  std::string line = fmt::format("{:>7}.{:06} {}\n", time / 1'000'000, time % 1'000'000, what);
  hash_.add(view_of(line));
  lines_.push_back(std::move(line));
  if (lines_.size() > kKept) lines_.pop_front();
  ++count_;
}

std::string Trace::digest() const { return hash_.hash_so_far().hex().substr(0, 16); }

std::string Trace::last() const {
  std::string text;
  for (const std::string& line : lines_) text += line;
  return text;
}

}  // namespace openline::sim
