// SPDX-License-Identifier: Apache-2.0
// The store of one machine: an SQLite file with its write-ahead log, every commit synchronised.
//
// Beside the file: "<path>-wal" and "-shm" (SQLite's; the log is emptied at a clean stop, so that its
// presence tells an unclean one), "<path>-writer" (locked while a writer has the store open).
#pragma once

#include <memory>
#include <string>

#include "daemon/store/checkpointer.h"
#include "daemon/store/sqlite_batch.h"
#include "daemon/store/store.h"

namespace openline::daemon {

struct SqliteOptions {
  CheckpointOptions checkpoint;
  // After an unclean stop the whole file is checked if it is not larger than this (some 50 ms); what is read
  // later is checked then in any case.
  std::uint64_t max_checked = 16 << 20;
  // The log's length in pages at which the writer itself moves what the checkpointer has left (64 MiB), since
  // under unbroken load the log would never be empty.
  int max_log_pages = 16384;
  const char* vfs = nullptr;  // null: the system's; tests give a faulty one
};

class SqliteStore : public Store {
 public:
  // Makes the file if there is none (readable by its owner alone), migrates it, checks it. An error is for
  // the operator.
  [[nodiscard]] static Stored<std::unique_ptr<SqliteStore>> open(const std::string& path,
                                                                 SqliteOptions options = {});
  ~SqliteStore() override;

  Stored<void> commit(const Batch& batch) override;
  Stored<LoadedState> load_state() override;
  RunsRead read_runs(const ReadRuns& read) override;
  Stored<std::unique_ptr<StoreReader>> open_reader() const override;

  [[nodiscard]] std::optional<StoreFailure> checkpoint_failure() const { return checkpointer_->failure(); }

 private:
  class WriterLock {
   public:
    WriterLock() = default;
    explicit WriterLock(int file) : file_(file) {}
    ~WriterLock();
    WriterLock(WriterLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
    WriterLock& operator=(WriterLock&& other) noexcept;
    [[nodiscard]] static Stored<WriterLock> take(const std::string& path);

   private:
    int file_ = -1;
  };

  SqliteStore(std::string path, SqliteOptions options, WriterLock lock, Database database);
  [[nodiscard]] Stored<void> prepare(bool unclean);
  [[nodiscard]] Stored<void> check_after_unclean_stop();
  [[nodiscard]] Stored<void> count_commit(const Batch& batch, bool& already);
  [[nodiscard]] Stored<void> write_transaction(const Batch& batch, bool& already);
  void bound_log();

  const std::string path_;
  const SqliteOptions options_;
  WriterLock lock_;
  Database database_;  // outlives its statements
  std::optional<BatchWriter> writer_;
  Statement begin_, end_, rollback_, count_, counted_, state_, runs_;
  std::unique_ptr<Checkpointer> checkpointer_;
  std::uint64_t commits_ = 0;                  // in the store, as far as this writer knows
  std::optional<std::uint64_t> failed_batch_;  // its commit was tried and gave an error
  int log_pages_ = 0;
};

}  // namespace openline::daemon
