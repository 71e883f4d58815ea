// SPDX-License-Identifier: Apache-2.0
#include "cli/card.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/visible_text.h"
#include "core/crypto/courier_key.h"

namespace openline::cli {
namespace {

struct OwnCard {
  std::string armoured;
  std::string fingerprint;
  std::string code;
  bool running = false;  // the station gave it, with its newest locator
};

Outcome<OwnCard> own_card(const StationFolder& folder, const StationApi& api) {
  const auto told = api.own_card();
  if (told) return OwnCard{told->value.card, told->value.fingerprint, told->value.code, true};
  if (told.error().code != ExitCode::kUnreachable) return failed(told.error());
  const auto file = read_card_file(folder.card());
  if (!file) return failed(file.error());
  return OwnCard{armour(kCardArmour, file->encode()), file->cards.fingerprint().text(),
                 file->cards.newest().code, false};
}

}  // namespace

Outcome<void> card(Terminal& terminal, const StationFolder& folder, const StationApi& api,
                   const CardOptions& options) {
  const auto own = own_card(folder, api);
  if (!own) return failed(own.error());
  if (!options.output.empty()) {
    auto file = WholeFile::open(options.output);
    if (!file) return failed(file.error());
    if (auto done = file->add(own->armoured); !done) return done;
    if (auto done = file->finish(); !done) return done;
  }
  if (terminal.json) {
    terminal.out << json_object(
                        {{"code", own->code}, {"fingerprint", own->fingerprint}, {"card", own->armoured}})
                 << '\n';
  } else if (options.output.empty()) {
    terminal.out << own->armoured << std::flush;
  }
  terminal.err << fmt::format("Card of {}. Its fingerprint, to be compared by voice:\n    {}\n",
                              visible_line(own->code), own->fingerprint);
  if (!own->running) {
    terminal.err << "(The station is not running: this is the card in its folder. Once it has run for a "
                    "while, its newest "
                    "session key is in the card that a running station gives.)\n";
  }
  return {};
}

Outcome<void> courier_key(Terminal& terminal, const CourierKeyOptions& options) {
  if (options.generation < 1 || options.generation > 255) {
    return failed(ExitCode::kUsage, "--generation: 1 to 255, one more than the key that this one replaces");
  }
  CourierKey key;
  key.generation = static_cast<std::uint8_t>(options.generation);
  fill_with_system_randomness(key.secret.expose_mutable());
  Bytes encoded_key = key.encode();
  std::string text = armour(kCourierKeyArmour, encoded_key);
  wipe(encoded_key);
  auto written = write_new_file(options.output, text, 0600);
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  if (!written) return written;
  if (terminal.json) {
    terminal.out << json_object({{"file", options.output}, {"generation", std::int64_t{key.generation}}})
                 << '\n';
  } else {
    terminal.out << fmt::format("A courier key, generation {}, is in {}.\n", key.generation, options.output);
  }
  terminal.err << "Hand it to the other party in person or by a courier you trust, on a medium that nobody "
                  "else reads; "
                  "never over a network, and to one party only.\nBoth sides give it when they accept the "
                  "other's card: "
                  "`openline accept CARD --courier-key FILE`. Then destroy the medium and this file.\n";
  return {};
}

}  // namespace openline::cli
