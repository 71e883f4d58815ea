// SPDX-License-Identifier: Apache-2.0
#include "daemon/attachment/attachment_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <random>

#include "daemon/attachment/test_attachment.h"

namespace openline::daemon {
namespace {

using Kind = FileFailure::Kind;
constexpr std::size_t kChunk = kAttachmentChunk;

class AttachmentFilesTest : public testing::Test {
 protected:
  AttachmentFilesTest() : files_(open()) {}
  AttachmentFiles open() {
    auto files = AttachmentFiles::open(folder_.path());
    EXPECT_TRUE(files) << files.error().words;
    return std::move(*files);
  }
  PartWritten write(const WritePart& part) { return files_.write_parts({&part, 1}).front(); }
  void write_all(const TestAttachment& file) {
    for (std::uint64_t part = 0; part <= file.parts(); ++part) {
      const PartWritten written = write(file.part(part));
      EXPECT_FALSE(written.failure) << *written.failure;
      EXPECT_EQ(written.complete, part == file.parts());
    }
  }
  std::optional<Bytes> read(const TestAttachment& file, std::uint64_t part) {
    std::optional<FileFailure> damage;
    auto bytes = files_.read_part(file.hash, part, damage);
    EXPECT_FALSE(damage) << damage->words;
    return bytes;
  }
  void expect_held(const TestAttachment& file) {
    for (std::uint64_t part = 0; part <= file.parts(); ++part)
      EXPECT_EQ(read(file, part), file.part(part).bytes);
    EXPECT_EQ(text_of(file.bytes), read_text(folder_.name_of(file.hash)));
    const auto progress = files_.progress(file.hash);
    ASSERT_TRUE(progress);
    EXPECT_TRUE(progress->complete());
    EXPECT_EQ(progress->size, file.bytes.size());
  }
  // The whole file and its leaves, and nothing else.
  std::vector<std::string> whole(const TestAttachment& file) {
    const std::string name = file.hash.hex().substr(0, 2) + "/" + file.hash.hex();
    return {name, name + ".leaves"};
  }

  AttachmentFolder folder_;
  AttachmentFiles files_;
};

TEST_F(AttachmentFilesTest, HoldsAFileOfAnySizeWhenItsPartsHaveCome) {
  for (const std::size_t size :
       {std::size_t{1}, kChunk - 1, kChunk, kChunk + 1, 3 * kChunk, 9 * kChunk + 5}) {
    SCOPED_TRACE(size);
    const TestAttachment file(size);
    EXPECT_FALSE(files_.progress(file.hash));
    EXPECT_FALSE(read(file, 0));
    write_all(file);
    expect_held(file);
    EXPECT_FALSE(read(file, file.parts() + 1));
    EXPECT_FALSE(read(file, UINT64_MAX));
  }
}

TEST_F(AttachmentFilesTest, HoldsAnEmptyFileWithItsLeaves) {
  const TestAttachment empty(0);
  EXPECT_TRUE(write(empty.part(0)).complete);
  expect_held(empty);
  EXPECT_EQ(folder_.files(), whole(empty));
}

TEST_F(AttachmentFilesTest, TakesPartsInAnyOrderAndTwice) {
  const TestAttachment file(4 * kChunk + 9);
  for (const std::uint64_t part : {0u, 3u, 3u, 5u, 1u, 0u, 2u}) {
    const PartWritten written = write(file.part(part));
    EXPECT_FALSE(written.failure) << *written.failure;
    EXPECT_FALSE(written.complete);
  }
  EXPECT_EQ(files_.progress(file.hash)->parts_held, 4u);
  EXPECT_TRUE(write(file.part(4)).complete);
  EXPECT_TRUE(write(file.part(2)).complete) << "and again when it is whole";
  EXPECT_TRUE(write(file.part(0)).complete);
  expect_held(file);
  EXPECT_EQ(folder_.files(), whole(file));
}

TEST_F(AttachmentFilesTest, MakesManyPartsDurableTogether) {
  const TestAttachment file(20 * kChunk);
  std::vector<WritePart> parts;
  for (std::uint64_t part = 0; part <= file.parts(); ++part) parts.push_back(file.part(part));
  const auto answers = files_.write_parts(parts);
  ASSERT_EQ(answers.size(), 21u);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    EXPECT_EQ(answers[i].write, 100 + i);
    EXPECT_TRUE(answers[i].complete);
  }
  expect_held(file);
}

TEST_F(AttachmentFilesTest, GivesThePartsThatItHasOfAFileThatIsNotWhole) {
  const TestAttachment file(3 * kChunk);
  (void)write(file.part(0));
  (void)write(file.part(2));
  EXPECT_EQ(read(file, 0), file.part(0).bytes);
  EXPECT_EQ(read(file, 2), file.part(2).bytes);
  EXPECT_FALSE(read(file, 1));
  EXPECT_FALSE(read(file, 3));
  EXPECT_FALSE(file_exists(folder_.name_of(file.hash)));
}

TEST_F(AttachmentFilesTest, ContinuesAfterARestart) {
  const TestAttachment file(3 * kChunk), only_leaves(2 * kChunk, 9);
  (void)write(file.part(0));
  (void)write(file.part(3));
  (void)write(only_leaves.part(0));
  files_ = open();
  EXPECT_EQ(files_.progress(file.hash)->parts_held, 1u);
  EXPECT_EQ(files_.progress(only_leaves.hash)->parts_held, 0u);
  EXPECT_EQ(read(file, 3), file.part(3).bytes);
  (void)write(file.part(1));
  EXPECT_TRUE(write(file.part(2)).complete);
  expect_held(file);
}

TEST_F(AttachmentFilesTest, RefusesWhatDoesNotMakeTheHash) {
  const TestAttachment file(3 * kChunk), other(3 * kChunk, 7);
  EXPECT_TRUE(write(file.part(1)).failure) << "before its leaves";
  WritePart wrong = file.part(0);
  wrong.bytes = other.part(0).bytes;
  EXPECT_TRUE(write(wrong).failure) << "other leaves";
  wrong = file.part(0);
  wrong.size -= 1;
  EXPECT_TRUE(write(wrong).failure) << "another size";
  wrong = file.part(0);
  wrong.size = UINT64_MAX;
  EXPECT_TRUE(write(wrong).failure) << "an absurd size";
  EXPECT_TRUE(folder_.files().empty()) << "nothing is left of it";
  ASSERT_FALSE(write(file.part(0)).failure);
  wrong = file.part(1);
  wrong.bytes[5] ^= 1;
  EXPECT_TRUE(write(wrong).failure) << "a flipped bit";
  wrong = file.part(1);
  wrong.part = 4;
  EXPECT_TRUE(write(wrong).failure) << "beyond the end";
  wrong = file.part(1);
  wrong.bytes.pop_back();
  EXPECT_TRUE(write(wrong).failure) << "short";
  EXPECT_EQ(files_.progress(file.hash)->parts_held, 0u);
}

TEST_F(AttachmentFilesTest, RefusesOnePartOfManyAndTakesTheOthers) {
  const TestAttachment file(2 * kChunk);
  WritePart wrong = file.part(2);
  wrong.bytes[0] ^= 1;
  const WritePart parts[] = {file.part(0), wrong, file.part(1)};
  const auto answers = files_.write_parts(parts);
  EXPECT_FALSE(answers[0].failure);
  EXPECT_TRUE(answers[1].failure);
  EXPECT_FALSE(answers[2].failure);
  EXPECT_TRUE(write(file.part(2)).complete);
}

TEST_F(AttachmentFilesTest, RemovesAtItsStartWhatCannotBeContinued) {
  const TestAttachment file(2 * kChunk), damaged(2 * kChunk, 9);
  (void)write(file.part(0));
  (void)write(damaged.part(0));
  const std::string name = folder_.name_of(damaged.hash);
  write_text(name + ".leaves", "not leaves");
  write_text(folder_.name_of(TestAttachment(5, 1).hash) + ".leaves.new", "cut off");
  write_text(folder_.name_of(TestAttachment(5, 2).hash) + ".part", "without a map");
  write_text(folder_.path() + "/uploads/1", "cut off");
  write_text(folder_.path() + "/ab/README", "not ours");
  files_ = open();
  const std::string kept = file.hash.hex().substr(0, 2) + "/" + file.hash.hex();
  std::vector<std::string> expected{kept + ".held", kept + ".leaves", "ab/README"};
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(folder_.files(), expected);
}

TEST_F(AttachmentFilesTest, RemovesTheMapOfAFileThatGotItsNameJustBeforeACrash) {
  const TestAttachment file(2 * kChunk);
  write_all(file);
  write_text(folder_.name_of(file.hash) + ".held", "left over");
  files_ = open();
  EXPECT_EQ(folder_.files(), whole(file));
  expect_held(file);
}

TEST_F(AttachmentFilesTest, AsksAgainForAPartThatWasDamagedBeforeTheFileWasWhole) {
  const TestAttachment file(3 * kChunk);
  for (const std::uint64_t part : {0u, 1u, 2u}) (void)write(file.part(part));
  const std::string name = folder_.name_of(file.hash);
  std::string data = read_text(name + ".part");
  data[kChunk + 77] ^= 1;
  write_text(name + ".part", data);
  std::optional<FileFailure> damage;
  EXPECT_FALSE(files_.read_part(file.hash, 2, damage));
  ASSERT_TRUE(damage);
  EXPECT_NE(damage->words.find("part 2 is damaged"), std::string::npos) << damage->words;
  const PartWritten last = write(file.part(3));
  EXPECT_FALSE(last.complete);
  ASSERT_TRUE(last.failure);
  EXPECT_NE(last.failure->find("part 2 was damaged"), std::string::npos) << *last.failure;
  EXPECT_FALSE(file_exists(name));
  EXPECT_TRUE(write(file.part(2)).complete);
  expect_held(file);
}

TEST_F(AttachmentFilesTest, NamesDamageInAWholeFileAndGivesTheOtherParts) {
  const TestAttachment file(3 * kChunk);
  write_all(file);
  std::string data = read_text(folder_.name_of(file.hash));
  data[5] ^= 1;
  write_text(folder_.name_of(file.hash), data);
  std::optional<FileFailure> damage;
  EXPECT_FALSE(files_.read_part(file.hash, 1, damage));
  ASSERT_TRUE(damage);
  EXPECT_EQ(damage->kind, Kind::kDamaged);
  EXPECT_NE(damage->words.find(file.hash.hex()), std::string::npos);
  EXPECT_EQ(read(file, 2), file.part(2).bytes);
}

TEST_F(AttachmentFilesTest, ComputesLostLeavesAgain) {
  const TestAttachment file(3 * kChunk);
  write_all(file);
  remove_file(folder_.name_of(file.hash) + ".leaves");
  expect_held(file);
  write_text(folder_.name_of(file.hash) + ".leaves", "damaged");
  expect_held(file);
  EXPECT_EQ(folder_.files(), whole(file));
}

TEST_F(AttachmentFilesTest, MakesAnAttachmentOfAStream) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kChunk, 2 * kChunk + 1}) {
    SCOPED_TRACE(size);
    const TestAttachment file(size, 3);
    auto upload = files_.begin_upload();
    ASSERT_TRUE(upload) << upload.error().words;
    std::mt19937 random(1);
    for (std::size_t at = 0; at < size;) {
      const std::size_t piece = std::min<std::size_t>(1 + random() % 100'000, size - at);
      ASSERT_TRUE((*upload)->add(ByteView(file.bytes).subspan(at, piece)));
      at += piece;
    }
    const auto finished = (*upload)->finish();
    ASSERT_TRUE(finished) << finished.error().words;
    EXPECT_EQ(finished->attachment, file.hash);
    EXPECT_EQ(finished->size, size);
    upload->reset();
    expect_held(file);
  }
  struct stat about{};
  ASSERT_EQ(::stat(folder_.name_of(TestAttachment(1, 3).hash).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600u);
}

TEST_F(AttachmentFilesTest, TakesAnUploadOfWhatIsHeldOrArriving) {
  const TestAttachment held(kChunk + 5), arriving(2 * kChunk, 8);
  write_all(held);
  (void)write(arriving.part(0));
  (void)write(arriving.part(2));
  for (const TestAttachment* file : {&held, &arriving}) {
    auto upload = std::move(*files_.begin_upload());
    ASSERT_TRUE(upload->add(file->bytes));
    EXPECT_EQ(upload->finish()->attachment, file->hash);
    upload.reset();
    expect_held(*file);
  }
  EXPECT_EQ(folder_.files().size(), 4u) << "no parts are left";
}

TEST_F(AttachmentFilesTest, RemovesAnUploadThatIsNotFinished) {
  {
    auto upload = std::move(*files_.begin_upload());
    ASSERT_TRUE(upload->add(TestAttachment(2 * kChunk).bytes));
    EXPECT_EQ(folder_.files().size(), 1u);
  }
  EXPECT_TRUE(folder_.files().empty());
}

TEST_F(AttachmentFilesTest, RefusesAnUploadThatIsTooLarge) {
  auto upload = std::move(*files_.begin_upload());
  const Bytes piece(8 << 20);
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(upload->add(piece));
  const auto added = upload->add(Bytes(1));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, Kind::kTooLarge);
}

// No file of this process may grow beyond `bytes`: the system's own refusal, the same for root.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    const rlimit small{bytes, before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  ~FileSizeLimit() { EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0); }

 private:
  rlimit before_{};
};

TEST_F(AttachmentFilesTest, SaysThatTheDiskIsFullAndGoesOnWhenItIsNot) {
  const TestAttachment file(3 * kChunk);
  {
    const FileSizeLimit limit(kChunk + 100);
    ASSERT_FALSE(write(file.part(0)).failure);
    ASSERT_FALSE(write(file.part(1)).failure);
    for (int attempt = 0; attempt < 3; ++attempt) {
      const PartWritten written = write(file.part(2));
      ASSERT_TRUE(written.failure);
      EXPECT_NE(written.failure->find("the disk is full"), std::string::npos) << *written.failure;
    }
    EXPECT_EQ(files_.progress(file.hash)->parts_held, 1u);
    auto upload = std::move(*files_.begin_upload());
    const auto added = upload->add(file.bytes);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, Kind::kFull);
  }
  (void)write(file.part(2));
  EXPECT_TRUE(write(file.part(3)).complete);
  expect_held(file);
}

TEST_F(AttachmentFilesTest, LeavesNothingHalfNamedOnAFullDisk) {
  const TestAttachment file(3 * kChunk);
  const FileSizeLimit limit(20);
  const PartWritten written = write(file.part(0));
  ASSERT_TRUE(written.failure);
  EXPECT_TRUE(folder_.files().empty());
  EXPECT_FALSE(files_.progress(file.hash));
}

TEST(FileFailureTest, SaysWhatTheSystemSaid) {
  EXPECT_EQ(file_failure(ENOSPC, "writing").kind, Kind::kFull);
  EXPECT_EQ(file_failure(EDQUOT, "writing").kind, Kind::kFull);
  EXPECT_EQ(file_failure(EROFS, "writing").kind, Kind::kReadOnly);
  EXPECT_EQ(file_failure(EIO, "writing").kind, Kind::kIo);
  EXPECT_EQ(file_failure(ENOSPC, "writing x").words, "writing x: the disk is full (No space left on device)");
}

// Writes parts until it is killed; says through the pipe which are durable.
[[noreturn]] void write_parts_forever(const std::string& folder, const TestAttachment& file, int says) {
  auto files = AttachmentFiles::open(folder);
  if (!files) std::_Exit(2);
  for (std::uint64_t part = 0; part <= file.parts(); ++part) {
    const WritePart write = file.part(part);
    if (files->write_parts({&write, 1}).front().failure) std::_Exit(3);
    if (::write(says, &part, sizeof part) != sizeof part) std::_Exit(4);
  }
  ::pause();
  std::_Exit(5);
}

TEST(AttachmentCrash, HasEveryPartThatAKilledProgramReported) {
  const TestAttachment file(12 * kChunk + 1);
  std::mt19937 random(20'250'102);
  for (int round = 0; round < 10; ++round) {
    SCOPED_TRACE(round);
    const AttachmentFolder folder;
    int says[2];
    ASSERT_EQ(::pipe(says), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_parts_forever(folder.path(), file, says[1]);
    ::close(says[1]);
    const std::uint64_t kill_after = random() % (file.parts() + 1);
    std::uint64_t reported = 0;
    while (::read(says[0], &reported, sizeof reported) == sizeof reported && reported < kill_after) {
    }
    ::usleep(static_cast<useconds_t>(random() % 2000));
    ::kill(child, SIGKILL);
    while (::read(says[0], &reported, sizeof reported) == sizeof reported) {
    }
    ::close(says[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status);
    auto files = AttachmentFiles::open(folder.path());
    ASSERT_TRUE(files);
    const auto progress = files->progress(file.hash);
    ASSERT_TRUE(progress);
    EXPECT_GE(progress->parts_held, reported);
    std::optional<FileFailure> damage;
    for (std::uint64_t part = 0; part <= reported; ++part) {
      EXPECT_EQ(files->read_part(file.hash, part, damage), file.part(part).bytes) << part;
    }
    for (std::uint64_t part = 0; part <= file.parts(); ++part) {
      const WritePart write = file.part(part);
      EXPECT_FALSE(files->write_parts({&write, 1}).front().failure);
    }
    EXPECT_TRUE(files->progress(file.hash)->complete());
  }
}

}  // namespace
}  // namespace openline::daemon
