// SPDX-License-Identifier: Apache-2.0
#include "core/link/frames.h"

#include "core/link/coding.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

enum Type : std::uint64_t {
  kPadding,
  kWholeObject,
  kFragment,
  kAcknowledgement,
  kPing,
  kChallenge,
  kResponse,
  kClosing,
  kStatement,
  kRepair
};
constexpr std::array<std::size_t, 10> kElements = {2, 3, 5, 5, 1, 2, 2, 2, 3, 6};
constexpr std::uint64_t kMostBytes = INT64_MAX / 2;  // of offsets and rests: no sum of them runs over
constexpr std::size_t kTokenFrame = 3 + ChallengeToken::kSize;

// Bytes of a CBOR head that carries this value.
constexpr std::size_t head_size(std::uint64_t value) {
  if (value < 24) return 1;
  if (value <= UINT8_MAX) return 2;
  if (value <= UINT16_MAX) return 3;
  return value <= UINT32_MAX ? 5 : 9;
}

std::size_t encoded_size(const WholeObject& object) {
  return 2 + head_size(object.id.value) + head_size(object.bytes.size()) + object.bytes.size();
}

std::size_t encoded_size(const Repair& repair) {
  return 2 + head_size(repair.id.value) + head_size(repair.k - 1) + head_size(repair.padded_by) +
         head_size(repair.index) + head_size(repair.bytes.size()) + repair.bytes.size();
}

std::size_t encoded_size(const Acknowledgement& ack) {
  std::size_t size = 2 + head_size(ack.path.value) + head_size(ack.largest.value) +
                     head_size(static_cast<std::uint64_t>(ack.delay.count())) + head_size(ack.runs.size());
  for (const std::uint32_t run : ack.runs) size += head_size(run);
  return size;
}

}  // namespace

Wish wish_of(const Frame& frame) {
  if (std::holds_alternative<PaddingFrame>(frame) || std::holds_alternative<Acknowledgement>(frame))
    return Wish::kNone;
  if (std::holds_alternative<PingFrame>(frame)) return Wish::kAtOnce;
  const auto* object = std::get_if<WholeObject>(&frame);
  return object != nullptr && object->is_statement ? Wish::kWhenConvenient : Wish::kSoon;
}

bool covers(const Acknowledgement& ack, PacketNumber number) {
  std::uint64_t end = std::uint64_t{ack.largest.value} + 1;
  for (std::size_t i = 0; i < ack.runs.size(); ++i) {
    const std::uint64_t from = end - ack.runs[i];
    if (i % 2 == 0 && number.value >= from && number.value < end) return true;
    end = from;
  }
  return false;
}

std::optional<Frame> FrameReader::next() {
  if (ended_ || !decoder_.ok() || decoder_.at_end()) return std::nullopt;
  if (plain_[decoder_.offset()] == 0)
    return std::nullopt;  // only zeros follow: a block's last symbol is full
  const std::size_t elements = decoder_.array(SIZE_MAX);
  const std::uint64_t type = decoder_.number();
  if (!decoder_.ok()) return std::nullopt;
  if (type >= kElements.size()) {
    ended_ = true;  // a later edition's frame, of a form that we cannot know
    return std::nullopt;
  }
  if (elements != kElements[type]) decoder_.refuse("frame has the wrong number of elements");
  Frame frame = read(type);
  if (!decoder_.ok()) return std::nullopt;
  return frame;
}

Frame FrameReader::read(std::uint64_t type) {
  switch (type) {
    case kWholeObject:
    case kStatement: {
      const ObjectId id{decoder_.number(ObjectId::kMax)};
      return WholeObject{id, decoder_.bytes(SIZE_MAX), type == kStatement};
    }
    case kFragment: {
      Fragment fragment;
      fragment.id = {decoder_.number(ObjectId::kMax)};
      fragment.offset = decoder_.number(kMostBytes);
      const std::uint64_t rest = decoder_.number(kMostBytes);
      fragment.bytes = decoder_.bytes(SIZE_MAX);
      fragment.size = fragment.offset + fragment.bytes.size() + rest;
      return fragment;
    }
    case kRepair:
      return read_repair();
    case kAcknowledgement:
      return read_acknowledgement();
    case kPing:
      return PingFrame{};
    case kChallenge:
      return PathChallenge{decoder_.fixed<ChallengeToken>()};
    case kResponse:
      return PathResponse{decoder_.fixed<ChallengeToken>()};
    case kClosing:
      return ClosingFrame{decoder_.text(ClosingFrame::kMaxReason)};
    default:
      decoder_.bytes(SIZE_MAX);
      return PaddingFrame{};
  }
}

Repair FrameReader::read_repair() {
  Repair repair;
  repair.id = {decoder_.number(ObjectId::kMax)};
  repair.k = static_cast<std::size_t>(decoder_.number(kMaxGeneration - 1)) + 1;
  repair.padded_by = static_cast<std::size_t>(decoder_.number(UINT16_MAX));
  repair.index = static_cast<std::uint8_t>(decoder_.number(kMaxSymbols - 1));
  repair.bytes = decoder_.bytes(SIZE_MAX);
  if (repair.index < repair.k) decoder_.refuse("a repair has the index of a part of its object");
  if (repair.padded_by >= repair.bytes.size())
    decoder_.refuse("a repair's last symbol would be padding alone");
  return repair;
}

Acknowledgement FrameReader::read_acknowledgement() {
  Acknowledgement ack;
  ack.path = {static_cast<std::uint8_t>(decoder_.number(Transport::kMaxPaths - 1))};
  ack.largest = {static_cast<std::uint32_t>(decoder_.number(INT32_MAX))};
  ack.delay = Milliseconds{static_cast<std::int64_t>(decoder_.number(UINT32_MAX))};
  const std::size_t runs = decoder_.array(Acknowledgement::kMaxRuns);
  if (runs == 0) decoder_.refuse("acknowledgement names no packet");
  std::uint64_t covered = 0;
  for (std::size_t i = 0; i < runs && decoder_.ok(); ++i) {
    ack.runs.push_back(static_cast<std::uint32_t>(decoder_.number(std::uint64_t{INT32_MAX} + 1)));
    covered += ack.runs.back();
    if (ack.runs.back() == 0 || covered > std::uint64_t{ack.largest.value} + 1) {
      decoder_.refuse("acknowledgement's runs do not fit below its largest number");
    }
  }
  return ack;
}

FrameWriter::FrameWriter(std::size_t budget) : budget_(budget) {
  constexpr std::size_t kUsual = 1500;  // most packets of a path that carries much are short
  encoder_.reserve(std::min(budget, kUsual));
}

bool FrameWriter::fits_alone(const WholeObject& object) const { return encoded_size(object) <= budget_; }

bool FrameWriter::add(const WholeObject& object) {
  if (encoded_size(object) > room()) return false;
  encoder_.array(3).number(object.is_statement ? kStatement : kWholeObject).number(object.id.value);
  encoder_.bytes(object.bytes);
  return true;
}

std::size_t FrameWriter::add_part(const Fragment& fragment) {
  const std::uint64_t most_rest = fragment.size - fragment.offset;
  const std::size_t frame = 2 + head_size(fragment.id.value) + head_size(most_rest) +
                            head_size(fragment.offset) + head_size(fragment.bytes.size());
  if (room() <= frame) return 0;
  const std::size_t part = std::min(fragment.bytes.size(), room() - frame);
  if (part < std::min(fragment.bytes.size(), kLeastFragment)) return 0;
  encoder_.array(5).number(kFragment).number(fragment.id.value).number(fragment.offset);
  encoder_.number(fragment.size - fragment.offset - part);
  encoder_.bytes(fragment.bytes.first(part));
  OPENLINE_ASSERT(encoder_.result().size() <= budget_);
  return part;
}

bool FrameWriter::add(const Repair& repair) {
  if (encoded_size(repair) > room()) return false;
  encoder_.array(6).number(kRepair).number(repair.id.value).number(repair.k - 1).number(repair.padded_by);
  encoder_.number(repair.index).bytes(repair.bytes);
  return true;
}

bool FrameWriter::add(const Acknowledgement& ack) {
  OPENLINE_ASSERT(!ack.runs.empty() && ack.runs.size() <= Acknowledgement::kMaxRuns);
  if (encoded_size(ack) > room()) return false;
  encoder_.array(5).number(kAcknowledgement).number(ack.path.value).number(ack.largest.value);
  encoder_.number(static_cast<std::uint64_t>(ack.delay.count())).array(ack.runs.size());
  for (const std::uint32_t run : ack.runs) encoder_.number(run);
  return true;
}

bool FrameWriter::add(PingFrame) {
  if (room() < 2) return false;
  encoder_.array(1).number(kPing);
  return true;
}

void FrameWriter::fill_up() {
  const std::size_t all = room();
  if (all < 3) return;
  encoder_.array(2).number(kPadding).bytes(Bytes(all - 2 - head_size(all - 3)));
  OPENLINE_ASSERT(encoder_.result().size() <= budget_);
}

bool FrameWriter::add(const PathChallenge& challenge) {
  if (room() < kTokenFrame) return false;
  encoder_.array(2).number(kChallenge).bytes(challenge.token.view());
  return true;
}

bool FrameWriter::add(const PathResponse& response) {
  if (room() < kTokenFrame) return false;
  encoder_.array(2).number(kResponse).bytes(response.token.view());
  return true;
}

bool FrameWriter::add(const ClosingFrame& closing) {
  if (room() < 4 + closing.reason.size()) return false;
  encoder_.array(2).number(kClosing).text(closing.reason);
  return true;
}

}  // namespace openline
