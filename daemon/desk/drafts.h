// SPDX-License-Identifier: Apache-2.0
// What is written and not sent yet, and who stands behind it (docs/api.md, "Drafts and release").
//
// Pure, as accounts.h. A draft goes out once: its key is the idempotency key of what it becomes.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto/random.h"
#include "core/record/entry.h"
#include "daemon/config/desk_plan.h"
#include "daemon/desk/people.h"
#include "daemon/desk/refusal.h"

namespace openline::daemon {

enum class DraftState : std::uint8_t {
  kDraft = 0,
  kWaiting = 1,
  kReturned = 2,
  kReleased = 3,
  kWithdrawn = 4
};
[[nodiscard]] const char* draft_state_name(DraftState state);

// What is to be sent, as the request was checked.
struct DraftContent {
  std::string act;   // an address after the line's: "entries", "contacts/1f3a/answer"
  std::string body;  // JSON
  Precedence precedence{};
  Class entry_class{};
  std::string exercise;
  ReleaseNeed need;
  Hash meaning;  // of all that the request was resolved to: whose proposal, which visit
};

struct Draft {
  struct Release {
    std::string officer;
    WallTime time{};
    std::string emergency;  // the reason, where it is one alone; else empty
  };
  std::uint64_t number = 0;
  std::uint32_t version = 1;  // grows with each change: a release is of what its releaser saw
  LineId line;
  std::string desk;
  DraftContent content;
  DraftState state{};
  std::string author;
  WallTime time{};
  std::vector<Release> releases;
  std::string remark;     // why it was returned
  std::string key;        // idempotency, of what it becomes
  std::string made_with;  // the idempotency key that it was made with, or empty
  std::vector<std::pair<std::uint64_t, std::string>> entries;  // what it became: serials and ids
  [[nodiscard]] bool is_over() const {
    return state == DraftState::kReleased || state == DraftState::kWithdrawn;
  }
  // "live flash", "exercise JUNE flash": what a releaser says that it is.
  [[nodiscard]] std::string confirmation() const;
};

enum class DraftAct : std::uint8_t { kChange, kSubmit, kReturn, kWithdraw, kRelease };
inline constexpr std::size_t kDraftActs = 5;
[[nodiscard]] const char* draft_act_name(DraftAct act);

// Who asks: their name and what they are at the draft's desk.
struct Actor {
  std::string name;
  Roles roles;
};

// Whether these people may send what needs so much. The author counts if officer, releaser or supervisor;
// others have released.
[[nodiscard]] bool is_enough(const ReleaseNeed& need, const Actor& author,
                             const std::vector<Draft::Release>& releases);

class Drafts {
 public:
  static constexpr std::size_t kMaxOpen = 256, kOverKept = 64;
  // Those that somebody has released may have gone out before a crash: nothing is done with them until the
  // record was asked, and `released` or `not_released` says so.
  Drafts(std::vector<Draft> rows, RandomSeed seed);
  [[nodiscard]] const std::vector<std::uint64_t>& going_out() const { return going_out_; }

  [[nodiscard]] Allowed<const Draft*> add(const LineId& line, const std::string& desk, DraftContent content,
                                          const Actor& by, bool submit, WallTime now,
                                          const std::string& made_with = "");
  [[nodiscard]] const Draft* find(std::uint64_t number) const;
  [[nodiscard]] std::vector<const Draft*> all()
      const;  // open ones by precedence and age, then the last that are over
  // Empty: this officer may do it now; else why not.
  [[nodiscard]] std::optional<DeskRefusal> forbids(const Draft& draft, DraftAct act, const Actor& by) const;

  [[nodiscard]] Allowed<const Draft*> change(std::uint64_t number, DraftContent content, const Actor& by);
  [[nodiscard]] Allowed<const Draft*> submit(std::uint64_t number, const Actor& by);
  [[nodiscard]] Allowed<const Draft*> give_back(std::uint64_t number, std::uint32_t version,
                                                std::string reason, const Actor& by);
  [[nodiscard]] Allowed<const Draft*> withdraw(std::uint64_t number, const Actor& by);
  struct ReleaseRequest {
    std::uint32_t version = 0;
    std::string confirmation;
    std::string emergency;
    bool emergency_allowed = false;  // by the desk's plan
  };
  // Adds this releaser. `author` as they stand now: who was disabled meanwhile counts no longer. True: all
  // are together, and it goes out; until `released` or `not_released` nobody changes it.
  [[nodiscard]] Allowed<bool> release(std::uint64_t number, const ReleaseRequest& request, const Actor& by,
                                      const Actor& author, WallTime now);
  // Who holds the role no longer does not stand behind it any more.
  void keep_releases(std::uint64_t number, const std::function<bool(const std::string&)>& still);
  void released(std::uint64_t number, std::vector<std::pair<std::uint64_t, std::string>> entries);
  void not_released(std::uint64_t number);

  [[nodiscard]] std::vector<Draft> take_writes() { return std::exchange(writes_, {}); }
  void check_invariants() const;

 private:
  [[nodiscard]] Allowed<Draft*> open(std::uint64_t number, DraftAct act, const Actor& by);
  const Draft* put(const Draft& draft);
  Random random_;
  std::map<std::uint64_t, Draft> drafts_;
  std::uint64_t last_ = 0;
  std::vector<std::uint64_t> going_out_;
  std::vector<Draft> writes_;
};

}  // namespace openline::daemon
