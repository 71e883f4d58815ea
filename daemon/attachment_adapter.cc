// SPDX-License-Identifier: Apache-2.0
#include "daemon/attachment_adapter.h"

#include <boost/asio/post.hpp>
#include <utility>

namespace openline::daemon {
namespace {

StoreFailure failure_of(const FileFailure& failure) {
  const auto kind = failure.kind == FileFailure::Kind::kFull       ? StoreFailure::Kind::kFull
                    : failure.kind == FileFailure::Kind::kReadOnly ? StoreFailure::Kind::kReadOnly
                    : failure.kind == FileFailure::Kind::kBusy     ? StoreFailure::Kind::kBusy
                                                                   : StoreFailure::Kind::kIo;
  return {kind, failure.words};
}

// The same answer, given on the loop, and forgotten there: what it holds of a request is the loop's alone.
template <class Answer>
std::function<void(Answer)> on_loop(boost::asio::io_context& loop, std::function<void(Answer)> done) {
  auto kept = std::make_shared<std::function<void(Answer)>>(std::move(done));
  return [&loop, kept = std::move(kept)](Answer answer) {
    boost::asio::post(loop, [done = std::exchange(*kept, nullptr), answer = std::move(answer)]() mutable {
      done(std::move(answer));
    });
  };
}

}  // namespace

void AttachmentAdapter::find(const Hash& hash, std::function<void(Found)> done) {
  const std::function<void(std::optional<AttachmentProgress>)> found =
      [done = std::move(done)](std::optional<AttachmentProgress> progress) {
        if (!progress) return done({});
        done({progress->complete() ? Presence::kWhole : Presence::kIncomplete, progress->size});
      };
  thread_.progress(hash, on_loop(loop_, found));
}

void AttachmentAdapter::read_chunk(const Hash& hash, std::uint64_t chunk,
                                   std::function<void(std::optional<Bytes>)> done) {
  thread_.read(hash, chunk + 1, on_loop(loop_, std::move(done)));
}

class AttachmentAdapter::FileUpload : public Upload {
 public:
  FileUpload(AttachmentThread& thread, boost::asio::io_context& loop, std::weak_ptr<const bool> here)
      : thread_(thread),
        here_(std::move(here)),
        loop_(loop),
        number_(thread.begin_upload([](const Filed<void>&) {})) {}  // `finish` says it again
  ~FileUpload() override {
    if (!finished_ && !here_.expired()) thread_.abandon_upload(number_);
  }
  void add(Bytes piece, std::function<void(Stored<void>)> done) override {
    const std::function<void(Filed<void>)> added = [done = std::move(done)](Filed<void> result) {
      done(result ? Stored<void>() : std::unexpected(failure_of(result.error())));
    };
    thread_.add_to_upload(number_, std::move(piece), on_loop(loop_, added));
  }
  void finish(std::function<void(Stored<StoredAttachment>)> done) override {
    finished_ = true;
    const std::function<void(Filed<UploadedAttachment>)> finished =
        [done = std::move(done)](Filed<UploadedAttachment> result) {
          if (!result) return done(std::unexpected(failure_of(result.error())));
          done(StoredAttachment{result->attachment, result->size});
        };
    thread_.finish_upload(number_, on_loop(loop_, finished));
  }

 private:
  AttachmentThread& thread_;
  std::weak_ptr<const bool> here_;
  boost::asio::io_context& loop_;
  AttachmentThread::UploadNumber number_;
  bool finished_ = false;
};

std::shared_ptr<AttachmentPort::Upload> AttachmentAdapter::start_upload() {
  return std::make_shared<FileUpload>(thread_, loop_, here_);
}

}  // namespace openline::daemon
