// SPDX-License-Identifier: Apache-2.0
#include "daemon/config/station_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <system_error>

namespace openline::daemon {
namespace {

constexpr std::size_t kMaxFile = 1 << 20;

// `secret`: only the owner may read or write it.
Result<Bytes> read_file(const std::filesystem::path& path, bool secret) {
  const std::string name = path.filename().string();
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return fail(fmt::format("{}: {}", name, std::generic_category().message(errno)));
  Bytes bytes(kMaxFile + 1);
  struct stat about{};
  std::optional<Error> problem;
  if (::fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    problem = Error{fmt::format("{}: not a file", name), std::nullopt};
  } else if (secret && (about.st_mode & 077) != 0) {
    problem = Error{fmt::format("{}: others than its owner may use it (mode {:04o}): chmod 600 it, and think "
                                "about who may have it",
                                name, about.st_mode & 07777),
                    std::nullopt};
  }
  std::size_t size = 0;
  while (!problem && size < bytes.size()) {
    const ssize_t got = ::read(file, bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      problem = Error{fmt::format("{}: {}", name, std::generic_category().message(errno)), std::nullopt};
    if (got <= 0) break;
    size += static_cast<std::size_t>(got);
  }
  ::close(file);
  if (!problem && size > kMaxFile)
    problem = Error{fmt::format("{}: larger than {} bytes", name, kMaxFile), std::nullopt};
  if (problem) {
    wipe(bytes);
    return fail(*problem);
  }
  if (secret) wipe(std::span(bytes).subspan(size));
  bytes.resize(size);
  return bytes;
}

// 64 hexadecimal digits and a line end.
template <class Key>
Result<Key> read_secret(const std::filesystem::path& path) {
  auto text = read_file(path, true);
  if (!text) return fail(text.error());
  std::string_view digits = text_of(*text);
  while (!digits.empty() && (digits.back() == '\n' || digits.back() == '\r')) digits.remove_suffix(1);
  auto bytes = from_hex(digits);
  const bool good = bytes && bytes->size() == Key::kSize;
  Key key;
  if (good) key = Key(std::span<const std::uint8_t, 32>(bytes->data(), 32));
  if (bytes) wipe(*bytes);
  wipe(*text);
  if (!good) return fail(path.filename().string() + ": must be 64 hexadecimal digits");
  return key;
}

Result<CardFile> read_card(const std::filesystem::path& path) {
  const auto text = read_file(path, false);
  if (!text) return fail(text.error());
  const auto bytes = remove_armour(kCardArmour, *text);
  if (!bytes) return fail(fmt::format("{}: {}", path.filename().string(), bytes.error().text()));
  auto card = CardFile::decode(*bytes);
  if (!card) return fail(fmt::format("{}: {}", path.filename().string(), card.error().text()));
  return card;
}

// That the files belong together: a mixed-up folder is noticed here and not by the other party.
Result<void> check_together(const StationSetup& setup, const StationFiles& files) {
  const Card& card = setup.identity.own_card.cards.newest();
  if (card.code != setup.config.party) {
    return fail(fmt::format("{}: \"party\" is {}, but the card is of {}", files.config().filename().string(),
                            setup.config.party, card.code));
  }
  const StationKeyPair pair(setup.identity.station_seed);
  const CardStation* station = card.station(pair.key());
  if (station == nullptr) return fail("station.key: this station is not on the newest card in card.openline");
  if (station->revoked) return fail("card.openline: this station is revoked");
  if (station->name != setup.config.station) {
    return fail(fmt::format("{}: \"station\" is \"{}\", but the card calls this station \"{}\"",
                            files.config().filename().string(), setup.config.station, station->name));
  }
  return {};
}

}  // namespace

Result<StationSetup> read_station_folder(const StationFiles& files) {
  const auto toml = read_file(files.config(), false);
  if (!toml) return fail(toml.error());
  auto config = StationConfig::parse(text_of(*toml));
  if (!config) return fail("station.toml: " + config.error().text());
  auto seed = read_secret<SigningSeed>(files.key());
  if (!seed) return fail(seed.error());
  auto card = read_card(files.card());
  if (!card) return fail(card.error());
  StationIdentity identity{std::move(*seed), std::move(*card), config->addresses(), std::nullopt};
  if (std::filesystem::exists(files.first_session())) {
    auto session = read_secret<SessionSecret>(files.first_session());
    if (!session) return fail(session.error());
    identity.first_session = std::move(*session);
  }
  StationSetup setup{std::move(*config), {}, std::move(identity)};
  if (std::filesystem::exists(files.desk_plan())) {
    const auto text = read_file(files.desk_plan(), false);
    if (!text) return fail(text.error());
    auto plan = DeskPlan::parse(text_of(*text));
    if (!plan) return fail("desk.toml: " + plan.error().text());
    setup.desk_plan = std::move(*plan);
  }
  const auto together = check_together(setup, files);
  if (!together) return fail(together.error());
  return setup;
}

Result<FolderLock> FolderLock::take(const StationFiles& files) {
  const int descriptor = ::open(files.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return fail(fmt::format("{}: {}", files.lock().string(), std::generic_category().message(errno)));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    const int why = errno;
    ::close(descriptor);
    if (why == EWOULDBLOCK)
      return fail(fmt::format("{}: another daemon runs on this folder", files.folder.string()));
    return fail(fmt::format("{}: {}", files.lock().string(), std::generic_category().message(why)));
  }
  return FolderLock(descriptor);
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace openline::daemon
