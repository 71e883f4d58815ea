// SPDX-License-Identifier: Apache-2.0
// The watch passes from one officer to another, and both sign for what was open (docs/api.md, "The watch").
//
// Pure, as accounts.h. The report is what the API saw: here it is kept, and has a version that grows when
// something comes into it that was not there, so that nobody signs for what they did not see.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/desk/accounts.h"
#include "daemon/desk/drafts.h"
#include "daemon/desk/refusal.h"

namespace openline::daemon {

enum class HandOverState : std::uint8_t { kOpen = 0, kSigned = 1, kWithdrawn = 2 };
[[nodiscard]] const char* hand_over_state_name(HandOverState state);

struct CheckItem {
  std::string text;
  bool done = false;
  std::string by;      // who said so last; empty: nobody yet
  std::string remark;  // why it is not done, or whatever is to be said of it
  [[nodiscard]] bool is_settled() const { return done || !remark.empty(); }
};

struct HandOver {
  struct Signature {
    std::string officer;
    WallTime time{};
    std::uint32_t version = 0;  // of the report
  };
  std::uint64_t number = 0;
  std::string desk, from, to;
  HandOverState state{};
  WallTime time{};
  std::string remarks;
  std::string opened_report;       // JSON, as it was when it was opened
  std::string report;              // as it stands, and in the end as it stood
  std::uint32_t version = 1;       // of `report`
  std::vector<std::string> marks;  // what there is in it, each in a word of its own; sorted
  std::vector<CheckItem> checklist;
  std::vector<Signature> signatures;  // at most one each
  std::string closed_by;              // who signed last, or withdrew it
  WallTime closed{};
  // The last versions that brought nothing but messages that are not urgent, and when. Not in desk.db.
  std::vector<std::pair<std::uint32_t, MonotonicTime>> quiet_moves = {};
  [[nodiscard]] bool is_for(std::string_view officer) const { return officer == from || officer == to; }
  [[nodiscard]] bool is_signed_by(std::string_view officer) const;
};

class HandOvers {
 public:
  static constexpr std::size_t kOverKept = 64;  // in memory; all are in desk.db
  // Who signs has read what they saw a moment ago: on a busy line a version is no older than that.
  static constexpr Seconds kJustRead{2};
  static constexpr std::size_t kMaxRemarks = 2000, kMaxItemRemark = 500;  // bytes
  explicit HandOvers(std::vector<HandOver> rows);

  struct Report {
    std::string json;
    std::vector<std::string> marks;  // sorted
  };
  static constexpr std::string_view kQuietMark = "open ";  // begins that of a message that is not urgent
  struct Opening {
    std::string desk, to, remarks;
    std::vector<std::string> checklist;
    Report report;
  };
  // `is_on_watch`: whether `by` is, at that desk.
  [[nodiscard]] Allowed<const HandOver*> open(Opening opening, const Actor& by, bool is_on_watch,
                                              const Accounts& accounts, WallTime now);
  // How things stand now. True: the version grew; the signature of the one who takes the watch is void then,
  // while that of the one who gives it stands: what comes until it has passed is theirs in any case.
  bool report(const std::string& desk, Report report, MonotonicTime now);
  [[nodiscard]] Allowed<const HandOver*> check(std::uint64_t number, std::size_t item, bool done,
                                               std::string remark, const std::string& by);
  // `version`: of the report that was seen; the newest, or one that was within `kJustRead`, if what came
  // since is not urgent. `is_taker_there`: the one who takes the watch attends the desk.
  // Signed by both, the state is kSigned. Asked again it is the same, not done twice.
  [[nodiscard]] Allowed<const HandOver*> sign(std::uint64_t number, std::uint32_t version,
                                              const std::string& by, bool is_taker_there,
                                              const Accounts& accounts, Now now);
  // By either of them, or a supervisor of the desk.
  [[nodiscard]] Allowed<const HandOver*> withdraw(std::uint64_t number, const Actor& by, WallTime now);

  [[nodiscard]] const HandOver* find(std::uint64_t number) const;
  [[nodiscard]] const HandOver* open_at(std::string_view desk) const;
  [[nodiscard]] const HandOver* last_at(std::string_view desk) const;  // that was signed
  [[nodiscard]] std::vector<std::string> open_desks() const;

  [[nodiscard]] std::vector<HandOver> take_writes() { return std::exchange(writes_, {}); }
  void check_invariants() const;

 private:
  [[nodiscard]] static bool may_be_signed(const HandOver& one, std::uint32_t version, MonotonicTime now);
  [[nodiscard]] Allowed<HandOver*> open_one(std::uint64_t number);
  const HandOver* put(const HandOver& hand_over);
  void forget_old();
  std::map<std::uint64_t, HandOver> hand_overs_;
  std::uint64_t last_ = 0;
  std::vector<HandOver> writes_;
};

}  // namespace openline::daemon
