// SPDX-License-Identifier: Apache-2.0
// Files that people write: station.toml, agreements, durations, addresses. An agreement that is taken can be
// signed and reads back from its own TOML; errors are words.
#include "core/record/test_record.h"
#include "daemon/config/agreement_toml.h"
#include "daemon/config/duration.h"
#include "daemon/config/endpoint.h"
#include "daemon/config/station_config.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

using namespace daemon;

void check_station(std::string_view text) {
  const auto config = StationConfig::parse(text);
  if (!config) {
    OPENLINE_ASSERT(!config.error().message.empty());
    return;
  }
  // What the locator says of it must be something that others take.
  const StationKeyPair station(seed_of(2));
  const Locator locator{station.key(), 1, SessionKey{{1}}, config->addresses()};
  OPENLINE_ASSERT(SignedLocator::decode(SignedLocator::sign(locator, station).encode()));
}

void check_agreement(std::string_view text) {
  const auto agreement = parse_agreement(text);
  if (!agreement) {
    OPENLINE_ASSERT(!agreement.error().message.empty());
    return;
  }
  OPENLINE_ASSERT(Agreement::decode(agreement->encode()) == *agreement);
  OPENLINE_ASSERT(parse_agreement(agreement_toml(*agreement)) == *agreement);
}

// Any agreement that a peer proposes can be shown as the file that our side would sign.
void check_shown(std::string_view bytes) {
  const auto agreement = Agreement::decode(view_of(bytes));
  if (!agreement) return;
  const auto again = parse_agreement(agreement_toml(*agreement));
  OPENLINE_ASSERT(!again || *again == *agreement);
}

void check_duration(std::string_view text) {
  const auto duration = parse_duration(text);
  if (duration) OPENLINE_ASSERT(parse_duration(duration_text(*duration)) == *duration);
}

void check_endpoint(std::string_view text) {
  const auto endpoint = Endpoint::parse(text);
  if (endpoint) OPENLINE_ASSERT(Endpoint::parse(endpoint->text()) == *endpoint);
}

using Check = void (*)(std::string_view);
constexpr Check kChecks[] = {check_station, check_agreement, check_shown, check_duration, check_endpoint};

}  // namespace

void run(ByteView input) {
  Input in(input);
  const Check check = kChecks[in.index(std::size(kChecks))];
  check(text_of(in.rest()));
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const auto add = [&](std::uint8_t which, const std::string& text) {
    all.push_back({which});
    append(all.back(), view_of(text));
  };
  add(0,
      "party = \"USA\"\nstation = \"primary\"\ndemo_clock = true\n[[path]]\nname = \"fibre\"\nkind = "
      "\"udp\"\n"
      "listen = \"0.0.0.0:4700\"\naddress = \"192.0.2.1:4700\"\nrate = 9600\n");
  add(0,
      "party = \"USA\"\nstation = \"x\"\n[[path]]\nname = \"hf\"\nkind = \"serial\"\ndevice = "
      "\"/dev/ttyS0\"\nbaud = 9600\n");
  add(0,
      "party = \"USA\"\nstation = \"x\"\n[[path]]\nname = \"m\"\nkind = \"exec\"\ncommand = "
      "[\"/bin/true\"]\nmax_packet = 200\n");
  const TestParty usa("USA", 1), chn("CHN", 2);
  add(1, agreement_toml(agreement_between({&usa, &chn}, RecordMode::kAttested)));
  add(1, agreement_toml(agreement_between({&usa, &chn}, RecordMode::kDeniable)));
  add(2, std::string(text_of(agreement_between({&usa, &chn}, RecordMode::kAttested).encode())));
  for (const char* text : {"500ms", "10s", "30min", "3h", "7d"}) add(3, text);
  for (const char* text : {"192.0.2.1:4700", "[2001:db8::1]:4700", "[::ffff:1.2.3.4]:1"}) add(4, text);
  return all;
}

}  // namespace openline::fuzz
