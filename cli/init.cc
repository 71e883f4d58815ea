// SPDX-License-Identifier: Apache-2.0
#include "cli/init.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ostream>
#include <system_error>

#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/listen_address.h"
#include "cli/station_folder.h"
#include "cli/station_toml.h"
#include "core/crypto/card_file.h"
#include "core/crypto/noise.h"
#include "core/wire/dictionary.h"

namespace openline::cli {
namespace {

template <class Key>
Key new_secret() {
  Key key;
  fill_with_system_randomness(key.expose_mutable());
  return key;
}

struct Keys {
  SigningSeed root = new_secret<SigningSeed>();
  SigningSeed station = new_secret<SigningSeed>();
  SessionSecret session = new_secret<SessionSecret>();
};

// Writes 64 hexadecimal digits and a line end, and leaves no copy in memory.
template <class Key>
Outcome<void> write_secret(const std::filesystem::path& path, const Key& key) {
  std::string text = to_hex(key.expose()) + "\n";
  auto written = write_new_file(path, text, 0600);
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  return written;
}

Outcome<Card> make_card(const InitOptions& options, const Keys& keys) {
  Card card;
  card.root = RootKeyPair(keys.root).key();
  card.code = options.code;
  card.name = options.name;
  card.languages = options.languages;
  card.stations = {{StationKeyPair(keys.station).key(), options.station_name, std::nullopt}};
  const auto checked = Card::decode(card.encode());
  if (!checked)
    return failed(ExitCode::kUsage, checked.error().message);  // the offset would be into no file of theirs
  return card;
}

CardFile make_card_file(const Card& card, const Keys& keys, const std::vector<ListenPath>& paths) {
  auto cards = CardChain::start(SignedCard::sign(card, RootKeyPair(keys.root)));
  Locator locator;
  const StationKeyPair station(keys.station);
  locator.station = station.key();
  locator.counter = 1;
  locator.session_key = SessionKeyPair::from_seed(keys.session.clone()).key;
  locator.dictionaries = {kDictionaryEdition};
  for (const ListenPath& path : paths) {
    for (const std::string& endpoint : path.announce)
      locator.addresses.push_back({path.name, path.kind, endpoint});
  }
  return {std::move(*cards), {SignedLocator::sign(locator, station)}};
}

// A folder beside the wanted one, 0700, removed again unless it was put in its place.
class NewFolder {
 public:
  explicit NewFolder(std::filesystem::path wanted) : wanted_(std::move(wanted)) {
    std::string pattern = wanted_.string() + ".new-XXXXXX";
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  ~NewFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }  // empty: could not be made

  Outcome<void> put_in_place() {
    // rename() replaces an empty folder and nothing else.
    if (::rename(path_.c_str(), wanted_.c_str()) != 0) {
      return failed(ExitCode::kConflict,
                    fmt::format("{}: {}", wanted_.string(), std::generic_category().message(errno)));
    }
    path_.clear();
    const std::filesystem::path parent = wanted_.has_parent_path() ? wanted_.parent_path() : ".";
    const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
      ::fsync(folder);
      ::close(folder);
    }
    return {};
  }

 private:
  std::filesystem::path wanted_;
  std::filesystem::path path_;
};

Outcome<void> refuse_existing(const std::filesystem::path& folder) {
  std::error_code problem;
  if (!std::filesystem::exists(folder, problem)) return {};
  if (!std::filesystem::is_directory(folder, problem)) {
    return failed(ExitCode::kConflict, fmt::format("{}: there is a file of this name", folder.string()));
  }
  if (std::filesystem::exists(StationFolder{folder}.config(), problem)) {
    return failed(
        ExitCode::kConflict,
        fmt::format("{}: there is a station here already. Its keys are what others know it by: nothing was "
                    "changed",
                    folder.string()));
  }
  if (!std::filesystem::is_empty(folder, problem) || problem) {
    return failed(ExitCode::kConflict,
                  fmt::format("{}: the folder is not empty; nothing was changed", folder.string()));
  }
  return {};
}

Outcome<void> write_folder(const StationFolder& folder, const InitOptions& options, const Keys& keys,
                           const CardFile& card, const std::vector<ListenPath>& paths) {
  if (auto done = write_secret(folder.station_key(), keys.station); !done) return done;
  if (auto done = write_secret(folder.session_key(), keys.session); !done) return done;
  if (auto done = write_new_file(folder.card(), armour(kCardArmour, card.encode()), 0644); !done) return done;
  const std::string toml = station_toml(options.code, options.station_name, paths);
  if (auto done = write_new_file(folder.config(), toml, 0644); !done) return done;
  if (options.offline_root.empty()) return write_secret(folder.root_key(), keys.root);
  return {};
}

void report(Terminal& terminal, const InitOptions& options, const Fingerprint& fingerprint,
            const std::vector<ListenPath>& paths) {
  const std::string root =
      options.offline_root.empty() ? StationFolder{options.folder}.root_key().string() : options.offline_root;
  if (terminal.json) {
    terminal.out << json_object({{"folder", options.folder},
                                 {"code", options.code},
                                 {"fingerprint", fingerprint.text()},
                                 {"root_key", root}})
                 << '\n';
  } else {
    terminal.out << fmt::format("Station {} of {} is in {}.\nFingerprint of {}:\n\n    {}\n\n",
                                options.station_name, options.code, options.folder, options.code,
                                fingerprint.text());
  }
  terminal.err << fmt::format(
      "The root key is in {}. Who has it can speak for {} for good: keep a copy where no network reaches, "
      "and take it "
      "off this machine.\nNext: `openline -s {} card` for the other party, and `openline -s {} run`.\n",
      root, options.code, options.folder, options.folder);
  terminal.err << fmt::format(
      "With [console] in station.toml: `openline -s {} status` shows its certificate's fingerprint once the "
      "station runs.\n",
      options.folder);
  for (const ListenPath& path : paths) {
    if (!path.announce.empty()) continue;
    terminal.err << fmt::format(
        "Path {} announces no address: others cannot call this station on it. {}\n", path.name,
        path.listen == "none" ? "It calls out only." : "Give --announce, or set it in station.toml.");
  }
}

}  // namespace

Outcome<void> init(Terminal& terminal, const InitOptions& options) {
  std::filesystem::path wanted = options.folder;
  if (!wanted.has_filename()) wanted = wanted.parent_path();  // "usa/" names the same folder
  const auto paths = parse_paths(options.listen, options.announce);
  if (!paths) return failed(paths.error());
  const Keys keys;
  const auto card = make_card(options, keys);
  if (!card) return failed(card.error());
  if (auto free = refuse_existing(wanted); !free) return free;
  NewFolder folder(wanted);
  if (folder.path().empty()) {
    return failed(ExitCode::kRefused,
                  fmt::format("{}: {}", options.folder, std::generic_category().message(errno)));
  }
  if (auto done = write_folder({folder.path()}, options, keys, make_card_file(*card, keys, *paths), *paths);
      !done)
    return done;
  if (!options.offline_root.empty()) {
    if (auto done = write_secret(options.offline_root, keys.root); !done) return done;
  }
  if (auto done = folder.put_in_place(); !done) {
    if (!options.offline_root.empty())
      ::unlink(options.offline_root.c_str());  // it signed nothing that is kept
    return done;
  }
  report(terminal, options, Fingerprint::of(card->root), *paths);
  return {};
}

}  // namespace openline::cli
