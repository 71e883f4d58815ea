// SPDX-License-Identifier: Apache-2.0
// What the simulator's tests begin with.
#pragma once

#include <gtest/gtest.h>

#include "sim/world.h"

namespace openline::sim {

// Everything but time heals in this long.
inline constexpr Seconds kSoon{120};

inline SendText text_for(const World& world, const std::string& text, Precedence precedence) {
  SendText what;
  what.line = world.line();
  what.precedence = precedence;
  what.entry_class = Class::kLive;
  what.text.text = text;
  return what;
}

inline bool settle(World& world, Seconds within = kSoon) {
  return world.run_until([&] { return world.all_answered() && world.agree(); }, within);
}

}  // namespace openline::sim
