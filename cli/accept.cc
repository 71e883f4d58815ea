// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <istream>
#include <ostream>

#include "cli/card.h"
#include "cli/files.h"
#include "cli/visible_text.h"

namespace openline::cli {
namespace {

constexpr std::size_t kMaxKeyFile = 4096;  // bytes; a courier key has under 200

void show(std::ostream& out, const CardView& card) {
  out << fmt::format("Card of {} \"{}\", edition {}\n", visible_line(card.code), visible_line(card.name),
                     card.edition);
  for (const CardView::Station& station : card.stations) {
    out << fmt::format("  station {}{}\n", visible_line(station.name),
                       station.revoked ? "  REVOKED: no longer trusted" : "");
    for (const std::string& address : station.addresses)
      out << fmt::format("    {}\n", visible_line(address));
    if (station.addresses.empty()) out << "    announces no address: it can only call us\n";
  }
  out << fmt::format("  fingerprint\n\n    {}\n\n", visible_line(card.fingerprint));
  if (card.known_edition)
    out << fmt::format("Edition {} of this card is accepted already.\n", *card.known_edition);
}

bool confirmed(Terminal& terminal, const CardView& card) {
  terminal.err << fmt::format(
                      "Call {} on a line that you trust, and let them read their fingerprint aloud. Only if "
                      "all twelve "
                      "groups are the same is this their card.\nAre they the same? Type yes to accept: ",
                      visible_line(card.code))
               << std::flush;
  std::string answer;
  std::getline(terminal.in, answer);
  if (answer.ends_with('\r')) answer.pop_back();
  return answer == "yes";
}

Outcome<std::string> file_text(const std::string& path, std::size_t most, std::string_view title) {
  const auto bytes = read_file(path, most);
  if (!bytes) return failed(bytes.error());
  const auto bare = remove_armour(title, *bytes);
  if (!bare) return failed(ExitCode::kRefused, fmt::format("{}: {}", path, bare.error().text()));
  return armour(title, *bare);  // the API takes armour, people may hold either form
}

}  // namespace

Outcome<void> accept(Terminal& terminal, const StationApi& api, const AcceptOptions& options) {
  if (const auto checked = read_card_file(options.card); !checked) return failed(checked.error());
  const auto card_text = file_text(options.card, kMaxCardFile, kCardArmour);
  if (!card_text) return failed(card_text.error());
  std::string key_text;
  if (!options.courier_key.empty()) {
    auto text = file_text(options.courier_key, kMaxKeyFile, kCourierKeyArmour);
    if (!text) return failed(text.error());
    key_text = std::move(*text);
  }
  const auto shown = api.give_card(*card_text, key_text, true);
  if (!shown) return failed(shown.error());
  if (!terminal.json) show(terminal.out, shown->value);
  if (options.courier_key.empty()) {
    terminal.err << "No courier key: the line works, but is not protected by a secret exchanged by hand. "
                    "Status will say so.\n";
  }
  if (!options.yes) {
    if (terminal.json) show(terminal.err, shown->value);
    if (!confirmed(terminal, shown->value))
      return failed(ExitCode::kRefused, "not accepted; nothing was changed");
  }
  const auto done = api.give_card(*card_text, key_text, false);
  if (!done) return failed(done.error());
  if (terminal.json) {
    terminal.out << done->json << '\n';
  } else {
    terminal.out << fmt::format("Accepted the card of {}.{}{}\n", visible_line(done->value.code),
                                done->value.note.empty() ? "" : " ", visible_line(done->value.note));
  }
  return {};
}

}  // namespace openline::cli
