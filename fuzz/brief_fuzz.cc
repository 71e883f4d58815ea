// SPDX-License-Identifier: Apache-2.0
// Brief forms between two stations that hold more and less of one record. What a station writes for a reader
// that holds at least what the writer believes is rebuilt to the byte; any other bytes are refused, name
// something that is not there, or give a run that has one whole form. Nothing unsigned ever becomes signed.
#include "core/record/brief.h"
#include "core/record/test_record.h"
#include "fuzz/input.h"
#include "fuzz/target.h"

namespace openline::fuzz {
namespace {

const SixtyEntries& sixty() {
  static const SixtyEntries entries;
  return entries;
}

// What a station holds that was given the first runs of the record.
const JointRecord& holding(std::size_t runs) {
  static const std::vector<JointRecord> records = [] {
    std::vector<JointRecord> all;
    for (std::size_t count = 0; count <= sixty().record.runs().size(); ++count) {
      all.emplace_back(JointRecordOptions{});
      std::uint32_t next = 1;
      for (std::size_t at = 0; at < count; ++at) (void)all.back().offer(Run{sixty().record.runs()[at]}, next);
    }
    return all;
  }();
  return records[runs];
}

bool same(const Run& run, const std::vector<Entry>& entries) {
  return Run::encode(run.entries) == Run::encode(entries);
}

// Whether a reader with this record holds the entry that `ours` has there.
auto knowledge_of(const JointRecord& theirs, const JointRecord& ours) {
  return [&](ChainNumber number, Sequence sequence) {
    const Chain& chain = ours.chains().at(number);
    const auto same_chain = theirs.chains_of(chain.incarnation);
    return !same_chain.empty() && sequence <= same_chain.front()->head.sequence;
  };
}

void check_written(Input& in) {
  const auto& runs = sixty().record.runs();
  const std::size_t number = in.index(runs.size()), held = in.index(number + 1),
                    believed = in.index(held + 1);
  const StationKey sender = sixty().record.party(in.flag() ? "USA" : "CHN").station.key();
  const JointRecord &ours = holding(number + 1), &theirs = holding(held);
  const bool packs = in.flag();
  Packer packer;
  const BriefWriter writer{ours, knowledge_of(holding(believed), ours), sender, packs ? &packer : nullptr};
  const auto brief = writer.run(runs[number]);
  if (!brief) return;
  const BriefReader reader{theirs, sixty().record.line(), sender};
  const auto read = reader.run(*brief);
  OPENLINE_ASSERT(read && *read && same(**read, runs[number]));
  OPENLINE_ASSERT((*read)->signature_holds());
}

void check_read(Input& in) {
  const std::size_t held = in.index(sixty().record.runs().size() + 1);
  const StationKey sender = sixty().record.party(in.flag() ? "USA" : "CHN").station.key();
  const BriefReader reader{holding(held), sixty().record.line(), sender};
  const ByteView elements = in.rest();
  (void)line_of_brief(elements);
  if (const auto heads = reader.heads(elements); heads && *heads && (*heads)->signature_holds()) {
    OPENLINE_ASSERT(std::ranges::any_of(
        sixty().heads, [&](const auto& signed_heads) { return signed_heads.bytes == (*heads)->bytes; }));
  }
  if (const auto presence = reader.presence(elements); presence && *presence) {
    OPENLINE_ASSERT(!(*presence)->signature_holds());  // none was ever signed here
  }
  const auto read = reader.run(elements);
  if (!read || !*read) return;
  const Bytes whole = Run::encode((*read)->entries);
  const auto again = Run::decode(whole);
  OPENLINE_ASSERT(again && Run::encode(again->entries) == whole);
  if ((*read)->signature_holds()) {
    OPENLINE_ASSERT(
        std::ranges::any_of(sixty().record.runs(), [&](const auto& run) { return same(**read, run); }));
  }
}

}  // namespace

void run(ByteView input) {
  Input in(input);
  if (in.flag()) {
    check_read(in);
  } else {
    check_written(in);
  }
}

std::vector<Bytes> seeds() {
  std::vector<Bytes> all;
  Packer packer;
  const auto& runs = sixty().record.runs();
  for (std::size_t number = 0; number < runs.size(); number += 2) {
    all.push_back({0, static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number), 0, 1, 1});
    const StationKey sender = runs[number].front().header.author;
    const bool is_usa = sender == sixty().record.party("USA").station.key();
    const BriefWriter writer{holding(number + 1), knowledge_of(holding(number), holding(number + 1)), sender,
                             number % 4 == 0 ? &packer : nullptr};
    if (const auto brief = writer.run(runs[number])) {
      all.push_back({1, static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(is_usa)});
      append(all.back(), *brief);
    }
  }
  const BriefWriter writer{holding(runs.size()), [](ChainNumber, Sequence) { return true; },
                           sixty().record.party("CHN").station.key()};
  if (const auto heads = writer.heads(sixty().heads.front())) {
    all.push_back({1, static_cast<std::uint8_t>(runs.size()), 0});
    append(all.back(), *heads);
  }
  return all;
}

}  // namespace openline::fuzz
