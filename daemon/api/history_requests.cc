// SPDX-License-Identifier: Apache-2.0
// How a line did lately, and how it would do now.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/record/bodies.h"
#include "daemon/api/api.h"
#include "daemon/api/json_input.h"
#include "daemon/api/text_estimate.h"
#include "daemon/api/traffic_view.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::uint64_t kMostHours = 24;
constexpr std::uint64_t kMostText = 60000;               // bytes, as texts are taken (docs/api.md section 5)
constexpr std::size_t kPage = 250, kMostLooked = 10000;  // entries

json sample_view(const LineHistory::Sample& sample) {
  const auto milliseconds = [](Microseconds time) { return static_cast<double>(time.count()) / 1000; };
  return {{"time", utc_text(sample.time)},
          {"round_trip_ms", sample.round_trip ? json(milliseconds(*sample.round_trip)) : json(nullptr)},
          {"loss", sample.loss ? json(*sample.loss) : json(nullptr)},
          {"lamp", lamp_name(sample.lamp)}};
}

struct FoundTest {
  Entry entry;
  std::optional<WallTime> answered;  // the first answer, by its author's clock
};

struct Tests {
  std::map<Serial, FoundTest> found;
  bool more = false;  // not all of the time was looked at
};

// From the newest entry back. One that came late may be older than those before it, so a whole page of old
// ones ends it. An answer always comes after its test.
std::expected<Tests, StoreFailure> find_tests(StoreReader& reader, const LineId& line, WallTime from) {
  Tests tests;
  std::map<EntryId, WallTime> answers;
  EntryRange range;
  range.line = line;
  range.newest_first = true;
  range.max_entries = kPage;
  for (std::size_t looked = 0; looked < kMostLooked;) {
    const auto page = reader.entries(range);
    if (!page) return std::unexpected(page.error());
    bool all_old = true;
    for (const auto& [serial, chain, entry, unconfirmed] : page->entries) {
      range.before = std::min(range.before, serial);
      if (entry.header.time < from) continue;
      all_old = false;
      if (entry.header.kind == Kind::kTestAnswer) {
        if (const auto body = TestAnswerBody::decode(entry.body)) answers[body->test] = entry.header.time;
      } else if (entry.header.kind == Kind::kTest) {
        const auto answer = answers.find(entry.id);
        const bool answered = answer != answers.end();
        tests.found[serial] = {entry, answered ? std::optional(answer->second) : std::nullopt};
      }
    }
    for (const DamagedEntry& damaged : page->damaged) range.before = std::min(range.before, damaged.serial);
    looked += page->entries.size() + page->damaged.size();
    if (all_old || !page->more) return tests;
  }
  tests.more = true;
  return tests;
}

json tests_view(const Tests& tests, const LineContext& line) {
  json views = json::array();
  for (const auto& [serial, test] : tests.found) {
    const Header& header = test.entry.header;
    json view{{"time", utc_text(header.time)},
              {"id", test.entry.id.hex()},
              {"author", line.code_of(header.author)},
              {"own", header.author == line.own_station},
              {"answered", test.answered.has_value()}};
    view["after_ms"] =
        test.answered ? json(std::max(*test.answered - header.time, Milliseconds{}).count()) : json(nullptr);
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace

Api::Refusal Api::get_history(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  QueryReader query(call->request);
  const auto hours = query.optional_number("hours", 1, kMostHours).value_or(kMostHours);
  if (auto wrong = query.finish()) return wrong;
  auto context = LineContext::of(*line, station_);
  if (!context) return not_found("the line is gone");
  const Now now = station_.now();
  const StationStatus status = station_.status();
  history_.look(status, now);  // a line that is new has a sample
  const Seconds span(3600 * static_cast<std::int64_t>(hours));
  json samples = json::array();
  for (const LineHistory::Sample& sample : history_.samples(*line)) {
    if (sample.time >= now.wall - span) samples.push_back(sample_view(sample));
  }
  json view{{"line", line->hex()},
            {"every_s", LineHistory::kEvery.count()},
            {"from", utc_text(std::max(history_.began(), now.wall - span))},
            {"samples", std::move(samples)}};
  const WallTime from = now.wall + status.clock_offset - span;  // entries go by the lines' clock
  const bool taken = reads_.submit(
      [call, line = *line, from, context = *context, view](StoreReader& reader) mutable -> ReadWorker::Then {
        const auto tests = find_tests(reader, line, from);
        if (!tests) {
          return [call, words = tests.error().words] {
            call->fail({503, "unavailable", "the store cannot be read: " + words, ""});
          };
        }
        view["tests"] = tests_view(*tests, context);
        view["more_tests"] = tests->more;
        return [call, view] { call->answer(200, view); };
      },
      ReadWorker::Lane::kLong);
  if (!taken) return busy("too many requests wait for the store");
  return std::nullopt;
}

Api::Refusal Api::get_estimate(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  QueryReader query(call->request);
  const auto size = query.optional_number("size", 0, kMostText);
  const auto precedence = query.optional_precedence("precedence");
  if (auto wrong = query.finish()) return wrong;
  if (!size) return ApiError{400, "missing_field", "size is missing", "size"};
  const StationStatus status = station_.status();
  const auto known = std::ranges::find(status.lines, *line, &LineStatus::line);
  if (known == status.lines.end()) return not_found("the line is gone");
  const auto how = precedence.value_or(Precedence::kRoutine);
  json to = json::array();
  for (const MemberStatus& member : known->members) {
    const auto peer = std::ranges::find(status.peers, member.code, &PeerStatus::code);
    const auto estimate = peer == status.peers.end() ? std::nullopt : estimate_text(*peer, *line, how, *size);
    to.push_back({{"party", member.code},
                  {"due_s", estimate ? rounded_seconds(estimate->in) : json(nullptr)},
                  {"path", estimate ? json(estimate->path) : json(nullptr)}});
  }
  call->answer(200, {{"time", utc_text(station_.now().wall)}, {"to", std::move(to)}});
  return std::nullopt;
}

}  // namespace openline::daemon
