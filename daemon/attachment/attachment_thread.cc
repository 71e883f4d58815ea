// SPDX-License-Identifier: Apache-2.0
#include "daemon/attachment/attachment_thread.h"

namespace openline::daemon {
namespace {

constexpr const char* kTooMuch = "too much waits for the attachments' disk; try again";

std::unexpected<FileFailure> busy() {
  return std::unexpected(FileFailure{FileFailure::Kind::kBusy, kTooMuch});
}
std::unexpected<FileFailure> no_upload() {
  return std::unexpected(FileFailure{FileFailure::Kind::kIo, "this upload is not under way"});
}

}  // namespace

AttachmentThread::AttachmentThread(AttachmentFiles files, Post post, AttachmentOptions options)
    : files_(std::move(files)), post_(std::move(post)), options_(options), thread_([this] { run(); }) {}

AttachmentThread::~AttachmentThread() { stop(); }

void AttachmentThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  uploads_.clear();
}

std::optional<AttachmentThread::Clock::time_point> AttachmentThread::busy_since() const {
  const std::lock_guard lock(mutex_);
  return busy_since_;
}

bool AttachmentThread::enqueue(Job job, std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || jobs_.size() >= options_.max_jobs || bytes > options_.max_queued - queued_) return false;
    queued_ += bytes;
    jobs_.emplace_back(std::move(job), bytes);
  }
  changed_.notify_one();
  return true;
}

void AttachmentThread::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    busy_since_ = Clock::now();
    const std::vector<WritePart> writes = take_writes();
    Work work;
    if (writes.empty()) {
      work = std::move(std::get<Work>(jobs_.front().first));
      queued_ -= jobs_.front().second;
      jobs_.pop_front();
    }
    lock.unlock();
    if (work) {
      work();
    } else {
      for (PartWritten& written : files_.write_parts(writes)) post_(std::move(written));
    }
    lock.lock();
    busy_since_.reset();
  }
}

// The parts of one attachment at the head of the queue.
std::vector<WritePart> AttachmentThread::take_writes() {
  std::vector<WritePart> writes;
  while (!jobs_.empty()) {
    auto* write = std::get_if<WritePart>(&jobs_.front().first);
    if (write == nullptr || (!writes.empty() && write->attachment != writes.front().attachment)) break;
    writes.push_back(std::move(*write));
    queued_ -= jobs_.front().second;
    jobs_.pop_front();
  }
  return writes;
}

std::optional<Bytes> AttachmentThread::read_now(const Hash& attachment, std::uint64_t part) {
  std::optional<FileFailure> damage;
  auto bytes = files_.read_part(attachment, part, damage);
  if (damage) post_(AttachmentDamage{std::move(damage->words)});
  return bytes;
}

void AttachmentThread::read(ReadPart read) {
  const bool taken =
      enqueue([this, read] { post_(PartRead{read.read, read_now(read.attachment, read.part)}); }, 0);
  if (!taken) post_(PartRead{read.read, std::nullopt});
}

void AttachmentThread::write(WritePart write) {
  const std::uint64_t number = write.write;
  const std::size_t bytes = write.bytes.size();
  if (!enqueue(std::move(write), bytes)) post_(PartWritten{number, false, kTooMuch});
}

void AttachmentThread::read(const Hash& attachment, std::uint64_t part, Done<std::optional<Bytes>> done) {
  if (!enqueue([this, attachment, part, done] { done(read_now(attachment, part)); }, 0)) done(std::nullopt);
}

void AttachmentThread::progress(const Hash& attachment, Done<std::optional<AttachmentProgress>> done) {
  if (!enqueue([this, attachment, done] { done(files_.progress(attachment)); }, 0)) done(std::nullopt);
}

AttachmentThread::Upload* AttachmentThread::find_upload(UploadNumber upload) {
  const auto found = uploads_.find(upload);
  return found == uploads_.end() ? nullptr : &found->second;
}

AttachmentThread::UploadNumber AttachmentThread::begin_upload(Done<Filed<void>> done) {
  UploadNumber number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++newest_upload_;
  }
  const auto begin = [this, number, done] {
    if (uploads_.size() >= options_.max_uploads) return done(busy());
    Upload upload = files_.begin_upload();
    if (!upload) return done(std::unexpected(upload.error()));
    uploads_.emplace(number, std::move(upload));
    done({});
  };
  if (!enqueue(begin, 0)) done(busy());
  return number;
}

void AttachmentThread::add_to_upload(UploadNumber number, Bytes bytes, Done<Filed<void>> done) {
  const std::size_t size = bytes.size();
  // Shared, because a std::function must be able to be copied.
  auto piece = std::make_shared<const Bytes>(std::move(bytes));
  const auto add = [this, number, piece, done] {
    Upload* const upload = find_upload(number);
    if (upload == nullptr) return done(no_upload());
    if (*upload) {
      // What was written of a piece before its failure is not to be counted twice: the upload is over.
      if (const auto added = (**upload)->add(*piece); !added) *upload = std::unexpected(added.error());
    }
    done(*upload ? Filed<void>() : std::unexpected(upload->error()));
  };
  if (!enqueue(add, size)) done(busy());
}

void AttachmentThread::finish_upload(UploadNumber number, Done<Filed<UploadedAttachment>> done) {
  const auto finish = [this, number, done] {
    Upload* const upload = find_upload(number);
    if (upload == nullptr) return done(no_upload());
    auto finished = *upload ? (**upload)->finish() : std::unexpected(upload->error());
    uploads_.erase(number);
    done(std::move(finished));
  };
  if (!enqueue(finish, 0)) done(busy());
}

void AttachmentThread::abandon_upload(UploadNumber number) {
  // If even this cannot wait any more the upload goes at the stop.
  (void)enqueue([this, number] { uploads_.erase(number); }, 0);
}

}  // namespace openline::daemon
