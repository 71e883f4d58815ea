// SPDX-License-Identifier: Apache-2.0
// For tests: temporary folders, and stations' folders as `openline init` makes them.
#pragma once

#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/crypto/hash.h"
#include "core/crypto/noise.h"
#include "daemon/config/station_folder.h"

namespace openline::daemon::test {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "openline-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline void write_file(const std::filesystem::path& path, std::string_view text, mode_t mode = 0600) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  ::chmod(path.c_str(), mode);
}

template <class Key>
Key secret_of(std::string_view phrase) {
  const Hash digest = hash_of(view_of(phrase));
  return Key(std::span<const std::uint8_t, 32>(digest.value));
}

struct TestParty {
  std::string code;
  CardFile card;
  Fingerprint fingerprint;
};

// A folder that `openlined` starts from; keys follow from the code. `paths`: the [[path]] tables and what
// else.
inline TestParty make_station_folder(const std::filesystem::path& folder, const std::string& code,
                                     const std::string& settings) {
  std::filesystem::create_directories(folder);
  const StationFiles files{folder};
  const auto root_seed = secret_of<SigningSeed>(code + " root");
  const auto station_seed = secret_of<SigningSeed>(code + " station");
  const auto session = secret_of<SessionSecret>(code + " session");
  const RootKeyPair root(root_seed);
  const StationKeyPair station(station_seed);
  const std::string toml = "party = \"" + code + "\"\nstation = \"primary\"\n" + settings;
  write_file(files.config(), toml, 0644);
  write_file(files.key(), to_hex(station_seed.expose()) + "\n");
  write_file(files.first_session(), to_hex(session.expose()) + "\n");
  Card card{root.key(),      1,           code,
            "Party " + code, {"en"},      {{station.key(), "primary", std::nullopt}},
            std::nullopt,    std::nullopt};
  auto cards = CardChain::start(SignedCard::sign(card, root));
  const auto config = StationConfig::parse(toml);
  Locator locator{station.key(), 1, SessionKeyPair::from_seed(session.clone()).key,
                  config ? config->addresses() : std::vector<LocatorAddress>{}};
  TestParty party{
      code, {std::move(*cards), {SignedLocator::sign(locator, station)}}, Fingerprint::of(root.key())};
  write_file(files.card(), armour(kCardArmour, party.card.encode()), 0644);
  return party;
}

}  // namespace openline::daemon::test
