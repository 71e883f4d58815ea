// SPDX-License-Identifier: Apache-2.0
// The API's JSON to and from plain values. nullopt: not what docs/api.md describes. Unknown fields are
// ignored.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cli/api_types.h"

namespace openline::cli {

[[nodiscard]] std::optional<EntryView> read_entry(std::string_view json);
[[nodiscard]] std::optional<RecordView> read_record(std::string_view json);
[[nodiscard]] std::optional<LineView> read_line(std::string_view json);
[[nodiscard]] std::optional<StatusView> read_status(std::string_view json);
[[nodiscard]] std::optional<InboxView> read_inbox(std::string_view json);
[[nodiscard]] std::optional<AgreementView> read_agreement(std::string_view json);
[[nodiscard]] std::optional<std::vector<AgreementView>> read_agreements(std::string_view json);
[[nodiscard]] std::optional<CardView> read_card(std::string_view json);
[[nodiscard]] std::optional<DoneView> read_done(std::string_view json);
[[nodiscard]] std::optional<AttachedFile> read_attached_file(std::string_view json);
[[nodiscard]] std::optional<ApiError> read_error(std::string_view json);
[[nodiscard]] bool says_unpeopled(std::string_view json);  // of GET /v1/me

[[nodiscard]] std::string write_text(const TextToSend& text);

}  // namespace openline::cli
