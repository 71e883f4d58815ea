// SPDX-License-Identifier: Apache-2.0
// What the API shows, as JSON (docs/api.md section 3). Pure: values in, JSON out.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "daemon/api/station_port.h"
#include "daemon/config/desk_plan.h"
#include "daemon/store/store.h"

namespace openline::daemon {

[[nodiscard]] std::string utc_text(WallTime time);  // "2026-11-23T21:05:36.123Z"
[[nodiscard]] std::string dump(const nlohmann::json& value);

[[nodiscard]] nlohmann::json status_view(const StationStatus& status, const StationPort& station,
                                         const DeskPlan& plan);
[[nodiscard]] nlohmann::json line_view(const LineStatus& line, const StationStatus& status,
                                       const DeskPlan& plan);
// The line's own, and what the plan of its desk says that cannot be done.
[[nodiscard]] std::vector<std::string> conditions_of(const LineStatus& line, const StationStatus& status,
                                                     const DeskPlan& plan);
[[nodiscard]] const char* lamp_name(LineLamp lamp);
[[nodiscard]] nlohmann::json open_item_view(const OpenItem& item);
[[nodiscard]] nlohmann::json card_view(const CardFile& card);

enum class AgreementState : std::uint8_t { kProposed, kInForce, kAmendment };
[[nodiscard]] nlohmann::json agreement_view(const AgreementStatus& agreement, AgreementState state);
[[nodiscard]] nlohmann::json agreement_in_force_view(const LineStatus& line);

// What an entry's view needs beside the entry. A copy: it goes to the reading thread.
struct LineContext {
  LineId line;
  std::string name;
  std::string own_code;
  StationKey own_station;
  bool attested = true;
  std::string language;       // our desk's
  std::optional<Hash> forms;  // the edition that the agreement names
  const notices::Editions* editions = nullptr;
  std::map<StationKey, std::string> codes;  // of every station that was ever on a member's card
  std::map<StationKey, bool> revoked;
  std::map<std::string, std::map<ChainNumber, Sequence>>
      below;                           // by the code of another member: what its heads cover
  std::vector<MemberTraffic> traffic;  // what is on its way to other members
  std::map<Hash, openline::AttachmentProgress> arriving;  // files that are not whole here
  Now now;                                                // when all of this was so

  [[nodiscard]] static std::optional<LineContext> of(const LineId& line, const StationPort& station);
  void add_traffic(
      const StationPort& station);  // left out where nobody asks for it: it costs a look at every queue
  [[nodiscard]] std::string code_of(const StationKey& station) const;
};

struct EntryContext {
  std::optional<Serial> serial;
  std::optional<ChainNumber> chain;  // absent while it waits above a gap
  bool unconfirmed = false;
  std::vector<StoredReceipt> receipts;
};
[[nodiscard]] nlohmann::json entry_view(const Entry& entry, const EntryContext& context,
                                        const LineContext& line);
// With its receipts from the store.
[[nodiscard]] nlohmann::json stored_view(const StoredEntry& entry, const LineContext& line,
                                         StoreReader& reader);

}  // namespace openline::daemon
