// SPDX-License-Identifier: Apache-2.0
// The officers of a station and who of them is signed in (docs/api.md, "People").
//
// Pure: it is given the time and randomness, keeps everything in memory and tells what must become durable.
// What gives somebody more than they had takes two people, or the party's root key: else one could make a
// second person of themselves.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "core/crypto/random.h"
#include "daemon/desk/people.h"
#include "daemon/desk/refusal.h"

namespace openline::daemon {

struct SessionTimes {
  Seconds idle{8 * 3600};      // without a request, a session ends
  Seconds longest{12 * 3600};  // ends in any case: a watch, and its hand-over
};

using AccountWrite = std::variant<Officer, Session, SessionEnded, PeopleChange>;

struct AccountRows {  // as loaded from the store
  std::vector<Officer> officers;
  std::vector<Session> sessions;
  std::vector<PeopleChange> changes;
};

class Accounts {
 public:
  Accounts(AccountRows rows, SessionTimes times, RandomSeed seed, PeopleLimits limits = {});

  [[nodiscard]] bool peopled() const { return !officers_.empty(); }
  [[nodiscard]] const Officer* find(std::string_view name) const;
  [[nodiscard]] std::vector<const Officer*> officers() const;
  [[nodiscard]] std::vector<const PeopleChange*> changes(WallTime now);  // open ones first
  [[nodiscard]] std::size_t sessions_of(std::string_view officer) const;

  // Signing in: `from` is the address on the network; empty: at the station's own socket. The caller compares
  // the password with the hash in between, which takes half a second.
  [[nodiscard]] Allowed<std::string> begin_sign_in(const std::string& name, WallTime now,
                                                   const std::string& from = {}) const;
  struct SignedIn {
    std::string token;  // 64 hexadecimal digits; only its hash is kept
    Session session;
  };
  // `compared`: the hash that the password was compared with. It may have been changed meanwhile. `is_right`:
  // the password, and what a security key was asked where that was.
  [[nodiscard]] Allowed<SignedIn> end_sign_in(const std::string& name, const std::string& compared,
                                              bool is_right, WallTime now, bool with_key = false,
                                              const std::string& from = {});
  // Whether that hash still opens the account, so that a right password may be told apart from a wrong one.
  [[nodiscard]] bool may_sign_in(const std::string& name, const std::string& compared, WallTime now,
                                 const std::string& from = {}) const;
  void mark_with_key(const Hash& session);  // an open one
  // Whose request it is. nullptr: nobody's.
  struct Who {
    const Officer* officer = nullptr;
    Hash session;
    WallTime expires{};
    bool with_key = false;
  };
  [[nodiscard]] std::optional<Who> who(std::string_view token, WallTime now);
  [[nodiscard]] bool is_open(const Hash& session) const { return sessions_.contains(session); }
  // Before `who` and this: sessions go by the monotonic clock while the station runs, so that a wall clock
  // that is put right ends none.
  void see_clock(Now now);
  void end_old_sessions(WallTime now);
  bool sign_out(const Hash& session);
  std::size_t sign_out_all(const std::string& officer, const std::optional<Hash>& but);
  void set_password(const std::string& officer, std::string hash, const std::optional<Hash>& keep);

  // The first account: nobody is there who could agree.
  [[nodiscard]] Allowed<const Officer*> add_first(Officer officer);

  // What takes two. Halves of a code are told to the one who asked, and kept as hashes.
  struct Proposal {
    ChangeKind kind{};
    std::string officer, title;
    Grants grants;
  };
  struct Proposed {
    PeopleChange change;
    std::string code_half;  // empty: this kind has none
  };
  [[nodiscard]] Allowed<Proposed> propose(const Proposal& proposal, const Officer& by, WallTime now);
  struct Confirmed {
    const Officer* officer = nullptr;
    std::string code_half;  // with the root key: the whole code
  };
  [[nodiscard]] Allowed<Confirmed> confirm(std::uint64_t change, const Officer& by, WallTime now);
  [[nodiscard]] Allowed<void> refuse(std::uint64_t change, const Officer& by, WallTime now);
  [[nodiscard]] Allowed<Confirmed> do_by_root(const Proposal& proposal, WallTime now);
  [[nodiscard]] Hash new_challenge(WallTime now);
  [[nodiscard]] bool use_challenge(const Hash& challenge, WallTime now);  // once

  // What takes away: one supervisor, at once.
  [[nodiscard]] Allowed<const Officer*> take_away(const std::string& name, const Grants& grants,
                                                  const Officer& by);
  [[nodiscard]] Allowed<const Officer*> disable(const std::string& name, const Officer& by);
  [[nodiscard]] Allowed<const Officer*> unlock(const std::string& name, const Officer& by);

  // Setting a password with the code; hashing comes in between.
  [[nodiscard]] Allowed<void> check_code(const std::string& name, const std::string& code, WallTime now);
  void enrol(const std::string& name, std::string hash);

  [[nodiscard]] std::vector<AccountWrite> take_writes() { return std::exchange(writes_, {}); }
  void check_invariants() const;

 private:
  [[nodiscard]] Allowed<void> may_supervise(const Officer& by, const Grants& grants) const;
  [[nodiscard]] Allowed<void> check_proposal(const Proposal& proposal) const;
  [[nodiscard]] Grants concerned(const Proposal& proposal) const;
  [[nodiscard]] Allowed<PeopleChange*> open_change(std::uint64_t number, WallTime now);
  [[nodiscard]] Allowed<Officer*> officer_for(const std::string& name);
  [[nodiscard]] bool leaves_a_supervisor(const Officer& without, const Grants& grants) const;
  Officer& apply(const Proposal& proposal);
  [[nodiscard]] std::string draw_half();
  void expire_changes(WallTime now);
  void end(std::map<Hash, Session>::iterator session);
  struct Tries {
    std::uint32_t wrong = 0;
    WallTime locked_until{};
  };
  [[nodiscard]] WallTime locked_until(const Officer& officer, const std::string& from) const;
  void count_wrong(Officer& officer, const std::string& from, WallTime now);
  void forget_wrong(Officer& officer, const std::string& from);
  void unlock(Officer& officer);
  void put(const Officer& officer) { writes_.emplace_back(officer); }

  SessionTimes times_;
  std::optional<Now> seen_;  // by `see_clock`
  PeopleLimits limits_;
  Random random_;
  std::map<std::string, Officer, std::less<>> officers_;
  std::map<Hash, Session> sessions_;
  std::map<std::pair<std::string, std::string>, Tries> tries_;  // of an officer, from an address
  std::map<std::uint64_t, PeopleChange> changes_;
  std::uint64_t last_change_ = 0;
  struct Challenge {
    Hash value;
    WallTime until{};
  };
  std::deque<Challenge> challenges_;
  std::vector<AccountWrite> writes_;
};

// Of one half of a code, as it is kept; dashes do not count.
[[nodiscard]] Hash half_hash(std::string_view half);
// Rules of names and titles, in words; nullopt: good.
[[nodiscard]] std::optional<std::string> name_problem(std::string_view name);
[[nodiscard]] std::optional<std::string> title_problem(std::string_view title);

}  // namespace openline::daemon
