// SPDX-License-Identifier: Apache-2.0
// A password as it goes from the keyboard or a file into a request: bytes of one buffer that never grows, so
// that no copy stays behind, and that wipes itself. Move-only; it cannot be printed.
#pragma once

#include <string>
#include <string_view>

#include "core/crypto/secret.h"

namespace openline::cli {

class SecretText {
 public:
  static constexpr std::size_t kMost = 8192;  // bytes; a request with the longest passwords has less
  // False, and nothing is taken, where it would be longer than kMost.
  [[nodiscard]] bool add(std::string_view text) {
    if (text.size() > kMost - size_) return false;
    std::copy(text.begin(), text.end(), bytes_.expose_mutable().begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
    return true;
  }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::string_view expose() const { return text_of(bytes_.expose()).substr(0, size_); }
  bool operator==(const SecretText& other) const { return size_ == other.size_ && bytes_ == other.bytes_; }

 private:
  Secret<struct SecretTextTag, kMost> bytes_;
  std::size_t size_ = 0;
};

inline void wipe_text(std::string& text) {
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  text.clear();
}

}  // namespace openline::cli
