// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include "daemon/api/api.h"

namespace openline::daemon {

// What an act's request is read with: its line, the matter that its address names, its body.
struct Api::ActRequest {
  LineId line;
  LineContext context;
  const Matter* matter = nullptr;
  nlohmann::json body;
  RequestKey key;

  [[nodiscard]] SameParty same_party() const {
    return [this](const StationKey& one, const StationKey& other) {
      return context.code_of(one) == context.code_of(other);
    };
  }
  [[nodiscard]] bool is_ours(const Act& act) const {
    return context.code_of(act.header.author) == context.own_code;
  }
  [[nodiscard]] std::optional<RequestKey> given_key() const {
    return key.key.empty() ? std::nullopt : std::optional(key);
  }
};

}  // namespace openline::daemon
