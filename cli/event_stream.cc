// SPDX-License-Identifier: Apache-2.0
#include "cli/event_stream.h"

#include <utility>

namespace openline::cli {

std::vector<ServerEvent> EventParser::feed(std::string_view piece) {
  std::vector<ServerEvent> events;
  while (!piece.empty() && !bad_) {
    const std::size_t end = piece.find('\n');
    line_.append(piece.substr(0, end));
    if (line_.size() + event_.data.size() > kMaxEvent) bad_ = true;
    if (end == std::string_view::npos || bad_) break;
    piece.remove_prefix(end + 1);
    if (line_.ends_with('\r')) line_.pop_back();
    take_line(line_, events);
    line_.clear();
  }
  return events;
}

void EventParser::take_line(std::string_view line, std::vector<ServerEvent>& events) {
  if (line.empty()) {
    if (has_data_) {
      if (event_.name.empty()) event_.name = "message";
      events.push_back(event_);
    }
    event_.name.clear();
    event_.data.clear();
    has_data_ = false;
    return;
  }
  const std::size_t colon = line.find(':');
  const std::string_view field = line.substr(0, colon);
  std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (field == "event") {
    event_.name = value;
  } else if (field == "data") {
    if (has_data_) event_.data.push_back('\n');
    event_.data.append(value);
    has_data_ = true;
  } else if (field == "id") {
    event_.id = value;
  }
}

}  // namespace openline::cli
