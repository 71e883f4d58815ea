// SPDX-License-Identifier: Apache-2.0
#include "core/link/coding.h"

#include <isa-l/erasure_code.h>

#include <array>
#include <cmath>

#include "core/wire/assert.h"

namespace openline {
namespace {

using Matrix = std::vector<std::uint8_t>;

constexpr std::size_t kTable = 32;  // bytes of ISA-L's table for one coefficient

// Row `index` of the matrix that makes symbols of data.
void append_row(Matrix& matrix, std::size_t k, std::size_t index) {
  for (std::size_t at = 0; at < k; ++at) {
    const bool is_data = index < k;
    matrix.push_back(is_data ? (index == at ? 1 : 0) : gf_inv(static_cast<std::uint8_t>(index ^ at)));
  }
}

// ISA-L takes pointers to bytes that it only reads without `const`.
std::vector<std::uint8_t*> rows_of(ByteView bytes, std::size_t rows) {
  std::vector<std::uint8_t*> pointers;
  const std::size_t size = bytes.size() / rows;
  for (std::size_t row = 0; row < rows; ++row)
    pointers.push_back(const_cast<std::uint8_t*>(bytes.data()) + row * size);
  return pointers;
}

// `matrix` has a row of k coefficients for each symbol of the result.
Bytes multiply(Matrix& matrix, ByteView symbols, std::size_t k) {
  const std::size_t rows = matrix.size() / k, size = symbols.size() / k;
  std::vector<std::uint8_t> tables(kTable * k * rows);
  ec_init_tables(static_cast<int>(k), static_cast<int>(rows), matrix.data(), tables.data());
  Bytes result(rows * size);
  auto from = rows_of(symbols, k), to = rows_of(result, rows);
  ec_encode_data(static_cast<int>(size), static_cast<int>(k), static_cast<int>(rows), tables.data(),
                 from.data(), to.data());
  return result;
}

}  // namespace

Cut cut_for(std::size_t bytes, std::size_t room) {
  OPENLINE_ASSERT(bytes > 0 && room > 0);
  const std::size_t count = (bytes + room - 1) / room;
  return {count, (bytes + count - 1) / count};
}

Bytes coded_symbol(ByteView data, std::size_t k, std::uint8_t index) {
  OPENLINE_ASSERT(k >= 1 && k <= kMaxGeneration && !data.empty() && data.size() % k == 0);
  const std::size_t size = data.size() / k;
  if (index < k) return copy_of(data.subspan(index * size, size));
  Matrix row;
  append_row(row, k, index);
  return multiply(row, data, k);
}

// The binomial distribution from below, in logarithms: its first terms are too small for a double.
double chance_of_too_few(std::size_t needed, std::size_t sent, double loss) {
  if (sent < needed) return 1;
  const double arrives = std::log(1 - loss), lost = std::log(loss);
  double term = static_cast<double>(sent) * lost, sum = 0;
  for (std::size_t arrived = 0; arrived < needed; ++arrived) {
    sum += std::exp(term);
    term += std::log(static_cast<double>(sent - arrived) / static_cast<double>(arrived + 1)) + arrives - lost;
  }
  return std::min(sum, 1.0);
}

Generation::Generation(std::size_t k, std::size_t symbol_size) : k_(k), size_(symbol_size) {
  OPENLINE_ASSERT(k >= 1 && k <= kMaxGeneration && symbol_size >= 1);
}

bool Generation::add(std::uint8_t index, ByteView symbol) {
  if (symbol.size() != size_ || count_ == k_ || known_[index]) return false;
  known_.set(index);
  order_.push_back(index);
  append(came_, symbol);
  ++count_;
  return true;
}

// The symbols that came are some rows of the matrix times the data.
Bytes Generation::data() const {
  OPENLINE_ASSERT(missing() == 0);
  Matrix rows, inverse(k_ * k_);
  for (const std::uint8_t index : order_) append_row(rows, k_, index);
  const int singular = gf_invert_matrix(rows.data(), inverse.data(), static_cast<int>(k_));
  OPENLINE_ASSERT(singular == 0);
  return multiply(inverse, came_, k_);
}

}  // namespace openline
