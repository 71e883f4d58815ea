// SPDX-License-Identifier: Apache-2.0
// Every fault that a run can have, by name, and which of them a run has.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/error.h"
#include "core/wire/time.h"

namespace openline::sim {

enum class Fault : std::uint8_t {
  kLoss,
  kBurst,
  kDuplication,
  kReordering,
  kCorruption,
  kTruncation,
  kDelay,
  kBandwidth,
  kSmallPackets,
  kOneWay,
  kPartition,
  kIsolation,
  kFlapping,
  kMoving,
  kCrash,
  kLateWrite,
  kFullDisk,
  kSlowDisk,
  kStalledDisk,
  kBitRot,
  kRestore,
  kClockJump,
  kClockDrift,
  kClockStop,
  kPause,
  kSilentOfficers,
  kReplay,
  kReplayFirst,
  kStrangers,
  kForge,
  kEquivocate,
  kWithhold,
  kFlood,
};
inline constexpr std::size_t kFaults = static_cast<std::size_t>(Fault::kFlood) + 1;

// How often: what a probability of the fault is for.
enum class FaultUnit : std::uint8_t {
  kPacket,  // drawn for each wire, up to this
  kWire,    // that a wire has it
  kMinute,  // of each station, on the average
  kStep,    // between two steps of a turn
  kEach,    // time that it could be
};

struct FaultKind {
  Fault fault;
  const char* name;
  FaultUnit unit;
  double usual;
  const char* what;
};
[[nodiscard]] std::span<const FaultKind> fault_kinds();
[[nodiscard]] const FaultKind& kind_of(Fault fault);
[[nodiscard]] const char* unit_words(FaultUnit unit);

// In a run's time of troubles, which begins at 0.
struct FaultSpan {
  Milliseconds from{}, to{};
};
struct FaultSetting {
  double probability = 0;
  std::vector<FaultSpan> spans;  // empty: all the time
};

class FaultMix {
 public:
  FaultMix();  // each as is usual
  // "loss=0.4", "partition=@20..35", "loss=0.4@20..35,50..60": a probability, spans of seconds, or both.
  // A fault of the units kMinute with spans and no probability happens to one station at the beginning of
  // each span and lasts as long as it.
  [[nodiscard]] Result<void> set(std::string_view text);
  [[nodiscard]] Result<void> leave_out(std::string_view name);
  void leave_out_all();
  [[nodiscard]] const FaultSetting& of(Fault fault) const { return set_[static_cast<std::size_t>(fault)]; }
  [[nodiscard]] bool has(Fault fault) const { return of(fault).probability > 0; }
  // At this moment of the troubles.
  [[nodiscard]] double at(Fault fault, Milliseconds time) const;
  // The options that make this mix from the usual one, with a space before each.
  [[nodiscard]] std::string options() const;

 private:
  std::array<FaultSetting, kFaults> set_;
  std::array<std::string, kFaults> given_;  // as text, where it is not the usual
};

}  // namespace openline::sim
