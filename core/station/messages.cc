// SPDX-License-Identifier: Apache-2.0
#include "core/station/messages.h"

#include "core/record/attachment_tree.h"
#include "core/record/fields.h"

namespace openline {
namespace {

enum Type : std::uint64_t {
  kHello = 1,
  kCards = 2,
  kLocator = 3,
  kAgreement = 4,
  kRefusal = 5,
  kRun = 6,
  kHeads = 7,
  kPresence = 8,
  kAttachmentRequest = 9,
  kAttachmentData = 10,
  kAttachmentMissing = 11,
  kHeadsWanted = 12,
  kBriefRun = 13,
  kBriefHeads = 14,
  kBriefPresence = 15,
  kWholeWanted = 16,
};

Bytes wrap(Type type, ByteView encoded) {
  cbor::Encoder out;
  out.array(2).number(type).raw(encoded);
  return out.take();
}

// The rest of a message of two elements, by its own decoder.
template <class Format>
Result<Message> unwrap(FieldDecoder& in) {
  const ByteView item = in.item();
  in.finish();
  if (!in.ok()) return fail(in.failure());
  Result<Format> decoded = Format::decode(item);
  if (!decoded) return fail(decoded.error());
  return Message(std::move(*decoded));
}

Result<Message> read_hello(FieldDecoder& in) {
  Hello hello;
  in.element("own edition"), hello.own_edition = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  in.element("own locator"), hello.own_locator = in.number();
  in.element("your edition"), hello.your_edition = static_cast<std::uint32_t>(in.number(UINT32_MAX));
  in.element("your locator"), hello.your_locator = in.number();
  in.element("software"), hello.software = in.text_within(0, 64);
  return in.result(Message(std::move(hello)));
}

Result<Message> read_cards(FieldDecoder& in) {
  CardsMessage message;
  in.element("editions");
  for (std::size_t left = in.array_within(1, 64); left > 0 && in.ok(); --left) {
    Result<SignedCard> card = SignedCard::decode(in.item());
    if (!card) return fail(card.error());
    message.editions.push_back(std::move(*card));
  }
  return in.result(Message(std::move(message)));
}

Result<Message> read_attachment(FieldDecoder& in, std::uint64_t type) {
  AttachmentData data;
  in.element("line"), data.line = in.fixed<LineId>();
  in.element("attachment"), data.attachment = in.fixed<Hash>();
  if (type == kAttachmentMissing) return in.result(Message(AttachmentMissing{data.line, data.attachment}));
  in.element("part"), data.part = in.number(attachment_chunks(kMaxAttachment));
  if (type == kAttachmentRequest)
    return in.result(Message(AttachmentRequest{data.line, data.attachment, data.part}));
  in.element("bytes"), data.bytes = copy_of(in.bytes(kAttachmentChunk));
  return in.result(Message(std::move(data)));
}

Result<Message> read_heads_wanted(FieldDecoder& in) {
  HeadsWanted wanted;
  in.element("line"), wanted.line = in.fixed<LineId>();
  in.element("signers");
  for (std::size_t left = in.array_within(0, HeadsWanted::kMaxSigners); left > 0 && in.ok(); --left) {
    wanted.signers.push_back(in.fixed<StationKey>());
  }
  return in.result(Message(std::move(wanted)));
}

static_assert(static_cast<std::uint64_t>(BriefMessage::Of::kRun) == kBriefRun &&
              static_cast<std::uint64_t>(BriefMessage::Of::kHeads) == kBriefHeads &&
              static_cast<std::uint64_t>(BriefMessage::Of::kPresence) == kBriefPresence);
constexpr std::size_t kElements[] = {0, 6, 2, 2, 2, 2, 2, 2, 2, 4, 5, 3, 3, 5, 6, 4, 1};

}  // namespace

Bytes encode_message(const Hello& hello) {
  cbor::Encoder out;
  out.array(6).number(kHello).number(hello.own_edition).number(hello.own_locator);
  out.number(hello.your_edition).number(hello.your_locator).text(hello.software);
  return out.take();
}

Bytes encode_message(const CardsMessage& cards) {
  cbor::Encoder out;
  out.array(2).number(kCards).array(cards.editions.size());
  for (const SignedCard& card : cards.editions) out.raw(card.encode());
  return out.take();
}

Bytes encode_message(const SignedLocator& locator) { return wrap(kLocator, locator.encode()); }
Bytes encode_message(const SignedAgreement& agreement) { return wrap(kAgreement, agreement.encode()); }
Bytes encode_message(const SignedRefusal& refusal) { return wrap(kRefusal, refusal.encode()); }
Bytes encode_message(std::span<const Entry> run) { return wrap(kRun, Run::encode(run)); }
Bytes encode_message(const SignedHeads& heads) { return wrap(kHeads, heads.encode()); }
Bytes encode_message(const SignedPresence& presence) { return wrap(kPresence, presence.encode()); }

Bytes encode_message(const AttachmentRequest& request) {
  cbor::Encoder out;
  out.array(4).number(kAttachmentRequest).bytes(request.line.view()).bytes(request.attachment.view());
  out.number(request.part);
  return out.take();
}

Bytes encode_message(const AttachmentData& data) {
  cbor::Encoder out;
  out.array(5).number(kAttachmentData).bytes(data.line.view()).bytes(data.attachment.view());
  out.number(data.part).bytes(data.bytes);
  return out.take();
}

Bytes encode_message(const AttachmentMissing& missing) {
  cbor::Encoder out;
  out.array(3).number(kAttachmentMissing).bytes(missing.line.view()).bytes(missing.attachment.view());
  return out.take();
}

Bytes encode_message(const HeadsWanted& wanted) {
  cbor::Encoder out;
  out.array(3).number(kHeadsWanted).bytes(wanted.line.view()).array(wanted.signers.size());
  for (const StationKey& signer : wanted.signers) out.bytes(signer.view());
  return out.take();
}

Bytes encode_message(const BriefMessage& brief) {
  const auto type = static_cast<std::uint64_t>(brief.of);
  cbor::Encoder out;
  out.array(kElements[type]).number(type).raw(brief.elements);
  return out.take();
}

Bytes encode_message(WholeWanted) {
  cbor::Encoder out;
  out.array(1).number(kWholeWanted);
  return out.take();
}

Result<Message> decode_message(ByteView object) {
  FieldDecoder in(object, "message");
  const std::size_t elements = in.array_within(1, 6);
  in.element("type");
  const std::uint64_t type = in.number();
  if (!in.ok()) return fail(in.failure());
  if (type < kHello || type > kWholeWanted) return fail("message: unknown type " + std::to_string(type));
  if (elements != kElements[type]) return fail("message: wrong number of elements for its type");
  switch (type) {
    case kHello:
      return read_hello(in);
    case kCards:
      return read_cards(in);
    case kLocator:
      return unwrap<SignedLocator>(in);
    case kAgreement:
      return unwrap<SignedAgreement>(in);
    case kRefusal:
      return unwrap<SignedRefusal>(in);
    case kRun:
      return unwrap<Run>(in);
    case kHeads:
      return unwrap<SignedHeads>(in);
    case kPresence:
      return unwrap<SignedPresence>(in);
    case kHeadsWanted:
      return read_heads_wanted(in);
    case kBriefRun:
    case kBriefHeads:
    case kBriefPresence:  // read with the record at hand
      return Message(BriefMessage{static_cast<BriefMessage::Of>(type), copy_of(object.subspan(in.offset()))});
    case kWholeWanted:
      return in.result(Message(WholeWanted{}));
    default:
      return read_attachment(in, type);
  }
}

}  // namespace openline
