// SPDX-License-Identifier: Apache-2.0
// Status, inbox and agreements in words. Each text ends with a line end.
#pragma once

#include <string>

#include "cli/api_types.h"
#include "cli/failure.h"

namespace openline::cli {

[[nodiscard]] std::string status_text(const StatusView& status, bool colour);
[[nodiscard]] std::string line_text(const LineView& line, bool colour);
[[nodiscard]] std::string lamp_text(const LineView& line, bool colour);  // "OPEN, their desk attended"
[[nodiscard]] std::string inbox_text(const InboxView& inbox, bool colour);
[[nodiscard]] std::string agreement_text(const AgreementView& agreement);
// kOk, or the code of the worst lamp.
[[nodiscard]] ExitCode worst_lamp(const StatusView& status);

}  // namespace openline::cli
