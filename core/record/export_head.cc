// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "core/crypto/signed_bytes.h"
#include "core/record/export_parts.h"
#include "core/record/fields.h"
#include "core/wire/assert.h"

namespace openline {
namespace {

constexpr std::string_view kTitle = "openline export 1";
constexpr std::size_t kMostAgreements = 64, kMostMembers = 64;

RecordMode mode_of(const ExportHead& head) { return head.agreements.front().agreement.record; }

Result<SignedAgreement> read_agreement(ByteView whole, ByteView item) {
  auto agreement = SignedAgreement::decode(item);
  if (!agreement) return fail(error_within(whole, item, agreement.error()));
  return agreement;
}

// `name` is of the member whose cards these are.
Result<CardChain> read_chain(FieldDecoder& decoder, ByteView whole, const std::string& name) {
  std::vector<SignedCard> editions;
  const std::size_t at = decoder.offset();
  for (auto left = decoder.array_within(1, CardChain::kMaxEditions); left > 0 && decoder.ok(); --left) {
    const std::size_t card_at = decoder.offset();
    const ByteView item = decoder.item();
    if (!decoder.ok()) break;
    auto card = SignedCard::decode(item);
    if (!card) {
      Error error = error_within(whole, item, card.error());
      return fail("card of " + name + ": " + error.message, error.offset.value_or(card_at));
    }
    editions.push_back(std::move(*card));
  }
  if (!decoder.ok()) return fail(decoder.failure());
  auto chain = CardChain::from(std::move(editions));
  if (!chain) return fail("cards of " + name + ": " + chain.error().message, at);
  return chain;
}

Result<void> read_agreements(FieldDecoder& decoder, ByteView whole, ExportHead& head) {
  for (auto left = decoder.array_within(1, kMostAgreements); left > 0 && decoder.ok(); --left) {
    const ByteView item = decoder.item();
    if (!decoder.ok()) break;
    auto agreement = read_agreement(whole, item);
    if (!agreement) return fail(agreement.error());
    head.agreements.push_back(std::move(*agreement));
  }
  if (!decoder.ok()) return fail(decoder.failure());
  return {};
}

Result<void> read_cards(FieldDecoder& decoder, ByteView whole, ExportHead& head) {
  const auto& members = head.agreements.front().agreement.members;
  const std::size_t at = decoder.offset();
  const std::size_t count = decoder.array_within(2, kMostMembers);
  decoder.refuse_unless(count == members.size(), at, "there is not one card chain for each member");
  for (std::size_t i = 0; decoder.ok() && i < count; ++i) {
    auto chain = read_chain(decoder, whole, members[i].code);
    if (!chain) return fail(chain.error());
    head.cards.push_back(std::move(*chain));
  }
  if (!decoder.ok()) return fail(decoder.failure());
  return {};
}

}  // namespace

Bytes encode_export_head(const ExportHead& head) {
  OPENLINE_ASSERT(!head.agreements.empty() && head.agreements.size() <= kMostAgreements);
  OPENLINE_ASSERT(head.cards.size() == head.agreements.front().agreement.members.size());
  cbor::MapEncoder map;
  map.field(1).text(kTitle);
  map.field(2).bytes(head.line.view());
  cbor::Encoder& agreements = map.field(3).array(head.agreements.size());
  for (SignedAgreement agreement : head.agreements) {
    // What members signed to form a deniable line is theirs to show; its record shows no signature.
    if (mode_of(head) == RecordMode::kDeniable) agreement.signatures.clear();
    agreements.raw(agreement.encode());
  }
  cbor::Encoder& cards = map.field(4).array(head.cards.size());
  for (const CardChain& chain : head.cards) {
    cards.array(chain.editions().size());
    for (const SignedCard& card : chain.editions()) cards.raw(card.encode());
  }
  map.field(5).number(static_cast<std::uint64_t>(mode_of(head)));
  return map.take();
}

Result<ExportHead> decode_export_head(ByteView bytes) {
  FieldDecoder decoder(bytes, "export head");
  ExportHead head;
  decoder.begin_map();
  decoder.key(1, "title");
  const std::string title = decoder.text_within(0, 64);
  decoder.refuse_unless(title == kTitle, 0, "this is not an Openline export");
  decoder.key(2, "line");
  head.line = decoder.fixed<LineId>();
  decoder.key(3, "agreements");
  if (auto read = read_agreements(decoder, bytes, head); !read) return fail(read.error());
  decoder.key(4, "cards");
  if (!decoder.ok()) return fail(decoder.failure());
  if (auto read = read_cards(decoder, bytes, head); !read) return fail(read.error());
  decoder.key(5, "record");
  const std::size_t at = decoder.offset();
  const auto mode = static_cast<RecordMode>(decoder.number(1));
  if (decoder.ok()) decoder.refuse_unless(mode == mode_of(head), at, "it is not as in the agreement");
  decoder.end_map();
  return decoder.result(std::move(head));
}

Stations::Stations(const ExportHead& head) {
  for (const Member& member : head.agreements.front().agreement.members) codes_.push_back(member.code);
  std::set<std::pair<StationKey, std::size_t>> said;
  for (std::size_t member = 0; member < head.cards.size(); ++member) {
    for (const SignedCard& card : head.cards[member].editions()) {
      for (const CardStation& station : card.card.stations) {
        const std::size_t owner = member_of_.emplace(station.key, member).first->second;
        if (owner == member || !said.emplace(station.key, member).second) continue;
        shared_.push_back("The cards of " + codes_[owner] + " and of " + codes_[member] +
                          " both list station " + to_hex(station.key.view().first(4)) +
                          ": its entries are shown as " + codes_[owner] + "'s.");
      }
    }
  }
}

std::optional<std::size_t> Stations::member_of(const StationKey& station) const {
  const auto found = member_of_.find(station);
  if (found == member_of_.end()) return std::nullopt;
  return found->second;
}

std::string Stations::code_of(const StationKey& station) const {
  const auto member = member_of(station);
  return member ? codes_[*member] : "station " + to_hex(station.view().first(4));
}

std::string short_id(const EntryId& id) { return to_hex(id.view().first(4)); }

std::string entry_name(const std::string& code, const Entry& entry) {
  return code + " " + std::to_string(entry.header.sequence.value) + " (" + short_id(entry.id) + ")";
}

}  // namespace openline
