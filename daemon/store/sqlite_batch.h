// SPDX-License-Identifier: Apache-2.0
// Writes the changes of one batch into the open transaction, with statements prepared once.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "daemon/store/sqlite.h"
#include "daemon/store/store.h"

namespace openline::daemon {

class BatchWriter {
 public:
  [[nodiscard]] static Stored<BatchWriter> open(Database& database);

  // Stops at the first change that fails; the caller rolls back and says `rolled_back`, or commits and says
  // `kept`.
  [[nodiscard]] Stored<void> write(const std::vector<Change>& changes);
  void kept();
  void rolled_back();

 private:
  enum class Use : std::uint8_t {
    kEntry,
    kFindMark,
    kMark,
    kReceipt,
    kState,
    kEraseState,
    kRequest,
    kLine,
    kFindLine,
    kChain,
    kFindChain,
    kCount,
  };
  BatchWriter() = default;
  [[nodiscard]] Statement& use(Use which) { return statements_[static_cast<std::size_t>(which)]; }
  template <class... Arguments>
  [[nodiscard]] Stored<void> run(Use which, std::string_view doing, const Arguments&... arguments);

  [[nodiscard]] Stored<void> put(const PutEntry& change);
  [[nodiscard]] Stored<void> put(const PutSignature& change);
  [[nodiscard]] Stored<void> put(const ConfirmEntry& change);
  [[nodiscard]] Stored<void> put(const PutReceipt& change);
  [[nodiscard]] Stored<void> put(const PutState& change);
  [[nodiscard]] Stored<void> put(const EraseState& change);
  [[nodiscard]] Stored<void> put(const PutRequest& change);

  // An entry's row without what its id covers.
  struct Mark {
    Serial serial;
    bool unconfirmed = false;
    EntryId id;
    std::optional<Signature> signature;
  };
  [[nodiscard]] Stored<Mark> find_mark(ChainNumber chain, Sequence sequence);
  [[nodiscard]] Stored<void> put_mark(ChainNumber chain, Sequence sequence, const Mark& mark);

  // The line's small number in this store; makes line and chain rows for those that are new.
  [[nodiscard]] Stored<std::int64_t> line_number(const LineId& line);
  [[nodiscard]] Stored<std::int64_t> line_of(ChainNumber chain, const Header& header);
  [[nodiscard]] Stored<std::optional<StoredChain>> find_chain(ChainNumber number, std::int64_t& line);

  struct KnownChain {
    StoredChain chain;
    std::int64_t line = 0;
  };
  std::array<Statement, static_cast<std::size_t>(Use::kCount)> statements_;
  std::map<ChainNumber, KnownChain> chains_;  // those used since the start; at most as many as core has
  std::vector<ChainNumber> new_chains_;       // of the open transaction
  sqlite3* database_ = nullptr;
};

}  // namespace openline::daemon
