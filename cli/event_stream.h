// SPDX-License-Identifier: Apache-2.0
// Server-sent events (WHATWG HTML, section 9.2) from the pieces in which they arrive.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openline::cli {

struct ServerEvent {
  std::string name;  // "message" when the stream gave none
  std::string id;    // the last one given, as the standard says
  std::string data;
};

class EventParser {
 public:
  static constexpr std::size_t kMaxEvent = 1 << 20;  // bytes; a longer one makes the stream bad
  // The events that this piece completes. Comments are dropped.
  [[nodiscard]] std::vector<ServerEvent> feed(std::string_view piece);
  [[nodiscard]] bool bad() const { return bad_; }  // nothing more comes of it

 private:
  void take_line(std::string_view line, std::vector<ServerEvent>& events);
  std::string line_;  // not ended yet
  ServerEvent event_;
  bool has_data_ = false;
  bool bad_ = false;
};

}  // namespace openline::cli
