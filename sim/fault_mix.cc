// SPDX-License-Identifier: Apache-2.0
#include "sim/fault_mix.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace openline::sim {
namespace {

using enum Fault;
using enum FaultUnit;

constexpr FaultKind kKinds[] = {
    {kLoss, "loss", kPacket, 0.4, "packets are lost"},
    {kBurst, "burst", kPacket, 0.02, "a burst of losses begins"},
    {kDuplication, "duplication", kPacket, 0.3, "a second copy comes later"},
    {kReordering, "reordering", kPacket, 0.3, "packets are held back up to 200 ms"},
    {kCorruption, "corruption", kPacket, 0.1, "1 to 8 bits are turned over"},
    {kTruncation, "truncation", kPacket, 0.05, "packets are cut off at a random length"},
    {kDelay, "delay", kWire, 0.8, "up to 300 ms of delay and 50 ms of jitter"},
    {kBandwidth, "bandwidth", kWire, 0.2, "4 to 64 kB a second, with a queue of 500 ms"},
    {kSmallPackets, "small-packets", kWire, 0.2, "packets above 1,200 to 1,600 bytes vanish"},
    {kOneWay, "one-way", kWire, 0.2, "one direction of a path is cut"},
    {kPartition, "partition", kMinute, 1, "all paths between two stations are cut, up to 30 s"},
    {kIsolation, "isolation", kMinute, 0.3, "a station has no path to anybody, up to 40 s"},
    {kFlapping, "flapping", kMinute, 1, "a path goes and comes each few seconds, up to 30 s"},
    {kMoving, "moving", kMinute, 3, "a station's address on a path changes, or its NAT forgets it"},
    {kCrash, "crash", kStep, 0.001, "a station crashes between two steps of its turn"},
    {kLateWrite, "late-write", kEach, 0.3, "a commit that a crash interrupts is on the disk all the same"},
    {kFullDisk, "full-disk", kMinute, 0.3, "commits fail, up to 20 s"},
    {kSlowDisk, "slow-disk", kMinute, 0.5, "commits take up to 500 ms, up to 30 s"},
    {kStalledDisk, "stalled-disk", kMinute, 0.3, "a commit takes up to 20 s"},
    {kBitRot, "bit-rot", kEach, 0.02, "a bit is turned over in what is read from the record"},
    {kRestore, "restore", kMinute, 0.1, "a store is restored from a copy made up to a minute ago"},
    {kClockJump, "clock-jump", kMinute, 0.5, "a wall clock jumps up to a day, either way"},
    {kClockDrift, "clock-drift", kMinute, 0.5, "clocks drift up to 0.5 %, either way"},
    {kClockStop, "clock-stop", kMinute, 0.3, "a wall clock stands still, up to 30 s"},
    {kPause, "pause", kMinute, 0.3, "a machine stands still, up to 15 s"},
    {kSilentOfficers, "silent-officers", kEach, 0.3, "a desk's officers attend nothing and answer nobody"},
    {kReplay, "replay", kPacket, 0.1, "a packet that went earlier comes again, from anywhere"},
    {kReplayFirst, "replay-first", kMinute, 1, "first messages of earlier come again, from many addresses"},
    {kStrangers, "strangers", kMinute, 1, "300 packets of a stranger who knows the forms"},
    {kForge, "forge", kMinute, 2, "a hostile member signs entries that no command would write"},
    {kEquivocate, "equivocate", kMinute, 0.3, "a hostile member tells two histories"},
    {kWithhold, "withhold", kMinute, 0.5, "a hostile member answers nobody, up to 40 s"},
    {kFlood, "flood", kMinute, 0.2, "a hostile member signs 300 entries at once"},
};
static_assert(std::size(kKinds) == kFaults);

const FaultKind* find(std::string_view name) {
  const auto found = std::ranges::find_if(kKinds, [&](const FaultKind& kind) { return kind.name == name; });
  return found == std::end(kKinds) ? nullptr : found;
}

// Both ends and what is left. Probabilities and seconds are small: a double holds them.
std::optional<double> take_number(std::string_view& text) {
  const std::string copy(text);
  char* end = nullptr;
  const double number = std::strtod(copy.c_str(), &end);
  const auto taken = static_cast<std::size_t>(end - copy.c_str());
  if (taken == 0 || !(number >= 0) || number > 1e6) return std::nullopt;
  text.remove_prefix(taken);
  return number;
}

Milliseconds from_seconds(double seconds) { return Milliseconds{static_cast<std::int64_t>(seconds * 1000)}; }

// strtod takes "20." of "20..35", so the mark is found first.
std::optional<FaultSpan> span_of(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  std::string_view first = text.substr(0, dots), second = text.substr(dots + 2);
  const auto from = take_number(first), to = take_number(second);
  if (!from || !to || !first.empty() || !second.empty() || *to < *from) return std::nullopt;
  return FaultSpan{from_seconds(*from), from_seconds(*to)};
}

std::optional<FaultSetting> setting_of(std::string_view text) {
  FaultSetting setting;
  const std::size_t mark = text.find('@');
  std::string_view chance = text.substr(0, mark);
  setting.probability = 1;
  if (mark == std::string_view::npos || !chance.empty()) {
    const auto number = take_number(chance);
    if (!number || !chance.empty()) return std::nullopt;
    setting.probability = *number;
  }
  while (mark != std::string_view::npos) {
    std::string_view rest = setting.spans.empty() ? text.substr(mark + 1) : text;
    const std::size_t comma = rest.find(',');
    const auto span = span_of(rest.substr(0, comma));
    if (!span) return std::nullopt;
    setting.spans.push_back(*span);
    if (comma == std::string_view::npos) break;
    text = rest.substr(comma + 1);
  }
  return setting;
}

}  // namespace

std::span<const FaultKind> fault_kinds() { return kKinds; }
const FaultKind& kind_of(Fault fault) { return kKinds[static_cast<std::size_t>(fault)]; }

const char* unit_words(FaultUnit unit) {
  switch (unit) {
    case kPacket:
      return "at most, a packet";
    case kWire:
      return "a wire";
    case kMinute:
      return "a station and minute";
    case kStep:
      return "a step";
    default:
      return "each";
  }
}

FaultMix::FaultMix() {
  for (const FaultKind& kind : kKinds) set_[static_cast<std::size_t>(kind.fault)].probability = kind.usual;
}

Result<void> FaultMix::set(std::string_view text) {
  const std::size_t equals = text.find('=');
  const FaultKind* kind = find(text.substr(0, equals));
  if (kind == nullptr) return fail(fmt::format("there is no fault \"{}\"", text.substr(0, equals)));
  const auto setting = equals == std::string_view::npos ? std::nullopt : setting_of(text.substr(equals + 1));
  if (!setting) return fail(fmt::format("\"{}\" is not NAME=PROBABILITY[@FROM..TO,...]", text));
  set_[static_cast<std::size_t>(kind->fault)] = *setting;
  given_[static_cast<std::size_t>(kind->fault)] = fmt::format(" --fault {}", text);
  return {};
}

Result<void> FaultMix::leave_out(std::string_view name) {
  const FaultKind* kind = find(name);
  if (kind == nullptr) return fail(fmt::format("there is no fault \"{}\"", name));
  set_[static_cast<std::size_t>(kind->fault)] = {};
  given_[static_cast<std::size_t>(kind->fault)] = fmt::format(" --without {}", name);
  return {};
}

void FaultMix::leave_out_all() {
  set_ = {};
  for (const FaultKind& kind : kKinds)
    given_[static_cast<std::size_t>(kind.fault)] = fmt::format(" --without {}", kind.name);
}

double FaultMix::at(Fault fault, Milliseconds time) const {
  const FaultSetting& setting = of(fault);
  if (setting.spans.empty()) return setting.probability;
  const bool now = std::ranges::any_of(
      setting.spans, [&](const FaultSpan& span) { return span.from <= time && time < span.to; });
  return now ? setting.probability : 0;
}

std::string FaultMix::options() const {
  std::string text;
  for (const std::string& given : given_) text += given;
  return text;
}

}  // namespace openline::sim
