// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/office.h"

#include <sodium.h>

namespace openline::daemon {

Stored<std::unique_ptr<Office>> Office::open(boost::asio::io_context& loop, const std::string& path,
                                             DeskPlan plan, RandomSeed seed, OfficeOptions options) {
  auto store = DeskStore::open(path);
  if (!store) return std::unexpected(store.error());
  auto rows = (*store)->load();
  if (!rows) return std::unexpected(rows.error());
  return std::unique_ptr<Office>(new Office(loop, std::move(*store), std::move(*rows), std::move(plan),
                                            Random(std::move(seed)), options));
}

Office::Office(boost::asio::io_context& loop, std::unique_ptr<DeskStore> store, DeskRows rows, DeskPlan plan,
               Random random, OfficeOptions options)
    : options_(options),
      plan_(std::move(plan)),
      accounts_(std::move(rows.accounts), {plan_.session_idle, plan_.session_longest},
                random.draw_secret<RandomSeed>(), options.people),
      drafts_(std::move(rows.drafts), random.draw_secret<RandomSeed>()),
      alarms_(std::move(rows.alarms)),
      roster_(std::move(rows.shifts)),
      watch_(std::move(rows.watch)),
      hand_overs_(std::move(rows.hand_overs)),
      security_keys_(std::move(rows.security_keys), random.draw_secret<RandomSeed>()),
      last_log_(rows.last_audit),
      store_(std::move(store)),
      commits_(loop, options.commits_waiting),
      passwords_(loop, options.passwords_waiting) {}

std::uint64_t Office::log(AuditRow row) {
  if (row.number == 0) row.number = ++last_log_;
  const std::uint64_t number = row.number;
  writes_.emplace_back(std::move(row));
  return number;
}

void Office::commit(Done done) {
  const auto take = [this](auto writes) {
    for (auto& write : writes) std::visit([this](auto& one) { writes_.emplace_back(std::move(one)); }, write);
  };
  take(accounts_.take_writes());
  for (Draft& draft : drafts_.take_writes()) writes_.emplace_back(std::move(draft));
  take(alarms_.take_writes());
  take(roster_.take_writes());
  take(watch_.take_writes());
  for (HandOver& hand_over : hand_overs_.take_writes()) writes_.emplace_back(std::move(hand_over));
  take(security_keys_.take_writes());
  auto batch = std::make_shared<std::vector<DeskWrite>>(std::exchange(writes_, {}));
  const bool taken = commits_.submit([this, batch, done]() -> WorkThread::Then {
    failed_.insert(failed_.end(), std::make_move_iterator(batch->begin()),
                   std::make_move_iterator(batch->end()));
    const auto stored = store_->commit(failed_);
    if (!stored) return [done, failure = stored.error()] { done(failure); };
    failed_.clear();
    return [done] { done(std::nullopt); };
  });
  if (taken) return;
  writes_ = std::move(*batch);
  done(StoreFailure{StoreFailure::Kind::kBusy, "too much waits to be written to desk.db"});
}

void Office::read_log(std::uint64_t after, std::size_t limit,
                      std::function<void(Stored<std::vector<AuditRow>>)> done) {
  const bool taken = commits_.submit([this, after, limit, done]() -> WorkThread::Then {
    return [done, rows = store_->audit(after, limit)]() mutable { done(std::move(rows)); };
  });
  if (!taken)
    done(std::unexpected(StoreFailure{StoreFailure::Kind::kBusy, "too much waits to be written to desk.db"}));
}

void Office::read_hand_overs(const std::string& desk, std::uint64_t before, std::size_t limit,
                             std::function<void(Stored<std::vector<HandOver>>)> done) {
  const bool taken = commits_.submit([this, desk, before, limit, done]() -> WorkThread::Then {
    return [done, rows = store_->hand_overs(desk, before, limit)]() mutable { done(std::move(rows)); };
  });
  if (!taken)
    done(std::unexpected(StoreFailure{StoreFailure::Kind::kBusy, "too much waits to be written to desk.db"}));
}

bool Office::hash_password(std::string password, std::function<void(std::optional<std::string>)> done) {
  return passwords_.submit(
      [cost = options_.password, password = std::move(password), done]() mutable -> WorkThread::Then {
        auto hash = openline::daemon::hash_password(password, cost);
        sodium_memzero(password.data(), password.size());
        return [done, hash = std::move(hash)] { done(hash); };
      });
}

bool Office::compare_password(std::string hash, std::string password, std::function<void(bool)> done) {
  return passwords_.submit([cost = options_.password, hash = std::move(hash), password = std::move(password),
                            done]() mutable -> WorkThread::Then {
    const bool fits = is_password(hash, password, cost);
    sodium_memzero(password.data(), password.size());
    return [done, fits] { done(fits); };
  });
}

}  // namespace openline::daemon
