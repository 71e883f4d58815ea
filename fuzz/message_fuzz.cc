// SPDX-License-Identifier: Apache-2.0
// What stations send each other: an object that is taken is, written again, the same bytes.
#include "core/record/test_record.h"
#include "core/station/messages.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

struct Encoding {
  Bytes operator()(const Run& run) const { return encode_message(std::span(run.entries)); }
  template <class Any>
  Bytes operator()(const Any& message) const {
    return encode_message(message);
  }
};

}  // namespace

void run(ByteView input) {
  const Result<Message> message = decode_message(input);
  if (!message) {
    OPENLINE_ASSERT(!message.error().message.empty());
    return;
  }
  OPENLINE_ASSERT(std::ranges::equal(std::visit(Encoding{}, *message), input));
}

std::vector<Bytes> seeds() {
  const SixtyEntries sixty;
  const TestRecord& record = sixty.record;
  const LineId line = record.line();
  const StationKeyPair& station = record.party("USA").station;
  std::vector<Bytes> all;
  all.push_back(encode_message(Hello{1, 2, 3, 4, "openline 0.1.0"}));
  all.push_back(encode_message(CardsMessage{record.party("CHN").cards.editions()}));
  Locator locator{station.key(), 7, {}, {{"fibre", "udp", "192.0.2.1:4700"}}, {1, 2}};
  locator.session_key.value.fill(9);
  all.push_back(encode_message(SignedLocator::sign(locator, station)));
  SignedAgreement agreement = SignedAgreement::of(
      agreement_between({&record.party("USA"), &record.party("CHN")}, RecordMode::kAttested));
  agreement.sign(station, std::nullopt);
  all.push_back(encode_message(agreement));
  all.push_back(
      encode_message(SignedRefusal::sign({agreement.hash(), "not now", WallTime{Milliseconds{5}}}, station)));
  for (const auto& entries : record.runs()) all.push_back(encode_message(std::span(entries)));
  all.push_back(encode_message(sixty.heads.front()));
  const Presence presence{5, true, "watch officer", Seconds{90}, WallTime{Milliseconds{1'760'000'000'000}}};
  all.push_back(encode_message(SignedPresence::make(line, presence, station, true)));
  all.push_back(encode_message(SignedPresence::make(line, presence, station, false)));
  const Hash attachment = hash_of(Bytes{1});
  all.push_back(encode_message(AttachmentRequest{line, attachment, 3}));
  all.push_back(encode_message(AttachmentData{line, attachment, 3, Bytes(20, 1)}));
  all.push_back(encode_message(AttachmentMissing{line, attachment}));
  all.push_back(encode_message(HeadsWanted{line, {station.key()}}));
  all.push_back(encode_message(BriefMessage{BriefMessage::Of::kRun, {0x42, 1, 2, 3}}));
  all.push_back(encode_message(WholeWanted{}));
  return all;
}

}  // namespace openline::fuzz
