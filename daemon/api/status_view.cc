// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "daemon/api/traffic_view.h"
#include "daemon/api/views.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

json time_or_null(const std::optional<WallTime>& time) {
  return time ? json(utc_text(*time)) : json(nullptr);
}
json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

// Link keeps monotonic times: shown on our wall clock.
json ago(const std::optional<MonotonicTime>& time, Now now) {
  if (!time) return nullptr;
  return utc_text(now.wall - std::chrono::duration_cast<Milliseconds>(now.monotonic - *time));
}

const char* path_state(PathState state) {
  return state == PathState::kUp ? "up" : state == PathState::kDown ? "down" : "untried";
}
const char* desk_state(DeskState state) {
  return state == DeskState::kAttended     ? "attended"
         : state == DeskState::kUnattended ? "unattended"
                                           : "unknown";
}

json path_view(const PathStatus& path, const PathQueue& queue, Now now) {
  const auto or_null = [](const auto& value) { return value ? json(*value) : json(nullptr); };
  json view{{"path", path.name},
            {"remote", path.remote.text},
            {"state", path_state(path.state)},
            {"since", ago(path.state_since, now)},
            {"last_heard", ago(path.last_heard, now)},
            {"loss", path.loss},
            {"detection_ms", path.detection_time.count() / 1000},
            {"declared_rate", or_null(path.declared_rate)},
            {"measured_rate", or_null(path.measured_rate)},
            {"in_flight_bytes", path.in_flight},
            {"queued_bytes", queue.bytes},
            {"bytes_sent", path.bytes_sent},
            {"bytes_received", path.bytes_received},
            {"packets_sent", path.packets_sent},
            {"packets_received", path.packets_received},
            {"packets_lost", path.packets_lost},
            {"repeated_bytes", path.bytes_repeated},
            {"padding_bytes", path.bytes_padded},
            {"repeat_budget_used", or_null(path.budget_used)},
            {"packet_size", path.packet_size}};
  view["queue_s"] = due_view(queue.time ? std::optional(now.monotonic + *queue.time) : std::nullopt, now);
  view["round_trip_ms"] =
      path.round_trip ? json(static_cast<double>(path.round_trip->count()) / 1000) : json(nullptr);
  return view;
}

json peer_view(const PeerStatus& peer, Now now) {
  json links = json::array();
  for (std::size_t at = 0; at < peer.links.size(); ++at) {
    const LinkStatus& link = peer.links[at];
    const LinkTraffic& traffic = peer.traffic[at];
    json paths = json::array(), on_the_way = json::array();
    for (std::size_t path = 0; path < link.paths.size(); ++path)
      paths.push_back(path_view(link.paths[path], traffic.queues[path], now));
    for (const Consignment& one : traffic.on_the_way)
      on_the_way.push_back(consignment_view(one, link.session, now));
    links.push_back({{"station", link.station.hex()},
                     {"session", link.session},
                     {"last_heard", ago(link.last_heard, now)},
                     {"courier_key", link.courier_key},
                     {"suspect_courier_key", link.suspect_courier_key},
                     {"closing", link.closing ? json(*link.closing) : json(nullptr)},
                     {"queued_bytes", link.queued_bytes},
                     {"objects_in_flight", link.objects_in_flight},
                     {"on_the_way", std::move(on_the_way)},
                     {"more_on_the_way", traffic.more},
                     {"paths", std::move(paths)}});
  }
  return {{"party", peer.party.text()},
          {"code", peer.code},
          {"name", peer.name},
          {"card_edition", peer.card_edition},
          {"links", std::move(links)}};
}

json counters_view(const StationStatus& status) {
  const SwitchboardCounters& counters = status.counters;
  return {{"malformed", counters.malformed},
          {"bad_mac", counters.bad_mac},
          {"unknown_caller", counters.unknown_caller},
          {"unknown_session", counters.unknown_session},
          {"failed_authentication", counters.failed_authentication},
          {"replayed", counters.replayed},
          {"cookies_sent", counters.cookies_sent},
          {"cookies_asked", counters.cookies_asked},
          {"over_budget", counters.over_budget},
          {"refused_objects", status.refused_objects}};
}

json member_view(const MemberStatus& member) {
  return {{"code", member.code},
          {"desk", member.desk},
          {"reachable", member.reachable},
          {"last_heard", time_or_null(member.last_heard)},
          {"heard_through_others", time_or_null(member.heard_through)},
          {"desk_state", desk_state(member.desk_state)},
          {"desk_role", text_or_null(member.desk_role)},
          {"desk_since", member.desk_since == WallTime{} ? json(nullptr) : time_or_null(member.desk_since)},
          {"not_stored", member.not_stored}};
}

}  // namespace

const char* lamp_name(LineLamp lamp) {
  switch (lamp) {
    case LineLamp::kOpenAttended:
      return "open-attended";
    case LineLamp::kOpenUnattended:
      return "open-unattended";
    case LineLamp::kDegraded:
      return "degraded";
    case LineLamp::kSilent:
      break;
  }
  return "silent";
}

std::string utc_text(WallTime time) {
  const auto milliseconds = time.time_since_epoch().count();
  const auto seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds)),
                     milliseconds - seconds * 1000);
}

std::string dump(const json& value) { return value.dump(-1, ' ', false, json::error_handler_t::replace); }

json open_item_view(const OpenItem& item) {
  return {{"serial", item.serial.value},
          {"id", item.id.hex()},
          {"author", item.author},
          {"precedence", precedence_name(item.precedence)},
          {"class", class_name(item.entry_class)},
          {"time", utc_text(item.time)},
          {"own", item.own},
          {"shown", item.shown},
          {"acknowledged", item.acknowledged},
          {"stored", item.stored},
          {"left_s", item.left.count()}};
}

// People who must stand behind what goes out, by the agreement and the desk's plan.
json release_view(const Agreement& agreement, const DeskPlan::Desk& desk) {
  json people = json::object(), releasers = json::array();
  for (int i = 3; i >= 0; --i) {
    const auto precedence = static_cast<Precedence>(i);
    const ReleaseNeed need = release_need(agreement.release, desk, precedence);
    people[precedence_name(precedence)] = need.people;
    if (need.releaser) releasers.push_back(precedence_name(precedence));
  }
  return {
      {"people", std::move(people)}, {"releaser_for", std::move(releasers)}, {"emergency", desk.emergency}};
}

// A plan is written before the lines are there, and by hand.
std::vector<std::string> conditions_of(const LineStatus& line, const StationStatus& status,
                                       const DeskPlan& plan) {
  std::vector<std::string> conditions = line.conditions;
  for (const AlarmStep& step : plan.at(line.own_desk).steps) {
    const bool is_there =
        std::ranges::find(status.lines, step.desk, &LineStatus::own_desk) != status.lines.end();
    if (step.desk.empty() || (is_there && step.desk != line.own_desk)) continue;
    const std::string words = fmt::format("the plan's step \"{}\" calls the desk {}, which {}", step.name,
                                          step.desk, is_there ? "rings already" : "no line here has");
    if (std::ranges::find(conditions, words) == conditions.end()) conditions.push_back(words);
  }
  return conditions;
}

json line_view(const LineStatus& line, const StationStatus& status, const DeskPlan& plan) {
  const Agreement& agreement = line.agreement.agreement;
  json members = json::array(), items = json::array(), amendments = json::array();
  for (const MemberStatus& member : line.members) members.push_back(member_view(member));
  for (const OpenItem& item : line.open_items) items.push_back(open_item_view(item));
  for (const AgreementStatus& amendment : line.amendments)
    amendments.push_back(agreement_view(amendment, AgreementState::kAmendment));
  return {{"line", line.line.hex()},
          {"name", agreement.name},
          {"lamp", lamp_name(line.lamp)},
          {"reason", line.reason},
          {"conditions", conditions_of(line, status, plan)},
          {"record", agreement.record == RecordMode::kAttested ? "attested" : "deniable"},
          {"suspended", line.suspended},
          {"writing_stopped", line.writing_stopped},
          {"agreement", line.agreement_hash.hex()},
          {"expires", text_or_null(agreement.expires)},
          {"identify", agreement.identify == Identify::kRole ? "role" : "name"},
          {"own",
           {{"code", status.code},
            {"desk", line.own_desk},
            {"state", desk_state(line.own_desk_state)},
            {"role", text_or_null(line.own_desk_role)}}},
          {"release", release_view(agreement, plan.at(line.own_desk))},
          {"members", std::move(members)},
          {"open_items", std::move(items)},
          {"test",
           {{"last_sent", time_or_null(line.test.last_sent)},
            {"last_answered", time_or_null(line.test.last_answered)},
            {"unanswered", line.test.unanswered},
            {"last_received", time_or_null(line.test.last_received)},
            {"sent", line.test.sent},
            {"answered", line.test.answered},
            {"every_s", agreement.test_every.count()}}},
          {"amendments", std::move(amendments)},
          {"entries", line.entries},
          {"held_above_gap", line.held_above_gap}};
}

json status_view(const StationStatus& status, const StationPort& station, const DeskPlan& plan) {
  const Now now = station.now();
  json peers = json::array(), lines = json::array(), proposals = json::array(), attachments = json::array(),
       paths = json::array();
  for (const PathView& path : station.paths()) {
    paths.push_back({{"name", path.name},
                     {"kind", path.kind},
                     {"listen", text_or_null(path.listening_on)},
                     {"usable", path.problem.empty()},
                     {"problem", text_or_null(path.problem)}});
  }
  for (const PeerStatus& peer : status.peers) peers.push_back(peer_view(peer, now));
  for (const LineStatus& line : status.lines) lines.push_back(line_view(line, status, plan));
  for (const AgreementStatus& proposal : status.proposals)
    proposals.push_back(agreement_view(proposal, AgreementState::kProposed));
  for (const openline::AttachmentProgress& file : status.attachments) {
    attachments.push_back(arriving_view(file));
    attachments.back()["line"] = file.line.hex();
    attachments.back()["hash"] = file.attachment.hex();
  }
  json view{{"station", status.station.hex()},
            {"party", status.party.text()},
            {"code", status.code},
            {"name", station.own_card().cards.newest().name},
            {"software", "openline 0.1.0"},
            {"time", utc_text(now.wall)},
            {"store",
             {{"commit", status.commit},
              {"problem", status.store_problem ? json(*status.store_problem) : json(nullptr)},
              {"uncommitted_bytes", status.uncommitted_bytes}}},
            {"paths", std::move(paths)},
            {"peers", std::move(peers)},
            {"lines", std::move(lines)},
            {"proposals", std::move(proposals)},
            {"attachments", std::move(attachments)},
            {"counters", counters_view(status)}};
  if (const auto console = station.console()) {
    view["console"] = {{"url", console->url}};
    if (!console->certificate.empty()) view["console"]["certificate_sha256"] = console->certificate;
    if (!console->problem.empty()) view["console"]["problem"] = console->problem;
  }
  view["demo_clock"] = status.demo_clock ? json{{"offset_s", status.clock_offset.count()}} : json(nullptr);
  return view;
}

json card_view(const CardFile& file) {
  const Card& card = file.cards.newest();
  json stations = json::array();
  for (const CardStation& station : card.stations) {
    json addresses = json::array();
    for (const SignedLocator& locator : file.locators) {
      if (locator.locator.station != station.key) continue;
      for (const LocatorAddress& address : locator.locator.addresses) {
        addresses.push_back({{"path", address.path}, {"kind", address.kind}, {"endpoint", address.endpoint}});
      }
    }
    stations.push_back({{"key", station.key.hex()},
                        {"name", station.name},
                        {"revoked", station.revoked.has_value()},
                        {"addresses", std::move(addresses)}});
  }
  return {{"fingerprint", file.cards.fingerprint().text()},
          {"code", card.code},
          {"name", card.name},
          {"edition", card.edition},
          {"languages", card.languages},
          {"stations", std::move(stations)}};
}

}  // namespace openline::daemon
