// SPDX-License-Identifier: Apache-2.0
#include "daemon/attachment/attachment_thread.h"

#include <gtest/gtest.h>

#include <future>

#include "daemon/attachment/test_attachment.h"

namespace openline::daemon {
namespace {

class Posted {
 public:
  AttachmentThread::Post post() {
    return [this](AttachmentCompletion completion) {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(completion));
      changed_.notify_all();
    };
  }
  template <class Expected>
  Expected take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty(); });
    AttachmentCompletion completion = std::move(waiting_.front());
    waiting_.pop_front();
    EXPECT_TRUE(std::holds_alternative<Expected>(completion)) << completion.index();
    return std::get<Expected>(std::move(completion));
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<AttachmentCompletion> waiting_;
};

// What was asked is done when `get` of its future returns.
template <class T>
std::pair<AttachmentThread::Done<T>, std::future<T>> awaited() {
  auto promise = std::make_shared<std::promise<T>>();
  auto future = promise->get_future();
  return {[promise](T value) { promise->set_value(std::move(value)); }, std::move(future)};
}

class AttachmentThreadTest : public testing::Test {
 protected:
  std::unique_ptr<AttachmentThread> start(AttachmentOptions options = {}) {
    return std::make_unique<AttachmentThread>(std::move(*AttachmentFiles::open(folder_.path())),
                                              posted_.post(), options);
  }
  // Nothing that is asked after it is begun before `release` is called.
  std::function<void()> hold(AttachmentThread& thread) {
    auto gate = std::make_shared<std::promise<void>>();
    auto reached = std::make_shared<std::promise<void>>();
    auto open = std::make_shared<std::shared_future<void>>(gate->get_future().share());
    thread.progress({}, [open, reached](std::optional<AttachmentProgress>) {
      reached->set_value();
      open->wait();
    });
    reached->get_future().wait();
    return [gate] { gate->set_value(); };
  }

  AttachmentFolder folder_;
  Posted posted_;
};

TEST_F(AttachmentThreadTest, WritesAndReadsPartsInOrder) {
  const TestAttachment file(3 * kAttachmentChunk);
  const auto thread = start();
  for (std::uint64_t part = 0; part <= 3; ++part) thread->write(file.part(part));
  thread->read({9, file.hash, 2});
  thread->read({10, file.hash, 4});
  for (std::uint64_t part = 0; part <= 3; ++part) {
    const auto written = posted_.take<PartWritten>();
    EXPECT_EQ(written.write, 100 + part);
    EXPECT_FALSE(written.failure);
  }
  const auto read = posted_.take<PartRead>();
  EXPECT_EQ(read.read, 9u);
  EXPECT_EQ(read.bytes, file.part(2).bytes);
  EXPECT_FALSE(posted_.take<PartRead>().bytes);
}

TEST_F(AttachmentThreadTest, ReportsDamageBesideTheAnswer) {
  const TestAttachment file(100);
  const auto thread = start();
  thread->write(file.part(0));
  thread->write(file.part(1));
  (void)posted_.take<PartWritten>();
  (void)posted_.take<PartWritten>();
  write_text(folder_.name_of(file.hash), std::string(100, 'x'));
  thread->read({1, file.hash, 1});
  EXPECT_NE(posted_.take<AttachmentDamage>().words.find(file.hash.hex()), std::string::npos);
  EXPECT_FALSE(posted_.take<PartRead>().bytes);
}

TEST_F(AttachmentThreadTest, TakesAnUploadPieceByPiece) {
  const TestAttachment file(2 * kAttachmentChunk + 7);
  const auto thread = start();
  auto [begun, begun_future] = awaited<Filed<void>>();
  const auto upload = thread->begin_upload(begun);
  ASSERT_TRUE(begun_future.get());
  for (std::size_t at = 0; at < file.bytes.size(); at += 50'000) {
    const ByteView rest = ByteView(file.bytes).subspan(at);
    auto [added, added_future] = awaited<Filed<void>>();
    thread->add_to_upload(upload, copy_of(rest.first(std::min<std::size_t>(rest.size(), 50'000))), added);
    ASSERT_TRUE(added_future.get());
  }
  auto [finished, finished_future] = awaited<Filed<UploadedAttachment>>();
  thread->finish_upload(upload, finished);
  const auto uploaded = finished_future.get();
  ASSERT_TRUE(uploaded) << uploaded.error().words;
  EXPECT_EQ(uploaded->attachment, file.hash);
  auto [read, read_future] = awaited<std::optional<Bytes>>();
  thread->read(file.hash, 3, read);
  EXPECT_EQ(read_future.get(), file.part(3).bytes);
  auto [asked, progress_future] = awaited<std::optional<AttachmentProgress>>();
  thread->progress(file.hash, asked);
  EXPECT_TRUE(progress_future.get()->complete());
}

TEST_F(AttachmentThreadTest, EndsAnUploadAtItsFirstFailure) {
  const auto thread = start();
  const auto upload = thread->begin_upload([](const Filed<void>&) {});
  auto [added, added_future] = awaited<Filed<void>>();
  thread->add_to_upload(upload, Bytes(30 << 20), [](const Filed<void>&) {});
  auto release = hold(*thread);
  release();
  thread->add_to_upload(upload, Bytes(30 << 20), [](const Filed<void>&) {});
  release = hold(*thread);
  release();
  thread->add_to_upload(upload, Bytes(5 << 20), added);
  EXPECT_EQ(added_future.get().error().kind, FileFailure::Kind::kTooLarge);
  auto [finished, finished_future] = awaited<Filed<UploadedAttachment>>();
  thread->finish_upload(upload, finished);
  EXPECT_EQ(finished_future.get().error().kind, FileFailure::Kind::kTooLarge);
  auto [again, again_future] = awaited<Filed<UploadedAttachment>>();
  thread->finish_upload(upload, again);
  EXPECT_FALSE(again_future.get()) << "it is gone";
  EXPECT_TRUE(folder_.files().empty());
}

TEST_F(AttachmentThreadTest, BoundsUploadsAndRemovesTheAbandoned) {
  const auto thread = start({32 << 20, 4096, 2});
  const auto first = thread->begin_upload([](const Filed<void>&) {});
  (void)thread->begin_upload([](const Filed<void>&) {});
  auto [refused, refused_future] = awaited<Filed<void>>();
  (void)thread->begin_upload(refused);
  EXPECT_EQ(refused_future.get().error().kind, FileFailure::Kind::kBusy);
  thread->abandon_upload(first);
  auto [begun, begun_future] = awaited<Filed<void>>();
  (void)thread->begin_upload(begun);
  EXPECT_TRUE(begun_future.get());
  thread->stop();
  EXPECT_TRUE(folder_.files().empty());
}

TEST_F(AttachmentThreadTest, RefusesWhatIsAboveItsBoundsAndShowsThatTheDiskIsBusy) {
  const TestAttachment file(3 * kAttachmentChunk);
  const auto thread = start({100'000, 4, 2});
  const auto release = hold(*thread);
  EXPECT_TRUE(thread->busy_since());
  thread->write(file.part(0));
  thread->write(file.part(1));
  thread->write(file.part(2));
  const auto refused = posted_.take<PartWritten>();
  EXPECT_EQ(refused.write, 102u);
  ASSERT_TRUE(refused.failure);
  thread->read({1, file.hash, 0});
  thread->read({2, file.hash, 0});
  thread->read({3, file.hash, 0});
  EXPECT_EQ(posted_.take<PartRead>().read, 3u) << "the fifth that would wait";
  release();
  EXPECT_EQ(posted_.take<PartWritten>().write, 100u);
  EXPECT_EQ(posted_.take<PartWritten>().write, 101u);
  EXPECT_EQ(posted_.take<PartRead>().read, 1u);
  EXPECT_TRUE(posted_.take<PartRead>().bytes);
  thread->write(file.part(2));
  EXPECT_FALSE(posted_.take<PartWritten>().failure) << "and it goes on";
}

TEST_F(AttachmentThreadTest, DoesWhatWasAskedBeforeItStops) {
  const TestAttachment file(8 * kAttachmentChunk);
  const auto thread = start();
  for (std::uint64_t part = 0; part <= file.parts(); ++part) thread->write(file.part(part));
  thread->stop();
  EXPECT_FALSE(thread->busy_since());
  EXPECT_EQ(text_of(file.bytes), read_text(folder_.name_of(file.hash)));
  thread->write(file.part(1));
  for (std::uint64_t part = 0; part <= file.parts(); ++part)
    EXPECT_FALSE(posted_.take<PartWritten>().failure);
  EXPECT_TRUE(posted_.take<PartWritten>().failure) << "after its stop it refuses";
}

}  // namespace
}  // namespace openline::daemon
