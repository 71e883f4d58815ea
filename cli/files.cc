// SPDX-License-Identifier: Apache-2.0
#include "cli/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <istream>
#include <system_error>

namespace openline::cli {
namespace {

std::unexpected<Failure> failed_at(const std::filesystem::path& path, int problem) {
  const ExitCode code = problem == ENOENT   ? ExitCode::kNotFound
                        : problem == EEXIST ? ExitCode::kConflict
                                            : ExitCode::kRefused;
  return failed(code, fmt::format("{}: {}", path.string(), std::generic_category().message(problem)));
}

// 0, or errno.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

}  // namespace

Outcome<Bytes> read_file(const std::filesystem::path& path, std::size_t most) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed_at(path, errno);
  Bytes bytes;
  int problem = 0;
  std::size_t size = 0;
  for (;;) {
    bytes.resize(std::min(most + 1, size + (std::size_t{1} << 16)));
    const ssize_t got = ::read(file, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) problem = errno;
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
    if (size > most) break;
  }
  ::close(file);
  if (problem != 0) return failed_at(path, problem);
  if (size > most)
    return failed(ExitCode::kRefused, fmt::format("{}: larger than {} bytes", path.string(), most));
  bytes.resize(size);
  return bytes;
}

Outcome<std::string> read_text(std::istream& in, std::size_t most) {
  std::string text(most + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > most) {
    return failed(ExitCode::kRefused, fmt::format("standard input: more than {} bytes", most));
  }
  return text;
}

Outcome<void> write_new_file(const std::filesystem::path& path, std::string_view text, unsigned mode) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) return failed_at(path, errno);
  int problem = write_all(file, text);
  if (problem == 0 && ::fsync(file) != 0) problem = errno;
  if (::close(file) != 0 && problem == 0) problem = errno;
  if (problem != 0) {
    ::unlink(path.c_str());
    return failed_at(path, problem);
  }
  return {};
}

WholeFile::WholeFile(std::filesystem::path path, std::string temporary, int descriptor)
    : path_(std::move(path)), temporary_(std::move(temporary)), descriptor_(descriptor) {}

WholeFile::WholeFile(WholeFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

WholeFile::~WholeFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Outcome<WholeFile> WholeFile::open(const std::filesystem::path& path) {
  std::string temporary = path.string() + ".part-XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (file < 0) return failed_at(path, errno);
  ::fchmod(file, 0640);
  return WholeFile(path, std::move(temporary), file);
}

Outcome<void> WholeFile::add(std::string_view piece) {
  const int problem = write_all(descriptor_, piece);
  if (problem != 0) return failed_at(path_, problem);
  return {};
}

Outcome<void> WholeFile::finish() {
  int problem = ::fsync(descriptor_) == 0 ? 0 : errno;
  if (::close(std::exchange(descriptor_, -1)) != 0 && problem == 0) problem = errno;
  if (problem == 0 && ::rename(temporary_.c_str(), path_.c_str()) != 0) problem = errno;
  if (problem != 0) return failed_at(path_, problem);
  temporary_.clear();
  return {};
}

void fill_with_system_randomness(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) std::abort();  // no kernel that we run on refuses this
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

}  // namespace openline::cli
