// SPDX-License-Identifier: Apache-2.0
// What one peer station has of one line, and what it is to be sent (protocol.md section 10).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/link/range_set.h"
#include "core/record/joint_record.h"
#include "core/wire/time.h"

namespace openline {

class Share {
 public:
  // The peer's newest heads say less than those before did: its store was restored from a backup. What it is
  // known to have is then what these say.
  void fall_back(const JointRecord& record, const std::vector<Head>& before, const std::vector<Head>& heads);
  // What it is known to have of this author is what its heads say, and nothing else.
  void learn_anew(const JointRecord& record, const StationKey& author, const std::vector<Head>& heads,
                  Now now);
  // Raises what the peer is known to have, by its heads. True when it rose.
  bool learn(const JointRecord& record, const std::vector<Head>& heads, Now now);
  // Entries came of a chain that its heads said more of than we knew.
  void recognise(const JointRecord& record, const Chain& chain, const std::vector<Head>& heads);
  // It sent an entry of its own: it has that, whatever its last heads say.
  void wrote(const JointRecord& record, const Position& last);
  [[nodiscard]] bool writes(ChainNumber chain) const { return written_.contains(chain); }  // since it started
  // It started anew, perhaps from an older store: what it has of its own is learned from its heads.
  void restarted(const JointRecord& record, const StationKey& peer);
  // How many entries of the chain, from sequence 0, the peer is known to have.
  [[nodiscard]] Sequence covered(ChainNumber chain) const;
  // The next entry of the chain to send; at or beyond the head + 1 there is nothing.
  [[nodiscard]] Sequence next_to_send(const Chain& chain) const;
  // The chains that have entries which the peer is not known to have, ascending. Brings itself up to date.
  [[nodiscard]] const std::set<ChainNumber>& lagging(const JointRecord& record);
  [[nodiscard]] bool is_behind(const JointRecord& record) const;  // whether there is such a chain
  void sent_up_to(ChainNumber chain, Sequence next) { next_[chain] = next; }
  // Everything that is not covered is to be sent again.
  void start_over() { next_.clear(); }
  // As is_stuck says: begins anew, for each chain that does not move earlier than the last time. The peer may
  // stand on another branch that neither of us has seen leave.
  void go_back();
  // A fork was found among these: who has which branch is learned anew.
  void forget(const JointRecord& record, const std::vector<const Chain*>& chains);
  // The peer's heads did not move although everything was sent: since when.
  [[nodiscard]] bool is_stuck(const JointRecord& record, MonotonicTime now, Microseconds patience) const;
  void touch(Now now) { progress_ = now.monotonic; }

  // Passing on: when it was first seen that the peer lacks the chain's newest entries.
  [[nodiscard]] MonotonicTime lacking_since(const Chain& chain, Now now);

  // Runs on their way, so that the next may go along with one that waits, or leave out what the peer has.
  struct Waiting {
    std::uint64_t object = 0;
    Precedence precedence{};
    std::vector<Entry> entries;
  };
  std::map<ChainNumber, Waiting> waiting;                            // the last that was given to the link
  void delivered(ChainNumber chain, Sequence first, Sequence next);  // the peer's station has them in memory
  [[nodiscard]] RangeSet arrived(ChainNumber chain) const;           // in memory, and not yet covered
  [[nodiscard]] bool surely_has(const Chain& chain, Sequence sequence) const;  // durable, or in memory

  bool heads_due = false;                // ours changed since they were sent to it
  bool flash_heads = false;              // a FLASH is among what changed
  MonotonicTime heads_sent{};            // when
  bool heads_came = false;               // from it, in its present link epoch
  MonotonicTime own_heads_due = kNever;  // when it is told that ours changed by our own entries alone
  struct Passing {
    StationKey signer;
    std::uint64_t counter = 0;  // of the newest heads that were passed on to the peer
  };
  std::vector<Passing> passing;  // whose heads the peer wants from us
  MonotonicTime passed{};        // when some were last passed on

  std::optional<std::uint64_t> reading;  // a read for it is under way
  ChainNumber last_read;                 // chains take turns

  void check_invariants(const JointRecord& record) const;

 private:
  [[nodiscard]] static bool continued(const JointRecord& record, const Head& before,
                                      const std::vector<Head>& heads);
  struct Said {
    Sequence has;                  // so many of the chain's entries
    std::optional<Sequence> fork;  // an entry that is another than ours
  };
  [[nodiscard]] static Said said_of(const JointRecord& record, const Chain& chain,
                                    const std::vector<Head>& heads);
  bool learn_chain(const JointRecord& record, const Chain& chain, const std::vector<Head>& heads);
  bool cover(const JointRecord& record, const Chain& chain, Sequence next);
  void cover_origins(const JointRecord& record);
  void uncover(ChainNumber chain, Sequence below = {});
  [[nodiscard]] bool lags(const JointRecord& record, ChainNumber chain) const;
  template <typename Fits>
  [[nodiscard]] bool any_lagging(const JointRecord& record, const Fits& fits) const;
  std::map<ChainNumber, Sequence> covered_, next_;
  std::map<ChainNumber, RangeSet> delivered_;
  std::set<ChainNumber> written_;
  // A turn does not look at every incarnation that ever was: all chains that lag are among these and those
  // that grew since.
  std::set<ChainNumber> lagging_;
  std::uint64_t growths_ = 0;  // of the record, so far as `lagging_` knows of them
  struct Stuck {
    Sequence at;
    std::uint64_t back = 0;  // entries, the last time
  };
  std::map<ChainNumber, Stuck> stuck_;
  std::map<ChainNumber, MonotonicTime> lacking_;
  MonotonicTime progress_{};
};

}  // namespace openline
