// SPDX-License-Identifier: Apache-2.0
// Acts drawn at random, about what an end has seen: those that a desk would ask for, and those that nobody
// honest would sign.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "sim/forger.h"
#include "sim/world.h"

namespace openline::sim {

class RandomActs {
 public:
  // What a station has seen; `codes` are the members'.
  RandomActs(Chance& chance, std::vector<const Matter*> seen, std::vector<std::string> codes);

  // May be refused: then nothing was written. The key names it.
  [[nodiscard]] Command command(const LineId& line, const std::string& key);
  // Any kind about anything, in a good form or in none, and whatever parents: those of `store`, some, none,
  // or ones that never were.
  [[nodiscard]] Forged forged(const Store& store, const StationKey& own);

 private:
  EntryId matter_of(Kind kind);
  EntryId any_entry();
  Words words();
  WallTime time();
  std::string role();
  VisitTerms terms();
  CallStatement statement(std::size_t first_stage);
  Command contact_command(const LineId& line, const RequestKey& key);
  ActBody visit_body();
  ActBody call_body();
  ActBody other_body();
  std::pair<Kind, Bytes> contact_entry();
  std::vector<Position> parents(const Store& store, const StationKey& own);

  Chance& chance_;
  std::map<Kind, std::vector<EntryId>> matters_;
  std::vector<EntryId> entries_;
  std::vector<std::string> codes_;
};

}  // namespace openline::sim
