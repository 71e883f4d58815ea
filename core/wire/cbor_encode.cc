// SPDX-License-Identifier: Apache-2.0
#include "core/wire/assert.h"
#include "core/wire/cbor.h"

namespace openline::cbor {

void Encoder::head(std::uint8_t major, std::uint64_t value) {
  const auto top = static_cast<std::uint8_t>(major << 5);
  int extra = 0;
  if (value < 24) {
    out_.push_back(static_cast<std::uint8_t>(top | value));
    return;
  }
  if (value <= UINT8_MAX) {
    out_.push_back(top | 24), extra = 1;
  } else if (value <= UINT16_MAX) {
    out_.push_back(top | 25), extra = 2;
  } else if (value <= UINT32_MAX) {
    out_.push_back(top | 26), extra = 4;
  } else {
    out_.push_back(top | 27), extra = 8;
  }
  for (int shift = (extra - 1) * 8; shift >= 0; shift -= 8) {
    out_.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

Encoder& Encoder::number(std::uint64_t value) {
  head(0, value);
  return *this;
}

Encoder& Encoder::integer(std::int64_t value) {
  if (value >= 0) {
    head(0, static_cast<std::uint64_t>(value));
  } else {
    head(1, static_cast<std::uint64_t>(-(value + 1)));
  }
  return *this;
}

Encoder& Encoder::boolean(bool value) {
  out_.push_back(value ? 0xf5 : 0xf4);
  return *this;
}

Encoder& Encoder::bytes(ByteView value) {
  head(2, value.size());
  append(out_, value);
  return *this;
}

Encoder& Encoder::text(std::string_view value) {
  OPENLINE_ASSERT(is_utf8(view_of(value)));
  head(3, value.size());
  append(out_, view_of(value));
  return *this;
}

Encoder& Encoder::array(std::size_t count) {
  head(4, count);
  return *this;
}

Encoder& Encoder::map(std::size_t count) {
  head(5, count);
  return *this;
}

Encoder& Encoder::raw(ByteView encoded) {
  append(out_, encoded);
  return *this;
}

Encoder& MapEncoder::field(std::uint64_t key) {
  OPENLINE_ASSERT(!last_key_ || key > *last_key_);
  last_key_ = key;
  ++count_;
  return fields_.number(key);
}

Bytes MapEncoder::take() {
  Encoder whole;
  whole.map(count_).raw(fields_.result());
  return whole.take();
}

}  // namespace openline::cbor
