// SPDX-License-Identifier: Apache-2.0
// Preloaded into a station, it makes the n-th write or synchronisation of a file in the station's folder go wrong.
// Environment, read at the first of them:
//   OPENLINE_POWER_FOLDER  files below it count
//   OPENLINE_POWER_AT      n, from 1
//   OPENLINE_POWER_HOW     cut: the power goes at that moment; EIO or ENOSPC: the call fails with it, once
//   OPENLINE_POWER_SEED    what a power cut leaves
//   OPENLINE_POWER_MARK    a file that is made when it happens
// A power cut leaves of every file what was synchronised, and of each sector written since either that or the new
// content; a file that grew may have its old size; a name that was given since its folder was synchronised may be gone.
// Then the process is killed. Maps of shared memory (SQLite's -shm) are no part of it: SQLite makes them anew.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { kSector = 512, kMostFiles = 256, kMostNames = 256 };

struct sector {
  off_t at;
  size_t size;  // what the file had of it
  unsigned char durable[kSector];
};
struct file {
  dev_t device;
  ino_t inode;
  int descriptor;  // our own, while something is not durable
  off_t durable_size;
  struct sector* sectors;
  size_t count;
};
struct name {
  char from[PATH_MAX], to[PATH_MAX];
  bool was_there;  // another file had the name: then it cannot be taken back
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file files[kMostFiles];
static struct name* names;
static size_t name_count;
static const char *folder, *mark;
static unsigned long at, operations;
static int error_code;
static unsigned seed;

static ssize_t (*real_write)(int, const void*, size_t);
static ssize_t (*real_pwrite)(int, const void*, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char*, const char*);

static void set_up(void) {
  if (real_write) return;
  real_pwrite = (ssize_t(*)(int, const void*, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  real_ftruncate = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate");
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  real_rename = (int (*)(const char*, const char*))dlsym(RTLD_NEXT, "rename");
  folder = getenv("OPENLINE_POWER_FOLDER");
  mark = getenv("OPENLINE_POWER_MARK");
  const char* number = getenv("OPENLINE_POWER_AT");
  const char* how = getenv("OPENLINE_POWER_HOW");
  const char* chance = getenv("OPENLINE_POWER_SEED");
  at = number ? strtoul(number, NULL, 10) : 0;
  error_code = how && strcmp(how, "EIO") == 0 ? EIO : how && strcmp(how, "ENOSPC") == 0 ? ENOSPC : 0;
  seed = chance ? (unsigned)strtoul(chance, NULL, 10) : 1;
  names = calloc(kMostNames, sizeof *names);
  real_write = (ssize_t(*)(int, const void*, size_t))dlsym(RTLD_NEXT, "write");
}

static bool is_below(const char* path) {
  const size_t size = folder ? strlen(folder) : 0;
  return size > 0 && strncmp(path, folder, size) == 0 && path[size] == '/';
}

// Files that a station keeps: not its log, its shared memory or sockets.
static bool counts(int descriptor) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = 0;
  const size_t length = (size_t)size;
  const bool is_log = length > 4 && strcmp(path + length - 4, "/log") == 0;
  const bool is_shared = length > 4 && strcmp(path + length - 4, "-shm") == 0;
  return is_below(path) && !is_log && !is_shared;
}

static struct file* file_of(int descriptor, bool make) {
  struct stat about;
  if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) return NULL;
  struct file* empty = NULL;
  for (int i = 0; i < kMostFiles; ++i) {
    struct file* one = &files[i];
    if (one->descriptor > 0 && one->device == about.st_dev && one->inode == about.st_ino) return one;
    if (one->descriptor == 0 && !empty) empty = one;
  }
  if (!make || !empty) return NULL;
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const int own = open(link, O_RDWR | O_CLOEXEC);
  if (own < 0) return NULL;
  *empty = (struct file){about.st_dev, about.st_ino, own, about.st_size, NULL, 0};
  return empty;
}

static void remember(struct file* file, off_t offset, size_t size) {
  for (off_t sector = offset / kSector * kSector; sector < offset + (off_t)size; sector += kSector) {
    if (sector >= file->durable_size) return;  // it was not there: its old size says so
    bool known = false;
    for (size_t i = 0; i < file->count && !known; ++i) known = file->sectors[i].at == sector;
    if (known) continue;
    file->sectors = realloc(file->sectors, (file->count + 1) * sizeof *file->sectors);
    struct sector* added = &file->sectors[file->count++];
    added->at = sector;
    const ssize_t got = pread(file->descriptor, added->durable, kSector, sector);
    added->size = got > 0 ? (size_t)got : 0;
  }
}

static void made_durable(int descriptor) {
  struct stat about;
  if (fstat(descriptor, &about) == 0 && S_ISDIR(about.st_mode)) {
    name_count = 0;  // a station has few folders, and synchronises each after it gave a name there
    return;
  }
  struct file* file = file_of(descriptor, false);
  if (!file) return;
  close(file->descriptor);
  free(file->sectors);
  memset(file, 0, sizeof *file);
}

static bool coin(void) { return rand_r(&seed) >> 4 & 1; }

static void cut_power(void) {
  for (size_t i = name_count; i > 0; --i) {
    if (!names[i - 1].was_there && coin()) real_rename(names[i - 1].to, names[i - 1].from);
  }
  for (int i = 0; i < kMostFiles; ++i) {
    struct file* file = &files[i];
    if (file->descriptor == 0) continue;
    for (size_t k = 0; k < file->count; ++k) {
      const struct sector* old = &file->sectors[k];
      if (coin()) (void)!real_pwrite(file->descriptor, old->durable, old->size, old->at);
    }
    struct stat about;
    const bool grew = fstat(file->descriptor, &about) == 0 && about.st_size > file->durable_size;
    if (grew) {
      const off_t more = about.st_size - file->durable_size;
      const off_t kept = coin() ? 0 : (off_t)(rand_r(&seed) % (unsigned)(more < 1 << 30 ? more + 1 : 1 << 30));
      (void)!real_ftruncate(file->descriptor, file->durable_size + kept);
    }
  }
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// 0: go on; else the error of this call. Does not come back from a power cut.
static int next_operation(void) {
  if (++operations != at) return 0;
  if (mark) close(open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (error_code == 0) cut_power();
  return error_code;
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  pthread_mutex_lock(&lock);
  set_up();
  int failed = 0;
  if (counts(descriptor)) {
    struct file* file = file_of(descriptor, true);
    if (file) remember(file, offset, size);
    const bool torn = operations + 1 == at && error_code == 0 && size > kSector;
    if (torn) (void)!real_pwrite(descriptor, bytes, size / 2 / kSector * kSector, offset);
    failed = next_operation();
  }
  const ssize_t done = failed ? -1 : real_pwrite(descriptor, bytes, size, offset);
  const int error = failed ? failed : errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off_t offset) {
  return pwrite(descriptor, bytes, size, offset);
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  pthread_mutex_lock(&lock);
  set_up();
  int failed = 0;
  if (counts(descriptor)) {
    struct file* file = file_of(descriptor, true);
    const off_t offset = lseek(descriptor, 0, SEEK_CUR);
    if (file && offset >= 0) remember(file, offset, size);
    failed = next_operation();
  }
  const ssize_t done = failed ? -1 : real_write(descriptor, bytes, size);
  const int error = failed ? failed : errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}

int ftruncate(int descriptor, off_t size) {
  pthread_mutex_lock(&lock);
  set_up();
  int failed = 0;
  if (counts(descriptor)) {
    struct file* file = file_of(descriptor, true);
    if (file && size < file->durable_size) remember(file, size, (size_t)(file->durable_size - size));
    failed = next_operation();
  }
  const int done = failed ? -1 : real_ftruncate(descriptor, size);
  const int error = failed ? failed : errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
int ftruncate64(int descriptor, off_t size) { return ftruncate(descriptor, size); }

static int synchronise(int descriptor, int (*real)(int)) {
  const int failed = counts(descriptor) ? next_operation() : 0;
  const int done = failed ? -1 : real(descriptor);
  const int error = failed ? failed : errno;
  if (done == 0) made_durable(descriptor);
  errno = error;
  return done;
}
int fsync(int descriptor) {
  pthread_mutex_lock(&lock);
  set_up();
  const int done = synchronise(descriptor, real_fsync);
  pthread_mutex_unlock(&lock);
  return done;
}
int fdatasync(int descriptor) {
  pthread_mutex_lock(&lock);
  set_up();
  const int done = synchronise(descriptor, real_fdatasync);
  pthread_mutex_unlock(&lock);
  return done;
}

int rename(const char* from, const char* to) {
  pthread_mutex_lock(&lock);
  set_up();
  int failed = 0;
  if (is_below(to)) {
    failed = next_operation();
    if (!failed && name_count < kMostNames) {
      struct name* added = &names[name_count++];
      snprintf(added->from, sizeof added->from, "%s", from);
      snprintf(added->to, sizeof added->to, "%s", to);
      added->was_there = access(to, F_OK) == 0;
    }
  }
  const int done = failed ? -1 : real_rename(from, to);
  const int error = failed ? failed : errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
