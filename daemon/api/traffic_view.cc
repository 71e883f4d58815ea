// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/traffic_view.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "daemon/api/views.h"

namespace openline::daemon {
namespace {

using nlohmann::json;

json object_view(const ObjectStatus& object, Now now) {
  return {{"size", object.size},
          {"missing", object.missing},
          {"due_s", due_view(object.due, now)},
          {"path", object.path.empty() ? json(nullptr) : json(object.path)}};
}

void name_cargo(const StatementCargo&, json& view) { view["what"] = "statement"; }
void name_cargo(const AgreementCargo& cargo, json& view) {
  view["what"] = "agreement";
  view["agreement"] = cargo.agreement.hex();
}
void name_cargo(const FileCargo& cargo, json& view) {
  view["what"] = "file";
  view["line"] = cargo.line.hex();
  view["hash"] = cargo.attachment.hex();
  view["part"] = cargo.part;
}
void name_cargo(const RunCargo& cargo, json& view) {
  json ids = json::array();
  for (const EntryId& id : cargo.entries) ids.push_back(id.hex());
  view["what"] = "entries";
  view["line"] = cargo.line.hex();
  view["entries"] = std::move(ids);
}

}  // namespace

json rounded_seconds(Microseconds time) { return std::round(static_cast<double>(time.count()) / 1e5) / 10; }

json due_view(const std::optional<MonotonicTime>& due, Now now) {
  return due ? rounded_seconds(std::max(*due - now.monotonic, Microseconds{})) : json(nullptr);
}

json consignment_view(const Consignment& one, bool path_up, Now now) {
  json view = object_view(one.object, now);
  view["precedence"] = precedence_name(one.object.precedence);
  view["since"] =
      utc_text(now.wall - std::chrono::duration_cast<Milliseconds>(now.monotonic - one.object.since));
  view["state"] = path_up ? "sending" : "waits";
  std::visit([&](const auto& cargo) { name_cargo(cargo, view); }, one.cargo);
  return view;
}

json entry_way_view(const MemberTraffic& member, ChainNumber chain, Sequence sequence, bool own, Now now) {
  json view{{"to", member.code}};
  const MemberTraffic::Way* soonest = nullptr;
  for (const MemberTraffic::Way& way : member.ways) {
    const bool here = way.run.chain == chain && way.run.first <= sequence && sequence < way.run.next;
    if (!here) continue;
    const bool sooner =
        !soonest || (way.object.due && (!soonest->object.due || *way.object.due < *soonest->object.due));
    if (sooner) soonest = &way;
  }
  const auto arrived = member.arrived.find(chain);
  if (arrived != member.arrived.end() && arrived->second.contains(sequence.value)) {
    view["state"] = "arrived";
  } else if (!member.path_up) {
    if (!soonest && !own) return nullptr;
    view["state"] = "waits";
  } else if (soonest) {
    view["state"] = "sending";
  } else {
    if (!own) return nullptr;
    view["state"] = "queued";
  }
  if (soonest && view["state"] != "arrived") view.update(object_view(soonest->object, now));
  return view;
}

json file_way_view(const MemberTraffic& member, const Hash& file, Now now) {
  const auto found = member.files.find(file);
  if (found == member.files.end()) return nullptr;
  const FileTraffic& traffic = found->second;
  return {{"to", member.code},
          {"state", member.path_up ? "sending" : "waits"},
          {"parts", traffic.parts},
          {"missing", traffic.missing},
          {"due_s", due_view(traffic.due, now)},
          {"path", traffic.due ? json(traffic.path) : json(nullptr)}};
}

json arriving_view(const openline::AttachmentProgress& file) {
  return {{"size", file.size},
          {"parts_held", file.parts_held},
          {"parts", file.parts},
          {"missing", file.missing},
          {"due_s", file.left ? rounded_seconds(*file.left) : json(nullptr)}};
}

}  // namespace openline::daemon
