// SPDX-License-Identifier: Apache-2.0
#include "cli/traffic_text.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "cli/clock_text.h"
#include "cli/entry_view.h"
#include "cli/terminal.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr double kExact = 10, kFives = 120;  // seconds: below it to the second, then to five

std::string to_go(const WayView& way) {
  if (way.missing == way.size) return fmt::format("{} to go", size_text(way.missing));
  return fmt::format("{} of {} to go", size_text(way.missing), size_text(way.size));
}

std::string name_of(const WayView& way) {
  if (way.what == "agreement") return "agreement " + short_id(way.agreement);
  if (way.entries.empty()) return "an object";
  const std::string more = way.entries.size() > 1 ? fmt::format(" and {} more", way.entries.size() - 1) : "";
  return short_id(way.entries.front()) + more;
}

// Parts of one file are told together.
std::string files_text(const LinkView& link, const std::string& code) {
  std::map<std::string, WayView> files;
  for (const WayView& way : link.on_the_way) {
    if (way.what != "file") continue;
    const auto [file, is_new] = files.try_emplace(way.hash, way);
    file->second.parts = is_new ? 1 : file->second.parts + 1;
    if (is_new) continue;
    file->second.missing += way.missing;
    file->second.size += way.size;
    if (!way.due_s || !file->second.due_s) {
      file->second.due_s.reset();
    } else if (*way.due_s > *file->second.due_s) {
      file->second.due_s = way.due_s;
      file->second.path = way.path;
    }
  }
  std::string out;
  for (const auto& [hash, file] : files) {
    out += fmt::format("    file {} to {}: {} part{} asked for, {}, {}\n", short_id(hash), visible_line(code),
                       file.parts, file.parts == 1 ? "" : "s", to_go(file), when_text(file));
  }
  return out;
}

}  // namespace

std::string about_text(double seconds) {
  if (!(seconds >= 1)) return "any moment";
  const double step = seconds < kExact ? 1 : seconds < kFives - 2.5 ? 5 : 60;
  return "about " + span_text(Seconds(static_cast<std::int64_t>(std::round(seconds / step) * step)));
}

std::string size_text(std::uint64_t bytes) {
  const auto amount = static_cast<double>(bytes);
  if (bytes < 10'000) return fmt::format("{} B", bytes);
  if (bytes < (10U << 20)) return fmt::format("{:.0f} KiB", amount / 1024);
  return fmt::format("{:.1f} MiB", amount / 1024 / 1024);
}

std::string rate_text(double rate) {
  if (rate < 10) return fmt::format("{:.1f} B/s", rate);
  if (rate < 10'000) return fmt::format("{:.0f} B/s", rate);
  if (rate < 1e7) return fmt::format("{:.0f} kB/s", rate / 1e3);
  return fmt::format("{:.0f} MB/s", rate / 1e6);
}

std::string when_text(const WayView& way) {
  if (way.state == "waits") return "waits: no path is up";
  if (!way.due_s) return "how soon is not known yet";
  const std::string by = way.path.empty() ? "" : " over " + visible_line(way.path);
  return about_text(*way.due_s) + by;
}

std::string on_the_way_text(const LinkView& link, const std::string& code, bool colour) {
  std::string out;
  std::uint64_t others = link.more_on_the_way;
  for (const WayView& way : link.on_the_way) {
    if (way.what == "statement") ++others;
    if (way.what == "statement" || way.what == "file") continue;
    out += fmt::format("    {} {} to {}: {}, {}\n", precedence_text(way.precedence, colour), name_of(way),
                       visible_line(code), to_go(way), when_text(way));
  }
  out += files_text(link, code);
  if (others > 0) out += fmt::format("    {} other object{} on the way\n", others, others == 1 ? "" : "s");
  return out;
}

std::string entry_way_text(const WayView& way) {
  const std::string to = visible_line(way.to);
  if (way.state == "arrived") return fmt::format("arrived at {}, not yet said to be stored there", to);
  if (way.state == "waits") return fmt::format("not yet at {}: waits, no path is up", to);
  if (way.state == "queued") return fmt::format("not yet at {}: waits for its turn", to);
  return fmt::format("on the way to {}, {} ({})", to, when_text(way), to_go(way));
}

std::string file_way_text(const WayView& way) {
  return fmt::format("{} part{} on the way to {}: {} to go, {}", way.parts, way.parts == 1 ? "" : "s",
                     visible_line(way.to), size_text(way.missing), when_text(way));
}

std::string arriving_text(const ArrivingView& file) {
  std::string out = fmt::format("{} of {} parts here", file.parts_held, file.parts);
  if (file.missing > 0) out += fmt::format(", {} missing", size_text(file.missing));
  if (file.due_s) return out + fmt::format(", {} as the last ones came", about_text(*file.due_s));
  return out + ", none came lately";
}

}  // namespace openline::cli
