// SPDX-License-Identifier: Apache-2.0
// The I/O thread that executes what core and the API ask of attachments, in order, one thing at a time.
//
// Parts of one attachment that wait together are made durable together. A stalled disk delays answers, never
// the loop.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "daemon/attachment/attachment_files.h"

namespace openline::daemon {

struct AttachmentOptions {
  std::size_t max_queued =
      32 << 20;                  // bytes of parts and uploads that wait; beyond it they are refused in words
  std::size_t max_jobs = 4096;   // of any kind; a read beyond it is answered "not held"
  std::size_t max_uploads = 16;  // begun and not finished
};

// Not an answer: what an operator must hear of.
struct AttachmentDamage {
  std::string words;
};
using AttachmentCompletion = std::variant<PartRead, PartWritten, AttachmentDamage>;

class AttachmentThread {
 public:
  using Clock = std::chrono::steady_clock;
  // All functions given here are called in the I/O thread (or at once, when the request is refused): they
  // post onto the loop and return.
  using Post = std::function<void(AttachmentCompletion)>;
  template <class T>
  using Done = std::function<void(T)>;
  using UploadNumber = std::uint64_t;

  AttachmentThread(AttachmentFiles files, Post post, AttachmentOptions options = {});
  ~AttachmentThread();  // as `stop`
  AttachmentThread(const AttachmentThread&) = delete;
  AttachmentThread& operator=(const AttachmentThread&) = delete;

  // For core; the answers go to `post`.
  void read(ReadPart read);
  void write(WritePart write);

  // For the API. A part of a file for its download, 1 to `progress().parts`.
  void read(const Hash& attachment, std::uint64_t part, Done<std::optional<Bytes>> done);
  void progress(const Hash& attachment, Done<std::optional<AttachmentProgress>> done);
  // An upload: the caller gives the next piece when the one before is done, so that little waits in memory.
  // The first failure ends it: finishing gives it again.
  [[nodiscard]] UploadNumber begin_upload(Done<Filed<void>> done);
  void add_to_upload(UploadNumber upload, Bytes bytes, Done<Filed<void>> done);
  void finish_upload(UploadNumber upload, Done<Filed<UploadedAttachment>> done);
  void abandon_upload(UploadNumber upload);

  // Since when the thing in hand takes; nullopt: nothing in hand.
  [[nodiscard]] std::optional<Clock::time_point> busy_since() const;
  // Does what was asked before, removes unfinished uploads.
  void stop();

 private:
  using Work = std::function<void()>;
  using Job = std::variant<WritePart, Work>;
  using Upload = Filed<std::unique_ptr<AttachmentUpload>>;  // or its first failure

  [[nodiscard]] bool enqueue(Job job, std::size_t bytes);
  void run();
  [[nodiscard]] std::vector<WritePart> take_writes();  // under mutex_
  [[nodiscard]] std::optional<Bytes> read_now(const Hash& attachment, std::uint64_t part);
  [[nodiscard]] Upload* find_upload(UploadNumber upload);

  AttachmentFiles files_;  // these two: of the thread alone
  std::map<UploadNumber, Upload> uploads_;
  const Post post_;
  const AttachmentOptions options_;

  mutable std::mutex mutex_;  // all below
  std::condition_variable changed_;
  std::deque<std::pair<Job, std::size_t>> jobs_;
  std::size_t queued_ = 0;
  UploadNumber newest_upload_ = 0;
  std::optional<Clock::time_point> busy_since_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace openline::daemon
