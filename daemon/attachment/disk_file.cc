// SPDX-License-Identifier: Apache-2.0
#include "daemon/attachment/disk_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace openline::daemon {
namespace {

std::unexpected<FileFailure> refuse(std::string_view doing, std::string_view path) {
  return std::unexpected(file_failure(errno, fmt::format("{} {}", doing, path)));
}

}  // namespace

FileFailure file_failure(int error, std::string_view doing) {
  using Kind = FileFailure::Kind;
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return {Kind::kFull,
              fmt::format("{}: the disk is full ({})", doing, std::generic_category().message(error))};
    case EROFS:
    case EACCES:
    case EPERM:
      return {Kind::kReadOnly,
              fmt::format("{}: it may not be written ({})", doing, std::generic_category().message(error))};
    default:
      return {Kind::kIo, fmt::format("{}: {}", doing, std::generic_category().message(error))};
  }
}

Filed<DiskFile> DiskFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return refuse("opening", path);
  return DiskFile(path, file);
}

Filed<DiskFile> DiskFile::create(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return refuse("creating", path);
  return DiskFile(path, file);
}

DiskFile::~DiskFile() {
  if (file_ >= 0) ::close(file_);
}

DiskFile& DiskFile::operator=(DiskFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  return *this;
}

FileFailure DiskFile::failure(std::string_view doing) const {
  return file_failure(errno, fmt::format("{} {}", doing, path_));
}

Filed<void> DiskFile::write_at(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return std::unexpected(failure("writing"));
    bytes = bytes.subspan(static_cast<std::size_t>(wrote));
    offset += static_cast<std::uint64_t>(wrote);
  }
  return {};
}

Filed<Bytes> DiskFile::read_at(std::uint64_t offset, std::size_t size) const {
  Bytes bytes(size);
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::pread(file_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(failure("reading"));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Filed<std::uint64_t> DiskFile::size() const {
  struct stat about{};
  if (::fstat(file_, &about) != 0) return std::unexpected(failure("asking for the size of"));
  return static_cast<std::uint64_t>(about.st_size);
}

Filed<void> DiskFile::sync() {
  if (::fdatasync(file_) != 0) return std::unexpected(failure("making durable"));
  return {};
}

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void remove_file(const std::string& path) { ::unlink(path.c_str()); }

Filed<void> write_whole_file(const std::string& path, ByteView bytes) {
  const std::string unfinished = path + std::string(kUnfinished);
  remove_file(unfinished);
  auto written = [&]() -> Filed<void> {
    auto file = DiskFile::create(unfinished);
    if (!file) return std::unexpected(file.error());
    if (auto done = file->write_at(0, bytes); !done) return done;
    return file->sync();
  }();
  if (written) written = rename_file(unfinished, path);
  if (!written) remove_file(unfinished);
  return written;
}

Filed<void> rename_file(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) return refuse("giving its name to", to);
  return {};
}

Filed<void> sync_folder(const std::string& path) {
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return refuse("opening", path);
  const bool synced = ::fsync(folder) == 0;
  const int error = errno;
  ::close(folder);
  errno = error;
  if (!synced) return refuse("making durable", path);
  return {};
}

Filed<bool> make_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return true;
  if (errno == EEXIST) return false;
  return refuse("making", path);
}

}  // namespace openline::daemon
