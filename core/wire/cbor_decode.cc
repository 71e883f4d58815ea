// SPDX-License-Identifier: Apache-2.0
#include "core/wire/assert.h"
#include "core/wire/cbor.h"

namespace openline::cbor {
namespace {

constexpr std::uint8_t kUnsigned = 0, kNegative = 1, kBytes = 2, kText = 3, kArray = 4, kMap = 5, kTag = 6,
                       kSimple = 7;

// Bytes of the value after the initial byte, by additional information 24..27.
constexpr std::size_t argument_size(std::uint8_t info) { return std::size_t{1} << (info - 24); }

}  // namespace

void Decoder::refuse_at(std::size_t offset, std::string rule) {
  if (!error_) error_ = Error{std::move(rule), offset};
  offset_ = input_.size();
}

void Decoder::refuse(std::string rule) { refuse_at(offset_, std::move(rule)); }

void Decoder::refuse_size(std::size_t at, std::size_t wanted, std::size_t got) {
  refuse_at(at, "byte string must have " + std::to_string(wanted) + " bytes, has " + std::to_string(got));
}

Decoder::Head Decoder::head() {
  if (!ok()) return {};
  if (at_end()) return refuse("input ends where an item was expected"), Head{};
  const std::size_t start = offset_;
  const std::uint8_t first = input_[offset_];
  const auto major = static_cast<std::uint8_t>(first >> 5);
  const auto info = static_cast<std::uint8_t>(first & 31);
  if (major == kTag) return refuse("tags are not allowed"), Head{};
  if (major == kSimple) {
    if (info != 20 && info != 21) return refuse("only false and true are allowed as simple values"), Head{};
    ++offset_;
    return {major, info};
  }
  if (info > 27) return refuse("indefinite lengths and reserved heads are not allowed"), Head{};
  ++offset_;
  if (info < 24) return {major, info};
  const std::size_t size = argument_size(info);
  if (input_.size() - offset_ < size) return refuse_at(start, "input ends inside an item's head"), Head{};
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | input_[offset_++];
  const std::uint64_t least = size == 1 ? 24 : std::uint64_t{1} << (size * 4);
  if (value < least) return refuse_at(start, "number is not in its shortest form"), Head{};
  return {major, value};
}

std::uint64_t Decoder::expect(std::uint8_t major, const char* name) {
  const std::size_t start = offset_;
  const Head found = head();
  if (!ok()) return 0;
  if (found.major != major) return refuse_at(start, std::string("expected ") + name), 0;
  return found.value;
}

std::uint64_t Decoder::number(std::uint64_t max) {
  const std::size_t start = offset_;
  const std::uint64_t value = expect(kUnsigned, "an unsigned integer");
  if (value > max) return refuse_at(start, "number is above its maximum of " + std::to_string(max)), 0;
  return value;
}

std::int64_t Decoder::integer() {
  const std::size_t start = offset_;
  const Head found = head();
  if (!ok()) return 0;
  if (found.major != kUnsigned && found.major != kNegative) return refuse_at(start, "expected an integer"), 0;
  if (found.value > INT64_MAX) return refuse_at(start, "integer does not fit 64 signed bits"), 0;
  const auto magnitude = static_cast<std::int64_t>(found.value);
  return found.major == kUnsigned ? magnitude : -1 - magnitude;
}

bool Decoder::boolean() { return expect(kSimple, "false or true") == 21; }

ByteView Decoder::bytes(std::size_t max_size) {
  const std::size_t start = offset_;
  const std::uint64_t size = expect(kBytes, "a byte string");
  if (!ok()) return {};
  if (size > input_.size() - offset_) return refuse_at(start, "byte string runs past the end"), ByteView{};
  if (size > max_size) {
    return refuse_at(start, "byte string is longer than " + std::to_string(max_size)), ByteView{};
  }
  const ByteView found = input_.subspan(offset_, size);
  offset_ += size;
  return found;
}

std::string_view Decoder::text(std::size_t max_size) {
  const std::size_t start = offset_;
  const std::uint64_t size = expect(kText, "a text");
  if (!ok()) return {};
  if (size > input_.size() - offset_) return refuse_at(start, "text runs past the end"), std::string_view{};
  if (size > max_size) {
    return refuse_at(start, "text is longer than " + std::to_string(max_size) + " bytes"), std::string_view{};
  }
  const ByteView found = input_.subspan(offset_, size);
  if (!is_utf8(found)) return refuse_at(start, "text is not valid UTF-8"), std::string_view{};
  offset_ += size;
  return text_of(found);
}

std::size_t Decoder::array(std::size_t max_count) {
  const std::size_t start = offset_;
  const std::uint64_t count = expect(kArray, "an array");
  // Each element has at least one byte: a count that the input cannot hold is refused before any use.
  if (count > max_count || count > input_.size() - offset_) {
    return refuse_at(start, "array has too many elements"), 0;
  }
  return count;
}

std::size_t Decoder::map(std::size_t max_count) {
  const std::size_t start = offset_;
  const std::uint64_t count = expect(kMap, "a map");
  if (count > max_count || count > (input_.size() - offset_) / 2) {
    return refuse_at(start, "map has too many pairs"), 0;
  }
  return count;
}

void Decoder::begin_map() {
  maps_.push_back({map(64), std::nullopt});
  if (maps_.size() > kMaxDepth) refuse("nesting is deeper than " + std::to_string(kMaxDepth));
}

bool Decoder::peek_key(std::uint64_t& key) {
  OPENLINE_ASSERT(!maps_.empty());
  if (!ok() || maps_.back().left == 0) return false;
  const std::size_t start = offset_;
  key = number();
  if (!ok()) return false;
  if (maps_.back().last_key && key <= *maps_.back().last_key) {
    return refuse_at(start, "map keys must ascend and not repeat"), false;
  }
  offset_ = start;
  return true;
}

bool Decoder::optional_key(std::uint64_t wanted) {
  std::uint64_t found = 0;
  if (!peek_key(found) || found != wanted) return false;
  number();
  maps_.back().last_key = wanted;
  --maps_.back().left;
  return true;
}

void Decoder::key(std::uint64_t wanted) {
  const std::size_t start = offset_;
  if (!optional_key(wanted)) refuse_at(start, "key " + std::to_string(wanted) + " is missing");
}

void Decoder::end_map() {
  std::uint64_t found = 0;
  if (peek_key(found)) refuse("unknown key " + std::to_string(found));
  maps_.pop_back();
}

void Decoder::skip_item(std::size_t depth) {
  if (depth > kMaxDepth) return refuse("nesting is deeper than " + std::to_string(kMaxDepth));
  if (!ok()) return;
  if (at_end()) return refuse("input ends where an item was expected");
  switch (input_[offset_] >> 5) {
    case kUnsigned:
      number();
      return;
    case kNegative:
      integer();
      return;
    case kBytes:
      bytes(SIZE_MAX);
      return;
    case kText:
      text(SIZE_MAX);
      return;
    case kArray:
      for (std::size_t left = array(SIZE_MAX); left > 0 && ok(); --left) skip_item(depth + 1);
      return;
    case kMap: {
      maps_.push_back({map(SIZE_MAX), std::nullopt});
      std::uint64_t key = 0;
      while (peek_key(key)) {
        optional_key(key);
        skip_item(depth + 1);
      }
      maps_.pop_back();
      return;
    }
    default:
      head();
  }
}

ByteView Decoder::item() {
  const std::size_t start = offset_;
  skip_item(1);
  return ok() ? input_.subspan(start, offset_ - start) : ByteView{};
}

bool Decoder::next_is_bytes() const {
  constexpr std::uint8_t kBytes = 2;
  return ok() && !at_end() && input_[offset_] >> 5 == kBytes;
}

void Decoder::finish() {
  if (ok() && !at_end()) refuse(std::to_string(input_.size() - offset_) + " bytes follow the last item");
}

Result<void> check_item(ByteView input) {
  Decoder decoder(input);
  decoder.item();
  decoder.finish();
  if (decoder.error()) return fail(*decoder.error());
  return {};
}

bool is_utf8(ByteView bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::uint8_t lead = bytes[at++];
    if (lead < 0x80) continue;
    // RFC 3629 section 4: the second byte's range excludes overlong forms, surrogates and above U+10FFFF.
    std::size_t more = 0;
    std::uint8_t low = 0x80, high = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
      more = 1;
    } else if (lead >= 0xe0 && lead <= 0xef) {
      more = 2;
      if (lead == 0xe0) low = 0xa0;
      if (lead == 0xed) high = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
      more = 3;
      if (lead == 0xf0) low = 0x90;
      if (lead == 0xf4) high = 0x8f;
    } else {
      return false;
    }
    for (; more > 0; --more, low = 0x80, high = 0xbf) {
      if (at == bytes.size() || bytes[at] < low || bytes[at] > high) return false;
      ++at;
    }
  }
  return true;
}

}  // namespace openline::cbor
