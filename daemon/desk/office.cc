// SPDX-License-Identifier: Apache-2.0
#include "daemon/desk/office.h"

#include <sodium.h>

#include <algorithm>
#include <iterator>
#include <mutex>

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

// What is written at once, and who waits for it. It takes more until the thread begins with it.
struct Office::Batch {
  std::mutex mutex;
  bool begun = false;
  std::vector<DeskWrite> writes;
  std::vector<Done> dones;
};

namespace {

StoreFailure too_much() { return {StoreFailure::Kind::kBusy, "too much waits to be written to desk.db"}; }

// Of what could not be written rows of the log are most, and the only ones without a bound of their own.
void keep_newest_rows(std::vector<DeskWrite>& writes, std::size_t most) {
  const auto is_row = [](const DeskWrite& write) { return std::holds_alternative<AuditRow>(write); };
  if (writes.size() <= most) return;
  const auto rows = static_cast<std::size_t>(std::ranges::count_if(writes, is_row));
  std::size_t over = rows - std::min(rows, most);
  std::erase_if(writes, [&](const DeskWrite& write) {
    if (over == 0 || !is_row(write)) return false;
    --over;
    return true;
  });
}

}  // namespace

std::vector<DeskWrite> Office::take_writes() {
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
  return std::exchange(writes_, {});
}

// Of what has no room. What fails is noted where it is answered, when this may be gone.
void Office::note(const std::optional<StoreFailure>& failure) {
  if (failure && !std::exchange(failing_, true) && note_) note_(failure->words);
}

void Office::refuse(std::vector<DeskWrite> writes, const Done& done) {
  writes_ = std::move(writes);
  keep_newest_rows(writes_, options_.rows_kept);
  note(too_much());
  done(too_much());
}

// False: there is none that waits. True and `done` still there: it takes no more.
bool Office::goes_with_another(std::vector<DeskWrite>& writes, Done& done) {
  if (!batch_) return false;
  const std::lock_guard lock(batch_->mutex);
  if (batch_->begun) return false;
  if (batch_->dones.size() >= options_.commits_waiting) return true;
  std::ranges::move(writes, std::back_inserter(batch_->writes));
  batch_->dones.push_back(std::exchange(done, nullptr));
  return true;
}

void Office::commit(Done done) {
  std::vector<DeskWrite> writes = take_writes();
  if (goes_with_another(writes, done)) {
    if (done) refuse(std::move(writes), done);
    return;
  }
  auto batch = std::make_shared<Batch>();
  batch->writes = std::move(writes);
  batch->dones.push_back(std::move(done));
  const bool taken = commits_.submit([this, batch, note = note_]() -> WorkThread::Then {
    {
      const std::lock_guard lock(batch->mutex);
      batch->begun = true;
    }
    const bool failed_before = !failed_.empty();
    std::ranges::move(batch->writes, std::back_inserter(failed_));
    std::optional<StoreFailure> failure;
    if (const auto stored = store_->commit(failed_); !stored) failure = stored.error();
    if (failure) {
      keep_newest_rows(failed_, options_.rows_kept);
    } else {
      failed_.clear();
    }
    return [note, batch, failure, failed_before] {
      if (failure && !failed_before && note) note(failure->words);
      for (const Done& one : batch->dones) one(failure);
    };
  });
  if (!taken) return refuse(std::move(batch->writes), batch->dones.front());
  batch_ = std::move(batch);
  failing_ = false;
}

void Office::read_log(std::uint64_t after, std::size_t limit,
                      std::function<void(Stored<std::vector<AuditRow>>)> done) {
  const bool taken = commits_.submit([this, after, limit, done, note = note_]() -> WorkThread::Then {
    return [note, done, rows = store_->audit(after, limit)]() mutable {
      if (!rows && note) note(rows.error().words);
      done(std::move(rows));
    };
  });
  if (!taken) done(std::unexpected(too_much()));
}

void Office::read_hand_overs(const std::string& desk, std::uint64_t before, std::size_t limit,
                             std::function<void(Stored<std::vector<HandOver>>)> done) {
  const bool taken = commits_.submit([this, desk, before, limit, done, note = note_]() -> WorkThread::Then {
    return [note, done, rows = store_->hand_overs(desk, before, limit)]() mutable {
      if (!rows && note) note(rows.error().words);
      done(std::move(rows));
    };
  });
  if (!taken) done(std::unexpected(too_much()));
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
