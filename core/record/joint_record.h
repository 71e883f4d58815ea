// SPDX-License-Identifier: Apache-2.0
// The shape of a line's record as this station holds it: chains, their heads, forks, and runs that wait
// above a gap (protocol.md sections 9.2, 9.4 and 9.5).
//
// Only closed entries are in the record: a run whose ancestry is incomplete waits in a bounded pool. So the
// head of each chain says by itself what is held. The entries themselves are the store's; here are heads and
// the ids of recent entries.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/record/run.h"
#include "core/record/statements.h"

namespace openline {

// A chain's local number: small, never reused; rows of the store are keyed by (chain number, sequence).
struct ChainNumber {
  std::uint32_t value = 0;
  auto operator<=>(const ChainNumber&) const = default;
};

using IncarnationPrefix = FixedBytes<struct IncarnationPrefixTag, 3>;
[[nodiscard]] IncarnationPrefix prefix_of(const Incarnation& incarnation);

struct Chain {
  ChainNumber number;
  StationKey author;
  Incarnation incarnation;
  std::uint32_t branch = 0;        // 0: as first seen; others fork from it at `first`
  Sequence first;                  // 0, or where the branch begins
  std::optional<Position> origin;  // what the entry at sequence 0 continues
  Position head;                   // newest entry
  bool continued = false;          // a later incarnation goes on from it

  [[nodiscard]] Bytes encode() const;  // a derived row
  [[nodiscard]] static Result<Chain> decode(ByteView bytes);
};

struct PlacedEntry {
  ChainNumber chain;
  Entry entry;
};

struct Fork {
  enum class Kind : std::uint8_t { kEquivocation, kRollback };
  Kind kind{};
  StationKey author;
  Position position;  // the newcomer's
};

// What became of a run that was offered.
struct Offered {
  enum class Outcome : std::uint8_t {
    kPlaced,     // in the record now, with whatever it released from the pool
    kDuplicate,  // all of it was held already
    kHeld,       // waits above a gap
    kDoubtful,   // ids that are no longer remembered say what it is: `recall` them, then offer it again
    kOverflow,   // the pool is full: dropped, its sender will send it again
    kRefused,    // breaks the rule of section 9.1, or a branch too many
  };
  Outcome outcome{};
  std::vector<PlacedEntry> placed;  // in an order in which ancestors come first
  std::vector<Fork> forks;
  std::vector<EntryId> released;  // last ids of runs that left the pool
  std::vector<Run> doubtful;      // the one that was offered, or some that left the pool
  std::string reason;             // of a refusal
};

inline constexpr std::size_t kMaxHeldIds = 32;  // that a heads statement lists

struct JointRecordOptions {
  std::size_t max_held_runs = 1024;  // above a gap; more are dropped, their sender repeats them
  std::size_t max_held_bytes = 4 << 20;
  std::size_t max_branches = 8;  // an author
  // Whether an incarnation waits for the very entry that it continues, or for any at that place. On deniable
  // lines nobody but its author can bring it, who may have forked its chain and keep one branch back.
  bool whole_origins = true;
  std::size_t recent = 2048;  // ids remembered, to find conflicts and what receipts are about;
                              // more than twice kMaxRun
};

class JointRecord {
 public:
  explicit JointRecord(JointRecordOptions options) : options_(options) {}

  // Restores a chain from its row. Chains come in any order.
  void restore(Chain chain);
  void restore_held(Run run);  // signature was checked before it was stored

  // Whether all of the run is known to be held: cheap, before any signature is verified.
  [[nodiscard]] bool holds(const Run& run) const;
  // Takes a run whose signature and author were checked. `new_number` gives numbers for new chains.
  Offered offer(Run run, std::uint32_t& next_number);

  struct Place {
    ChainNumber chain;
    Sequence sequence;
  };
  // Of a doubtful run: the first place whose id is to be read from the store.
  [[nodiscard]] std::optional<Place> doubt_about(const Run& run) const;
  // What the store has there, and what follows.
  void recall(ChainNumber chain, const std::vector<Entry>& entries);

  // Own entries: the header's place (incarnation, sequence, previous, origin, parents) for the next entry of
  // `author`.
  void fill_place(Header& header) const;
  PlacedEntry append_own(Entry entry, std::uint32_t& next_number);

  [[nodiscard]] std::vector<Head> heads() const;  // of every leaf chain, ascending
  [[nodiscard]] std::size_t leaves_of(const StationKey& author) const;
  [[nodiscard]] std::vector<EntryId> held_ids() const;  // at most 32
  // Where the newest entry of a run that is held above a gap stands.
  [[nodiscard]] std::optional<Position> held_position(const EntryId& last) const;
  [[nodiscard]] std::size_t held_runs() const { return held_.size(); }
  [[nodiscard]] const std::map<ChainNumber, Chain>& chains() const { return chains_; }
  // How often a chain began or grew; and the chains that did since there were `before` such growths.
  [[nodiscard]] std::uint64_t growths() const { return growths_; }
  [[nodiscard]] std::vector<ChainNumber> grown_since(std::uint64_t before) const;
  [[nodiscard]] const Chain* newest_of(const StationKey& author) const;
  [[nodiscard]] std::optional<Place> find_recent(const EntryId& id) const;
  [[nodiscard]] std::optional<EntryId> recent_id(ChainNumber chain, Sequence sequence) const;
  [[nodiscard]] std::vector<const Chain*> chains_of(const Incarnation& incarnation) const;
  // The incarnation that begins with these bytes; nullopt: none here, or several.
  [[nodiscard]] std::optional<Incarnation> incarnation_of(const IncarnationPrefix& prefix) const;
  // The id of the entry there, in the record or held above a gap; nullopt: none that is remembered, or
  // several.
  [[nodiscard]] std::optional<EntryId> id_at(const Incarnation& incarnation, Sequence sequence) const;
  // Where the entries stand that a placed entry names outside its own chain: parents, origin, and the one
  // before it where its branch begins. Without a fork a place has one entry, whatever id is cited; in a chain
  // with branches an id that none of them has stands where they part.
  [[nodiscard]] std::vector<Place> named_by(const PlacedEntry& placed) const;
  [[nodiscard]] std::optional<Place> find_position(const Position& position) const;  // likewise
  // Whether some author's head in `heads` is an entry by `own` that is not held here (section 9.5).
  [[nodiscard]] bool holds_all(const std::vector<Head>& heads) const;
  [[nodiscard]] bool cites_unknown_of(const StationKey& own, const std::vector<Head>& heads) const;

  [[nodiscard]] std::vector<ChainNumber> take_changed();  // chains whose row has to be written
  void check_invariants() const;

 private:
  // That very entry, if its id is remembered.
  [[nodiscard]] std::optional<Place> find_exactly(const Position& position) const;
  [[nodiscard]] bool holds_position(const StationKey* author, const Position& position) const;
  [[nodiscard]] bool is_placed(const Entry& last) const;  // a run that ends with it brings nothing
  [[nodiscard]] std::optional<Place> doubt_about_named(const Run& run) const;
  [[nodiscard]] bool parents_held(const Run& run, std::size_t from) const;
  Offered::Outcome place(const Run& run, std::uint32_t& next_number, Offered& result);
  Offered::Outcome place_fork(const Run& run, const std::vector<const Chain*>& candidates,
                              std::uint32_t& next_number, Offered& result);
  Offered::Outcome place_start(const Run& run, std::uint32_t& next_number, Offered& result);
  Offered::Outcome place_branch(const Run& run, std::size_t from, const Chain& base,
                                std::uint32_t& next_number, Offered& result);
  void append_from(Chain& chain, const Run& run, std::size_t from, Offered& result);
  void hold(Run run, Offered& result);
  void release_ready(std::uint32_t& next_number, Offered& result);
  Chain& add_chain(Chain chain);
  void index(const Chain& chain);
  void note_growth(ChainNumber chain);
  void remember(ChainNumber chain, Sequence sequence, const EntryId& id);
  [[nodiscard]] std::size_t branches_of(const StationKey& author) const;

  JointRecordOptions options_;
  std::map<ChainNumber, Chain> chains_;
  std::unordered_map<Incarnation, std::vector<ChainNumber>, FixedBytesHash> by_incarnation_;
  std::map<IncarnationPrefix, std::vector<Incarnation>> by_prefix_;
  std::map<StationKey, ChainNumber> newest_;               // by author: the chain that was added or grew last
  std::unordered_map<EntryId, Run, FixedBytesHash> held_;  // by last id
  std::size_t held_bytes_ = 0;
  std::unordered_map<EntryId, Place, FixedBytesHash> recent_by_id_;
  std::map<std::pair<ChainNumber, Sequence>, EntryId> recent_by_place_;
  std::deque<EntryId> recent_order_;
  std::map<ChainNumber, Sequence> cited_;  // by own newest entry: heads that it covers
  std::vector<ChainNumber> changed_;
  std::uint64_t growths_ = 0;
  std::map<ChainNumber, std::uint64_t> last_growth_;
  std::map<std::uint64_t, ChainNumber> by_growth_;  // each chain once, by its last
};

}  // namespace openline
