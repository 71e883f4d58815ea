// SPDX-License-Identifier: Apache-2.0
// Deterministic CBOR (RFC 8949 section 4.2), the profile of protocol.md section 2:
// unsigned and negative integers within 64 signed bits (unsigned to 2^64-1), byte strings, UTF-8
// text, arrays, maps with unsigned keys in ascending order, false and true. Everything else (floats,
// tags, null, indefinite lengths, longer-than-needed heads, duplicate keys) is refused with its offset.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/wire/bytes.h"
#include "core/wire/error.h"

namespace openline::cbor {

inline constexpr std::size_t kMaxDepth = 8;  // nested arrays and maps; deeper input is refused

class Encoder {
 public:
  void reserve(std::size_t size) { out_.reserve(size); }  // room for a result of this size
  Encoder& number(std::uint64_t value);
  Encoder& integer(std::int64_t value);
  Encoder& boolean(bool value);
  Encoder& bytes(ByteView value);
  Encoder& text(std::string_view value);
  Encoder& array(std::size_t count);
  Encoder& map(std::size_t count);
  Encoder& raw(ByteView encoded);  // items that are already encoded
  [[nodiscard]] const Bytes& result() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  void head(std::uint8_t major, std::uint64_t value);
  Bytes out_;
};

// A map whose optional fields are not known beforehand: fields are written in ascending key order
// (asserted) and the count goes in front at the end.
class MapEncoder {
 public:
  Encoder& field(std::uint64_t key);
  [[nodiscard]] Bytes take();

 private:
  Encoder fields_;
  std::size_t count_ = 0;
  std::optional<std::uint64_t> last_key_;
};

// Reads one item after the other. The first broken rule is kept as `error()`, and from then on every
// read gives a zero value, every count zero and every `optional_key` false: read a whole structure,
// then ask once. Views that it gives borrow the input.
class Decoder {
 public:
  explicit Decoder(ByteView input) : input_(input) {}

  std::uint64_t number(std::uint64_t max = UINT64_MAX);
  std::int64_t integer();
  bool boolean();
  ByteView bytes(std::size_t max_size);
  std::string_view text(std::size_t max_size);
  template <class Fixed>
  Fixed fixed() {
    const std::size_t at = offset_;
    const ByteView raw = bytes(Fixed::kSize);
    if (!ok()) return {};
    if (raw.size() != Fixed::kSize) return refuse_size(at, Fixed::kSize, raw.size()), Fixed{};
    return *Fixed::from(raw);
  }
  std::size_t array(std::size_t max_count);  // elements that follow
  std::size_t map(std::size_t max_count);    // key-value pairs that follow
  ByteView item();                           // one whole well-formed item, as bytes

  // Maps with named fields. `key` demands that the next key is this one; `optional_key` takes it if
  // it is. `end_map` refuses keys that were not taken. Calls nest like the maps do.
  void begin_map();
  void key(std::uint64_t key);
  bool optional_key(std::uint64_t key);
  void end_map();

  void refuse(std::string rule);  // a rule of the caller's own, at the current offset
  void refuse_at(std::size_t offset, std::string rule);
  void finish();                             // refuses bytes that are left over
  [[nodiscard]] bool next_is_bytes() const;  // the next item is a byte string, as far as its head says
  [[nodiscard]] bool at_end() const { return offset_ == input_.size(); }
  [[nodiscard]] bool ok() const { return !error_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] std::size_t offset() const { return offset_; }

 private:
  struct OpenMap {
    std::size_t left = 0;
    std::optional<std::uint64_t> last_key;
  };
  struct Head {
    std::uint8_t major;
    std::uint64_t value;
  };
  Head head();
  std::uint64_t expect(std::uint8_t major, const char* name);
  void skip_item(std::size_t depth);
  bool peek_key(std::uint64_t& key);
  void refuse_size(std::size_t at, std::size_t wanted, std::size_t got);

  ByteView input_;
  std::size_t offset_ = 0;
  std::vector<OpenMap> maps_;
  std::optional<Error> error_;
};

// Whether the whole input is exactly one item of the profile.
[[nodiscard]] Result<void> check_item(ByteView input);
[[nodiscard]] bool is_utf8(ByteView bytes);

}  // namespace openline::cbor
