// SPDX-License-Identifier: Apache-2.0
// Where entries, agreements and files are on their way.
#include <algorithm>

#include "core/station/state.h"

namespace openline {

void Station::State::remember_cargo(const StationKey& peer, std::optional<std::uint64_t> object, Cargo what) {
  if (object) cargo.insert_or_assign({peer, *object}, std::move(what));
}

// The link gives up what was sent to a peer that forgot its session; what still waits stays.
void Station::State::forget_cargo_given_up(const StationKey& peer, Now now) {
  std::set<std::uint64_t> kept;
  if (const auto outbound = links.outbound(peer, SIZE_MAX, now)) {
    for (const ObjectStatus& object : outbound->objects) kept.insert(object.object);
  }
  std::erase_if(cargo,
                [&](const auto& one) { return one.first.first == peer && !kept.contains(one.first.second); });
}

std::vector<Consignment> Station::State::consignments(const StationKey& peer,
                                                      const Outbound& outbound) const {
  std::vector<Consignment> result;
  for (const ObjectStatus& object : outbound.objects) {
    const auto known = cargo.find({peer, object.object});
    result.push_back({object, known == cargo.end() ? Cargo{} : known->second});
  }
  return result;
}

LinkTraffic Station::State::traffic_to(const StationKey& peer, Now now) const {
  LinkTraffic traffic;
  const auto outbound = links.outbound(peer, LinkTraffic::kMaxShown, now);
  if (!outbound) return traffic;
  traffic.on_the_way = consignments(peer, *outbound);
  traffic.more = outbound->more;
  traffic.queues = outbound->queues;
  return traffic;
}

namespace {

void add_part(FileTraffic& file, const ObjectStatus& part) {
  const bool first = file.parts == 0;
  ++file.parts;
  file.missing += part.missing;
  if (!part.due || (!first && !file.due)) {
    file.due.reset();  // of one part nothing is known: so of the whole
  } else if (!file.due || *file.due < *part.due) {
    file.due = part.due;
    file.path = part.path;
  }
}

}  // namespace

MemberTraffic Station::State::member_traffic(const LineState& line, const Member& member, Now now) const {
  MemberTraffic traffic;
  traffic.code = member.code;
  for (const StationKey& station : parties.stations_of(member.party)) {
    const auto share = line.shares.find(station);
    const auto outbound = links.outbound(station, MemberTraffic::kMaxObjects, now);
    if (share == line.shares.end() || !outbound) continue;
    traffic.path_up = traffic.path_up || is_open(station);
    for (const auto& [number, chain] : line.record.chains()) {
      const RangeSet arrived = share->second.arrived(number);
      for (const Range& range : arrived.ranges()) traffic.arrived[number].add(range);
    }
    for (Consignment& one : consignments(station, *outbound)) {
      if (auto* run = std::get_if<RunCargo>(&one.cargo); run && run->line == line.id)
        traffic.ways.push_back({std::move(*run), one.object});
      if (auto* file = std::get_if<FileCargo>(&one.cargo); file && file->line == line.id)
        add_part(traffic.files[file->attachment], one.object);
    }
  }
  return traffic;
}

std::vector<MemberTraffic> Station::traffic(const LineId& id, Now now) const {
  std::vector<MemberTraffic> result;
  const auto found = state_->lines.find(id);
  if (found == state_->lines.end()) return result;
  for (const Member& member : found->second->agreement.in_force().agreement.members) {
    if (member.party != state_->own_party)
      result.push_back(state_->member_traffic(*found->second, member, now));
  }
  return result;
}

std::vector<AttachmentProgress> Station::arriving(Now now) const { return state_->arriving(now); }

}  // namespace openline
