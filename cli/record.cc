// SPDX-License-Identifier: Apache-2.0
#include "cli/record.h"

#include <poll.h>

#include <algorithm>
#include <ostream>

#include "cli/api_json.h"
#include "cli/drafts.h"
#include "cli/entry_view.h"
#include "cli/event_feed.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr std::size_t kPage = 1000;  // entries a request: the station's most

void print(Terminal& terminal, const EntryView& entry, const std::string& raw) {
  if (terminal.json) {
    terminal.out << raw << '\n';
  } else {
    terminal.out << entry_text(entry, terminal.colour);
  }
}

std::uint64_t print_all(Terminal& terminal, const RecordView& record) {
  std::uint64_t newest = 0;
  for (std::size_t i = 0; i < record.entries.size(); ++i) {
    print(terminal, record.entries[i], record.raw[i]);
    newest = record.entries[i].serial;
  }
  return newest;
}

// The serial of the newest printed entry, 0 if there is none.
Outcome<std::uint64_t> print_from_the_start(Terminal& terminal, const StationApi& api,
                                            const std::string& line) {
  std::uint64_t newest = 0;
  for (;;) {
    const auto page = api.record(line, newest, false, kPage);
    if (!page) return failed(page.error());
    newest = std::max(newest, print_all(terminal, page->value));
    if (!page->value.more || page->value.entries.empty()) return newest;
  }
}

Outcome<std::uint64_t> print_newest(Terminal& terminal, const StationApi& api, const RecordOptions& options) {
  std::vector<Told<RecordView>> pages;  // newest first
  std::uint64_t before = 0;
  for (std::size_t left = options.limit; left > 0;) {
    auto page = api.record(options.line, before, true, std::min(left, kPage));
    if (!page) return failed(page.error());
    const RecordView& record = page->value;
    if (record.entries.empty()) break;
    before = record.entries.front().serial;
    left -= std::min(left, record.entries.size());
    const bool more = record.more;
    pages.push_back(std::move(*page));
    if (!more) break;
  }
  std::uint64_t newest = 0;
  for (auto page = pages.rbegin(); page != pages.rend(); ++page) newest = print_all(terminal, page->value);
  return newest;
}

Outcome<void> follow(Terminal& terminal, const StationApi& api, const std::string& line,
                     std::uint64_t after) {
  EventFeed feed({.socket_path = api.socket_path(),
                  .target = "/v1/events?line=" + encoded(line),
                  .after = after,
                  .session = api.session()});
  for (;;) {
    terminal.out << std::flush;
    if (!terminal.out) return failed(ExitCode::kRefused, "standard output is closed");
    pollfd waiting{feed.descriptor(), POLLIN, 0};
    ::poll(&waiting, 1, -1);
    for (const FeedItem& item : feed.take()) {
      if (item.what == FeedItem::What::kRefused) return failed(item.failure);
      if (item.what == FeedItem::What::kLost)
        terminal.err << item.failure.message << ". Trying again…\n" << std::flush;
      if (item.what != FeedItem::What::kEvent) continue;
      if (item.event.name == "emergency") show_emergency(terminal, item.event.data);
      if (item.event.name != "entry") continue;
      const auto entry = read_entry(item.event.data);
      if (!entry || entry->serial <= after) continue;  // repeated after a reconnection
      after = entry->serial;
      print(terminal, *entry, item.event.data);
    }
  }
}

}  // namespace

Outcome<void> show_record(Terminal& terminal, const StationApi& api, const RecordOptions& options) {
  const auto newest = options.limit == 0 ? print_from_the_start(terminal, api, options.line)
                                         : print_newest(terminal, api, options);
  if (!newest) return failed(newest.error());
  if (!options.follow) return {};
  // Between the last page and the stream nothing is lost: the stream begins after the newest one printed. Of
  // an empty record that is the beginning.
  return follow(terminal, api, options.line, *newest);
}

}  // namespace openline::cli
