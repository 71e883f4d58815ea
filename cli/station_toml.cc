// SPDX-License-Identifier: Apache-2.0
#include "cli/station_toml.h"

#include <fmt/format.h>

namespace openline::cli {
namespace {

// A TOML basic string. Names are UTF-8 by the card's rules.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out.append("\\").push_back(character);
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out.push_back(character);
    }
  }
  return out + '"';
}

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + quoted(text);
  return "[" + list + "]";
}

// What is of the path's kind alone.
std::string place_of(const ListenPath& path) {
  if (path.kind == "serial") {
    return fmt::format("device = {}\nbaud = {}\nflow = \"{}\"\n", quoted(path.device), path.baud,
                       path.hardware_flow ? "hardware" : "none");
  }
  const std::string place =
      path.kind == "exec" ? "command = " + quoted_list(path.command) : "listen = " + quoted(path.listen);
  return fmt::format("{}\nannounce = {}    # addresses that others are given\n", place,
                     quoted_list(path.announce));
}

std::string path_table(const ListenPath& path) {
  return fmt::format("\n[[path]]\nname = {}\nkind = {}\n{}", quoted(path.name), quoted(path.kind),
                     place_of(path));
}

}  // namespace

std::string station_toml(const std::string& code, const std::string& station_name,
                         const std::vector<ListenPath>& paths) {
  std::string text = fmt::format(
      "# Settings of this station. Read when it starts: after a change, stop it and run it again.\n"
      "# Every setting is described in docs/api.md, section 6; unknown ones are refused by name.\n\n"
      "party = {}        # the code on the card\n"
      "station = {}      # this station's name on the card\n\n"
      "# Paths, best first. Paths of one name at two stations pair up. More can be added by hand, up to 8.\n"
      "#   listen         where this station waits; \"none\" (tcp only): it calls out only\n"
      "#   max_packet     bytes, if packets shall have a fixed size; without it a udp path finds what it "
      "carries\n"
      "#   nat_keepalive  \"25s\", for a udp path of a station behind a NAT\n"
      "#   declared_rate  bytes a second, for a radio or modem whose rate is known; of a serial line baud / "
      "10,\n"
      "#                  if nothing slower is behind it\n"
      "#   padding        256: packets are multiples of so many bytes, for those who watch the path\n"
      "#   cover          \"500ms\": one packet of one size each such time, whatever there is to say\n",
      quoted(code), quoted(station_name));
  for (const ListenPath& path : paths) text += path_table(path);
  text +=
      "\n# [link]\n# heartbeat_idle = \"60s\"     # a sign of life on each path that carries nothing else\n"
      "# heartbeat_busy = \"10s\"     # while something is in flight or an alert is on\n"
      "\n# [line]\n# presence_lease = \"90s\"     # how long the far end believes that a desk is attended, "
      "unrenewed\n"
      "\n# [log]\n# level = \"info\"             # error, warning, info, debug\n";
  return text;
}

}  // namespace openline::cli
