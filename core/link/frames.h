// SPDX-License-Identifier: Apache-2.0
// What a packet carries (protocol.md section 6.1): a CBOR sequence of frames. Frames that are read
// borrow the packet's plaintext.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "core/crypto/transport.h"
#include "core/wire/bytes.h"
#include "core/wire/cbor.h"
#include "core/wire/time.h"

namespace openline {

using ChallengeToken = FixedBytes<struct ChallengeTokenTag, 8>;

struct ObjectId {  // number of an object in its sender's link epoch
  static constexpr std::uint64_t kMax = INT64_MAX;
  std::uint64_t value = 0;
  auto operator<=>(const ObjectId&) const = default;
};

struct PaddingFrame {};
struct WholeObject {
  ObjectId id;
  ByteView bytes;
  bool is_statement = false;  // a newer one will replace it: its acknowledgement may wait for other traffic
};
struct Fragment {
  ObjectId id;
  std::uint64_t size = 0;  // of the whole object
  std::uint64_t offset = 0;
  ByteView bytes;
};
struct Repair {  // of an object that travels as fragments (section 6.8): a symbol of it that is no part of it
  ObjectId id;
  std::size_t k = 0;          // symbols that the object was cut into
  std::size_t padded_by = 0;  // zero bytes that fill the last of them
  std::uint8_t index = 0;     // k .. 255
  ByteView bytes;             // as many as every symbol has
  [[nodiscard]] std::uint64_t size() const { return k * bytes.size() - padded_by; }  // of the object
};
struct Acknowledgement {
  static constexpr std::size_t kMaxRuns = 64;
  PathId path;
  PacketNumber largest;
  Milliseconds delay{};
  std::vector<std::uint32_t> runs;  // downward from `largest`: received, missing, received ...
};
struct PingFrame {};
struct PathChallenge {
  ChallengeToken token;
};
struct PathResponse {
  ChallengeToken token;
};
struct ClosingFrame {
  static constexpr std::size_t kMaxReason = 200;
  std::string_view reason;
};
using Frame = std::variant<PaddingFrame, WholeObject, Fragment, Repair, Acknowledgement, PingFrame,
                           PathChallenge, PathResponse, ClosingFrame>;

// How soon a packet with this frame wants to be acknowledged (section 6.3).
enum class Wish : std::uint8_t { kNone, kWhenConvenient, kSoon, kAtOnce };
[[nodiscard]] Wish wish_of(const Frame& frame);
[[nodiscard]] bool covers(const Acknowledgement& ack, PacketNumber number);

class FrameReader {
 public:
  explicit FrameReader(ByteView plain) : plain_(plain), decoder_(plain) {}
  // nullopt at the end, which a zero byte is as well, and from the first frame on that is malformed or of an
  // unknown type.
  [[nodiscard]] std::optional<Frame> next();
  [[nodiscard]] bool malformed() const { return !decoder_.ok(); }

 private:
  [[nodiscard]] Frame read(std::uint64_t type);
  [[nodiscard]] Acknowledgement read_acknowledgement();
  [[nodiscard]] Repair read_repair();
  ByteView plain_;
  cbor::Decoder decoder_;
  bool ended_ = false;
};

// Packs frames into at most `budget` bytes. Each call writes its frame wholly, or nothing and says so.
class FrameWriter {
 public:
  explicit FrameWriter(std::size_t budget);
  [[nodiscard]] bool add(const WholeObject& object);
  // As much of `fragment.bytes` as there is room for; returns how much. Nothing when less than
  // `kLeastFragment` of it would go.
  [[nodiscard]] std::size_t add_part(const Fragment& fragment);
  [[nodiscard]] bool add(const Repair& repair);
  [[nodiscard]] bool add(const Acknowledgement& acknowledgement);
  [[nodiscard]] bool add(PingFrame ping);
  void fill_up();  // the rest of the budget with padding, when there is room for a frame of it
  [[nodiscard]] bool add(const PathChallenge& challenge);
  [[nodiscard]] bool add(const PathResponse& response);
  [[nodiscard]] bool add(const ClosingFrame& closing);

  [[nodiscard]] bool fits_alone(const WholeObject& object) const;  // in an empty writer of this budget
  [[nodiscard]] std::size_t room() const { return budget_ - encoder_.result().size(); }
  [[nodiscard]] bool empty() const { return encoder_.result().empty(); }
  [[nodiscard]] Bytes take() { return encoder_.take(); }

  static constexpr std::size_t kLeastFragment = 16;
  static constexpr std::size_t kAroundRepair = 17;  // with the number of any of the first 2^32 objects

 private:
  cbor::Encoder encoder_;
  std::size_t budget_;
};

}  // namespace openline
