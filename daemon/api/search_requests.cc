// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "daemon/api/api.h"
#include "daemon/api/json_input.h"

namespace openline::daemon {

using nlohmann::json;

namespace {

constexpr std::uint64_t kMaxFound = 200;
constexpr std::size_t kMaxWordsAsked = 500;  // bytes

std::optional<Kind> kind_of(std::string_view name) {
  for (std::uint16_t number = 1; number <= static_cast<std::uint16_t>(Kind::kDisregard); ++number) {
    if (name == kind_name(static_cast<Kind>(number))) return static_cast<Kind>(number);
  }
  return std::nullopt;
}

// Every station that was ever on the party's card.
std::vector<StationKey> stations_of(const std::string& code, const LineContext& line) {
  std::vector<StationKey> stations;
  for (const auto& [station, party] : line.codes) {
    if (party == code) stations.push_back(station);
  }
  return stations;
}

std::expected<SearchQuery, ApiError> read_query(const HttpRequest& request, const LineContext& line) {
  QueryReader reader(request);
  SearchQuery query;
  query.line = line.line;
  query.words = reader.optional_text("q", kMaxWordsAsked).value_or("");
  if (const auto author = reader.optional_text("author", 16)) {
    query.authors = stations_of(*author, line);
    if (query.authors->empty()) reader.refuse("author", "no member of this line has this code");
  }
  if (const auto kind = reader.optional_text("kind", 32)) {
    query.kind = kind_of(*kind);
    if (!query.kind) reader.refuse("kind", "must be a kind of entry, as entries name it");
  }
  query.precedence = reader.optional_precedence("precedence");
  query.entry_class = reader.optional_class("class");
  query.from = reader.optional_time("from");
  query.to = reader.optional_time("to");
  if (const auto before = reader.optional_number("before", 0, INT64_MAX)) query.before = Serial{*before};
  query.limit = static_cast<std::size_t>(reader.optional_number("limit", 1, kMaxFound).value_or(50));
  if (auto wrong = reader.finish()) return std::unexpected(std::move(*wrong));
  return query;
}

ApiError unsearchable(const StoreFailure& failure) {
  if (failure.kind == StoreFailure::Kind::kFull)
    return {507, "store_full", "there is no space for the index of words", ""};
  return {503, "unavailable", "the record cannot be searched now; the station's log says why", "", 0, 5};
}

json found_view(const SearchFound& found, const LineContext& line, StoreReader& reader) {
  json entries = json::array();
  for (const StoredEntry& entry : found.entries) entries.push_back(stored_view(entry, line, reader));
  return {{"entries", std::move(entries)},
          {"more", found.more},
          {"indexed_to", found.indexed_to.value},
          {"complete", found.is_complete}};
}

}  // namespace

Api::Refusal Api::search_record(const CallPtr& call) {
  const auto line = find_line(call->arguments[0]);
  if (!line) return line.error();
  auto context = LineContext::of(*line, station_);
  if (!context) return not_found("the line is gone");
  auto query = read_query(call->request, *context);
  if (!query) return query.error();
  context->add_traffic(station_);
  const bool taken =
      search_.search(std::move(*query),
                     [call, context = std::move(*context)](const Searched& found,
                                                           StoreReader& reader) -> SearchThread::Then {
                       if (!found)
                         return [call, failure = found.error()] { call->fail(unsearchable(failure)); };
                       HttpResponse response;
                       response.body = dump(found_view(*found, context, reader));
                       return [call, response = std::move(response)] { call->respond(response); };
                     });
  if (!taken) return busy("too many searches wait");
  return std::nullopt;
}

}  // namespace openline::daemon
