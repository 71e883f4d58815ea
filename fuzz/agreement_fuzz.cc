// SPDX-License-Identifier: Apache-2.0
// Agreements, refusals, statements of heads and presence, rows of chains, an export's head and manifest: what
// is taken has one encoding.
#include "core/record/agreement.h"
#include "core/record/export_parts.h"
#include "core/record/joint_record.h"
#include "core/record/test_record.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

template <class Format>
void check_encoding(ByteView bytes) {
  const Result<Format> format = Format::decode(bytes);
  if (format) OPENLINE_ASSERT(std::ranges::equal(format->encode(), bytes));
}

void check_export_head(ByteView bytes) {
  const auto head = decode_export_head(bytes);
  if (!head) return;
  OPENLINE_ASSERT(std::ranges::equal(encode_export_head(*head), bytes));
  (void)problems_of_head(*head, {});
}

using Check = void (*)(ByteView);
constexpr Check kChecks[] = {check_encoding<Agreement>,      check_encoding<SignedAgreement>,
                             check_encoding<SignedRefusal>,  check_encoding<Heads>,
                             check_encoding<Presence>,       check_encoding<SignedHeads>,
                             check_encoding<SignedPresence>, check_encoding<Chain>,
                             check_encoding<Manifest>,       check_export_head};

}  // namespace

void run(ByteView input) {
  Input in(input);
  const Check check = kChecks[in.index(std::size(kChecks))];
  check(in.rest());
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  const auto add = [&](std::uint8_t which, const Bytes& bytes) {
    all.push_back({which});
    append(all.back(), bytes);
  };
  SixtyEntries sixty;
  const TestParty& usa = sixty.record.party("USA");
  const SignedAgreement& agreement = sixty.record.head().agreements.front();
  const Presence presence{5, true, "watch officer", Seconds{90}, WallTime{Milliseconds{1'760'000'000'000}}};
  const SignedHeads& heads = sixty.heads.front();
  add(0, agreement.bytes);
  add(1, agreement.encode());
  add(2, SignedRefusal::sign({agreement.hash(), "not now", WallTime{Milliseconds{5}}}, usa.station).encode());
  add(3, heads.bytes);
  add(4, presence.encode());
  add(5, heads.encode());
  add(6, SignedPresence::make(sixty.record.line(), presence, usa.station, true).encode());
  JointRecord record{JointRecordOptions{}};
  std::uint32_t next = 1;
  for (const auto& run : sixty.record.runs()) (void)record.offer(Run{run}, next);
  for (const auto& [number, chain] : record.chains()) add(7, chain.encode());
  const ExportPieces pieces = sixty.record.pieces("USA", sixty.heads);
  add(9, encode_export_head(sixty.record.head()));
  return all;
}

}  // namespace openline::fuzz
