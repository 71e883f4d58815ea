// SPDX-License-Identifier: Apache-2.0
#include "daemon/store/test_faulty_vfs.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/wire/assert.h"

namespace openline::daemon {
namespace {

constexpr std::uint64_t kSector = 512;

// The system's file follows it in memory.
struct FaultyFile {
  sqlite3_file base;
  FaultyVfs* vfs;
  std::string* path;  // null: a file that no power cut is about
};

FaultyFile* ours(sqlite3_file* file) { return reinterpret_cast<FaultyFile*>(file); }
sqlite3_file* below(sqlite3_file* file) { return reinterpret_cast<sqlite3_file*>(ours(file) + 1); }
const sqlite3_io_methods* methods(sqlite3_file* file) { return below(file)->pMethods; }

Bytes read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

Bytes contents(sqlite3_file* file) {
  sqlite3_int64 size = 0;
  OPENLINE_ASSERT(methods(file)->xFileSize(below(file), &size) == SQLITE_OK);
  Bytes bytes(static_cast<std::size_t>(size));
  if (size > 0) {
    OPENLINE_ASSERT(methods(file)->xRead(below(file), bytes.data(), static_cast<int>(size), 0) == SQLITE_OK);
  }
  return bytes;
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 at) {
  const int code = ours(file)->vfs->next_operation();
  if (ours(file)->path != nullptr) {
    auto& changed = ours(file)->vfs->image(*ours(file)->path).changed;
    const auto first = static_cast<std::uint64_t>(at) / kSector;
    const auto last = static_cast<std::uint64_t>(at + size - 1) / kSector;
    for (std::uint64_t sector = first; sector <= last; ++sector) changed.insert(sector);
  }
  // A write that fails may have been done in part.
  if (code != SQLITE_OK) {
    methods(file)->xWrite(below(file), data, size / 2, at);
    return code;
  }
  return methods(file)->xWrite(below(file), data, size, at);
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const int code = ours(file)->vfs->next_operation();
  return code != SQLITE_OK ? code : methods(file)->xTruncate(below(file), size);
}

// The real disk is not asked: tests would wait for it.
int sync(sqlite3_file* file, int) {
  const int code = ours(file)->vfs->next_operation();
  if (ours(file)->path == nullptr) return code;
  FaultyVfs::Image& image = ours(file)->vfs->image(*ours(file)->path);
  if (code == SQLITE_OK) {
    const Bytes now = contents(file);
    image.durable.resize(now.size());
    for (const std::uint64_t sector : image.changed) {
      const std::size_t at = sector * kSector;
      if (at >= now.size()) continue;
      const std::size_t size = std::min<std::size_t>(kSector, now.size() - at);
      std::copy_n(now.begin() + static_cast<std::ptrdiff_t>(at), size,
                  image.durable.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  image.changed.clear();
  return code;
}

int close(sqlite3_file* file) {
  const int code = methods(file)->xClose(below(file));
  delete ours(file)->path;
  return code;
}

// What is not about faults goes to the system's file as it is.
template <auto Member>
struct Forward;
template <class... Arguments, int (*sqlite3_io_methods::*Member)(sqlite3_file*, Arguments...)>
struct Forward<Member> {
  static int call(sqlite3_file* file, Arguments... arguments) {
    return (methods(file)->*Member)(below(file), arguments...);
  }
};

void barrier(sqlite3_file* file) { methods(file)->xShmBarrier(below(file)); }

constexpr sqlite3_io_methods kMethods = {
    2,
    close,
    Forward<&sqlite3_io_methods::xRead>::call,
    write,
    truncate,
    sync,
    Forward<&sqlite3_io_methods::xFileSize>::call,
    Forward<&sqlite3_io_methods::xLock>::call,
    Forward<&sqlite3_io_methods::xUnlock>::call,
    Forward<&sqlite3_io_methods::xCheckReservedLock>::call,
    Forward<&sqlite3_io_methods::xFileControl>::call,
    Forward<&sqlite3_io_methods::xSectorSize>::call,
    Forward<&sqlite3_io_methods::xDeviceCharacteristics>::call,
    Forward<&sqlite3_io_methods::xShmMap>::call,
    Forward<&sqlite3_io_methods::xShmLock>::call,
    barrier,
    Forward<&sqlite3_io_methods::xShmUnmap>::call,
    nullptr,
    nullptr,
};

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out) {
  auto* faulty = static_cast<FaultyVfs*>(vfs->pAppData);
  FaultyFile* made = ours(file);
  *made = {{nullptr}, faulty, nullptr};
  const int code = faulty->below()->xOpen(faulty->below(), path, below(file), flags, flags_out);
  if (code != SQLITE_OK) return code;
  if (path != nullptr && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0) {
    made->path = new std::string(path);
    (void)faulty->image(path);
  }
  made->base.pMethods = &kMethods;
  return SQLITE_OK;
}

}  // namespace

FaultyVfs::FaultyVfs() : name_(fmt::format("faulty-{}", static_cast<const void*>(this))) {
  below_ = sqlite3_vfs_find(nullptr);
  vfs_ = new sqlite3_vfs(*below_);
  vfs_->szOsFile = static_cast<int>(sizeof(FaultyFile)) + below_->szOsFile;
  vfs_->zName = name_.c_str();
  vfs_->pNext = nullptr;
  vfs_->pAppData = this;
  vfs_->xOpen = open;
  OPENLINE_ASSERT(sqlite3_vfs_register(vfs_, 0) == SQLITE_OK);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(vfs_);
  delete vfs_;
}

void FaultyVfs::fail(std::uint64_t after, int code, bool lasting) {
  operations_ = 0;
  left_ = after;
  code_ = code;
  lasting_ = lasting;
  armed_ = true;
}

int FaultyVfs::next_operation() {
  ++operations_;
  if (!armed_) return SQLITE_OK;
  if (left_ > 0) {
    --left_;
    return SQLITE_OK;
  }
  armed_ = lasting_;
  return code_;
}

void FaultyVfs::cut_power(const std::string& folder, std::mt19937_64& random) const {
  for (const auto& [path, image] : images_) {
    const Bytes now = read_file(path);
    Bytes left = image.durable;
    // The length of a file is not durable before its contents are; it may be either.
    if (!image.changed.empty() && random() % 2 == 0) left.resize(now.size());
    for (const std::uint64_t sector : image.changed) {
      const std::size_t at = sector * kSector;
      if (at >= now.size() || at >= left.size() || random() % 2 == 0) continue;
      const std::size_t size = std::min({kSector, now.size() - at, left.size() - at});
      std::copy_n(now.begin() + static_cast<std::ptrdiff_t>(at), size,
                  left.begin() + static_cast<std::ptrdiff_t>(at));
    }
    std::ofstream out(folder + "/" + std::filesystem::path(path).filename().string(), std::ios::binary);
    out.write(reinterpret_cast<const char*>(left.data()), static_cast<std::streamsize>(left.size()));
  }
}

}  // namespace openline::daemon
