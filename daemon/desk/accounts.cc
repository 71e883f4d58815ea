// SPDX-License-Identifier: Apache-2.0
// Sessions, passwords and codes. Changes of people are in people_changes.cc.
#include "daemon/desk/accounts.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto/hash.h"
#include "core/wire/assert.h"
#include "core/wire/cbor.h"
#include "daemon/desk/plain_text.h"

namespace openline::daemon {
namespace {

using Why = DeskRefusal::Why;

constexpr std::size_t kMaxName = 32, kMaxTitle = 64;
constexpr std::size_t kHalf = 12;                                         // characters, of 31: 59 bits
constexpr std::string_view kLetters = "abcdefghjkmnpqrstuvwxyz23456789";  // none that is taken for another
constexpr Seconds kStep{5};                                               // of a clock that was set
constexpr Seconds kTouch{60};  // how often the time of a session's last use is kept

}  // namespace

std::optional<std::string> name_problem(std::string_view name) {
  const auto good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  if (!name.empty() && name.size() <= kMaxName && name[0] >= 'a' && name[0] <= 'z' &&
      std::ranges::all_of(name, good))
    return std::nullopt;
  return fmt::format("must be 1 to {} of a-z 0-9 . _ - and begin with a letter", kMaxName);
}

std::optional<std::string> title_problem(std::string_view title) {
  if (!cbor::is_utf8(view_of(title))) return "must be UTF-8";
  if (title.empty() || title.size() > kMaxTitle) return fmt::format("must be 1 to {} bytes", kMaxTitle);
  if (title.front() == ' ' || title.back() == ' ') return "must not begin or end with a space";
  if (const auto problem = plain_text_problem(title)) return problem;
  return std::nullopt;
}

Accounts::Accounts(AccountRows rows, SessionTimes times, RandomSeed seed, PeopleLimits limits)
    : times_(times), limits_(limits), random_(std::move(seed)) {
  for (Officer& officer : rows.officers) {
    const std::string name = officer.name;
    officers_.emplace(name, std::move(officer));
  }
  for (Session& session : rows.sessions) sessions_.emplace(session.key, std::move(session));
  for (PeopleChange& change : rows.changes) {
    last_change_ = std::max(last_change_, change.number);
    changes_.emplace(change.number, std::move(change));
  }
  check_invariants();
}

const Officer* Accounts::find(std::string_view name) const {
  const auto found = officers_.find(name);
  return found == officers_.end() ? nullptr : &found->second;
}

std::vector<const Officer*> Accounts::officers() const {
  std::vector<const Officer*> result;
  for (const auto& [name, officer] : officers_) result.push_back(&officer);
  return result;
}

std::size_t Accounts::sessions_of(std::string_view officer) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(sessions_, [&](const auto& one) { return one.second.officer == officer; }));
}

WallTime Accounts::locked_until(const Officer& officer, const std::string& from) const {
  if (from.empty()) return officer.locked_until;
  const auto found = tries_.find({officer.name, from});
  const WallTime there = found == tries_.end() ? WallTime{} : found->second.locked_until;
  return std::max(there, officer.network_locked_until);
}

// Of one address it need not be durable: nobody on the network restarts the station.
void Accounts::count_wrong(Officer& officer, const std::string& from, WallTime now) {
  const auto count = [&](std::uint32_t& wrong, WallTime& until, std::uint32_t most) {
    if (++wrong < most) return;
    until = now + std::min(limits_.first_lock * (1 << std::min(wrong - most, 16u)), limits_.longest_lock);
  };
  if (from.empty()) {
    count(officer.wrong_passwords, officer.locked_until, limits_.wrong_passwords);
  } else {
    count(officer.network_wrong_passwords, officer.network_locked_until, limits_.network_wrong_passwords);
    if (tries_.size() >= limits_.addresses && !tries_.contains({officer.name, from}))
      tries_.erase(
          std::ranges::min_element(tries_, {}, [](const auto& one) { return one.second.locked_until; }));
    Tries& there = tries_[{officer.name, from}];
    count(there.wrong, there.locked_until, limits_.wrong_passwords);
  }
  put(officer);
}

void Accounts::forget_wrong(Officer& officer, const std::string& from) {
  auto& wrong = from.empty() ? officer.wrong_passwords : officer.network_wrong_passwords;
  if (!from.empty()) tries_.erase({officer.name, from});
  if (std::exchange(wrong, 0) != 0) put(officer);
}

void Accounts::unlock(Officer& officer) {
  officer.wrong_passwords = officer.network_wrong_passwords = 0;
  officer.locked_until = officer.network_locked_until = {};
  std::erase_if(tries_, [&](const auto& one) { return one.first.first == officer.name; });
}

Allowed<std::string> Accounts::begin_sign_in(const std::string& name, WallTime now,
                                             const std::string& from) const {
  const Officer* officer = find(name);
  if (officer == nullptr || officer->state != AccountState::kActive) return std::string();
  if (now < locked_until(*officer, from)) {
    auto refusal = deny(Why::kLocked,
                        "too many wrong passwords: the account is locked for sign-ins for a while; "
                        "sessions that are open go on, and a supervisor can unlock it");
    refusal.error().retry_after = std::chrono::ceil<Seconds>(locked_until(*officer, from) - now);
    return refusal;
  }
  return officer->password;
}

bool Accounts::may_sign_in(const std::string& name, const std::string& compared, WallTime now,
                           const std::string& from) const {
  const Officer* officer = find(name);
  // Several attempts may have been compared at once: none counts while the account is locked.
  return officer != nullptr && officer->state == AccountState::kActive &&
         now >= locked_until(*officer, from) && officer->password == compared;
}

Allowed<Accounts::SignedIn> Accounts::end_sign_in(const std::string& name, const std::string& compared,
                                                  bool is_right, WallTime now, bool with_key,
                                                  const std::string& from) {
  const auto wrong = [] { return deny(Why::kWrongCredentials, "the name or the password is wrong"); };
  if (!may_sign_in(name, compared, now, from)) return wrong();
  Officer& officer = officers_.find(name)->second;
  if (!is_right) {
    count_wrong(officer, from, now);
    return wrong();
  }
  forget_wrong(officer, from);
  end_old_sessions(now);
  while (sessions_of(name) >= limits_.sessions_of_one) {
    auto oldest = sessions_.end();
    for (auto at = sessions_.begin(); at != sessions_.end(); ++at) {
      if (at->second.officer != name) continue;
      if (oldest == sessions_.end() || at->second.last_used < oldest->second.last_used) oldest = at;
    }
    end(oldest);
  }
  const auto token = random_.draw<Hash>();
  SignedIn result{token.hex(), {hash_of(token.view()), name, now, now, with_key}};
  sessions_.emplace(result.session.key, result.session);
  writes_.emplace_back(result.session);
  return result;
}

std::optional<Accounts::Who> Accounts::who(std::string_view token, WallTime now) {
  const auto bytes = from_hex(token);
  if (!bytes || bytes->size() != Hash::kSize) return std::nullopt;
  const auto found = sessions_.find(hash_of(*bytes));
  if (found == sessions_.end()) return std::nullopt;
  Session& session = found->second;
  if (now - session.last_used > times_.idle || now - session.began > times_.longest) {
    end(found);
    return std::nullopt;
  }
  const Officer* officer = find(session.officer);
  if (officer == nullptr || officer->state != AccountState::kActive) return std::nullopt;
  if (now - session.last_used >= std::min(kTouch, times_.idle / 4)) {
    session.last_used = now;
    writes_.emplace_back(session);
  }
  return Who{officer, session.key, session.began + times_.longest, session.with_key};
}

void Accounts::mark_with_key(const Hash& key) {
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return;
  found->second.with_key = true;
  writes_.emplace_back(found->second);
}

void Accounts::end(std::map<Hash, Session>::iterator session) {
  writes_.emplace_back(SessionEnded{session->first});
  sessions_.erase(session);
}

void Accounts::see_clock(Now now) {
  if (!seen_) seen_ = now;
  const auto passed = std::chrono::duration_cast<Milliseconds>(now.monotonic - seen_->monotonic);
  const auto step = now.wall - seen_->wall - passed;
  if (std::chrono::abs(step) < kStep) return;
  seen_ = now;
  for (auto& [key, session] : sessions_) {
    session.began += step;
    session.last_used += step;
    writes_.emplace_back(session);
  }
}

void Accounts::end_old_sessions(WallTime now) {
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    const auto current = at++;
    if (now - current->second.last_used > times_.idle || now - current->second.began > times_.longest)
      end(current);
  }
}

bool Accounts::sign_out(const Hash& session) {
  const auto found = sessions_.find(session);
  if (found == sessions_.end()) return false;
  end(found);
  return true;
}

std::size_t Accounts::sign_out_all(const std::string& officer, const std::optional<Hash>& but) {
  std::size_t ended = 0;
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    const auto current = at++;
    if (current->second.officer != officer || current->first == but) continue;
    end(current);
    ++ended;
  }
  return ended;
}

void Accounts::set_password(const std::string& name, std::string hash, const std::optional<Hash>& keep) {
  const auto found = officers_.find(name);
  OPENLINE_ASSERT(found != officers_.end() && !hash.empty());
  Officer& officer = found->second;
  officer.password = std::move(hash);
  unlock(officer);
  officer.first_half.reset();
  officer.second_half.reset();
  put(officer);
  sign_out_all(name, keep);
}

std::string Accounts::draw_half() {
  std::string half;
  for (std::size_t i = 0; i < kHalf; ++i) {
    if (i != 0 && i % 4 == 0) half += '-';
    half += kLetters[random_.below(kLetters.size())];
  }
  return half;
}

namespace {

std::string without_dashes(std::string_view text) {
  std::string result;
  std::ranges::copy_if(text, std::back_inserter(result), [](char c) { return c != '-' && c != ' '; });
  return result;
}

}  // namespace

Hash half_hash(std::string_view half) { return hash_of(view_of(without_dashes(half))); }

Allowed<void> Accounts::check_code(const std::string& name, const std::string& code, WallTime now) {
  const auto wrong = [] {
    return deny(Why::kWrongCredentials, "the name or the code is wrong, or the code holds no longer");
  };
  const auto found = officers_.find(name);
  if (found == officers_.end()) return wrong();
  Officer& officer = found->second;
  if (officer.state == AccountState::kDisabled || !officer.first_half || now > officer.code_until)
    return wrong();
  const std::string all = without_dashes(code);
  const bool fits = all.size() == 2 * kHalf && half_hash(all.substr(0, kHalf)) == *officer.first_half &&
                    officer.second_half && half_hash(all.substr(kHalf)) == *officer.second_half;
  if (fits) return {};
  if (++officer.wrong_codes >= limits_.wrong_codes) {
    officer.first_half.reset();
    officer.second_half.reset();
  }
  put(officer);
  return wrong();
}

void Accounts::enrol(const std::string& name, std::string hash) {
  const auto found = officers_.find(name);
  OPENLINE_ASSERT(found != officers_.end());
  found->second.state = AccountState::kActive;
  found->second.wrong_codes = 0;
  set_password(name, std::move(hash), std::nullopt);
}

Hash Accounts::new_challenge(WallTime now) {
  if (challenges_.size() == limits_.challenges) challenges_.pop_front();
  challenges_.push_back({random_.draw<Hash>(), now + limits_.challenge_holds});
  return challenges_.back().value;
}

bool Accounts::use_challenge(const Hash& challenge, WallTime now) {
  const auto found =
      std::ranges::find_if(challenges_, [&](const Challenge& one) { return one.value == challenge; });
  if (found == challenges_.end()) return false;
  const bool holds = now <= found->until;
  challenges_.erase(found);
  return holds;
}

void Accounts::check_invariants() const {
  for (const auto& [name, officer] : officers_) {
    OPENLINE_ASSERT(name == officer.name && !name_problem(name));
    OPENLINE_ASSERT(officer.state != AccountState::kActive || !officer.password.empty());
    OPENLINE_ASSERT(std::ranges::is_sorted(officer.grants, {}, &Grant::desk));
  }
  for (const auto& [key, session] : sessions_) OPENLINE_ASSERT(officers_.contains(session.officer));
}

}  // namespace openline::daemon
