// SPDX-License-Identifier: Apache-2.0
// Two exports at their common frontier (protocol.md section 12).
#include <map>

#include "core/record/export_parts.h"

namespace openline {
namespace {

using ChainName = std::pair<StationKey, Incarnation>;
using Frontier = std::map<ChainName, Sequence>;
using Entries = std::vector<const VerifiedEntry*>;

ChainName chain_of(const VerifiedEntry& entry) {
  return {entry.entry.header.author, entry.entry.header.incarnation};
}

Frontier frontier_of(const Verification& verification) {
  Frontier frontier;
  for (const VerifiedEntry& entry : verification.entries) {
    Sequence& newest = frontier[chain_of(entry)];
    newest = std::max(newest, entry.entry.header.sequence);
  }
  return frontier;
}

// Chain by chain the lower of both.
Frontier common_frontier(const Verification& first, const Verification& second) {
  const Frontier other = frontier_of(second);
  Frontier common;
  for (const auto& [chain, newest] : frontier_of(first)) {
    if (const auto at = other.find(chain); at != other.end()) common[chain] = std::min(newest, at->second);
  }
  return common;
}

// In canonical order still: a closed part of a record is ordered as the whole orders it.
Entries entries_up_to(const Verification& verification, const Frontier& frontier) {
  Entries entries;
  for (const VerifiedEntry& entry : verification.entries) {
    const auto newest = frontier.find(chain_of(entry));
    if (newest != frontier.end() && entry.entry.header.sequence <= newest->second) entries.push_back(&entry);
  }
  return entries;
}

std::string name_of(const VerifiedEntry& entry) { return entry_name(entry.author_code, entry.entry); }

std::string only_in(const char* which, const VerifiedEntry& entry) {
  return name_of(entry) + " is only in the " + which + " export.";
}

// The first entry, in canonical order, that one has and the other has not.
std::string difference_of(const Entries& first, const Entries& second) {
  std::map<EntryId, const VerifiedEntry*> in_first, in_second;
  std::map<std::pair<ChainName, Sequence>, const VerifiedEntry*> places;
  for (const VerifiedEntry* entry : first) in_first.emplace(entry->entry.id, entry);
  for (const VerifiedEntry* entry : second) {
    in_second.emplace(entry->entry.id, entry);
    places.emplace(std::pair(chain_of(*entry), entry->entry.header.sequence), entry);
  }
  for (const VerifiedEntry* entry : first) {
    if (in_second.contains(entry->entry.id)) continue;
    const auto other = places.find({chain_of(*entry), entry->entry.header.sequence});
    if (other == places.end() || in_first.contains(other->second->entry.id)) return only_in("first", *entry);
    return "The first export has " + name_of(*entry) + " where the second has " + name_of(*other->second) +
           ".";
  }
  for (const VerifiedEntry* entry : second) {
    if (!in_first.contains(entry->entry.id)) return only_in("second", *entry);
  }
  return {};
}

Hash digest_of(const Entries& entries) {
  HashStream stream;
  for (const VerifiedEntry* entry : entries) stream.add(entry->entry.id.view());
  return stream.hash_so_far();
}

}  // namespace

Comparison compare_exports(const Verification& first, const Verification& second) {
  Comparison result;
  for (const Verification* one : {&first, &second}) {
    const bool has_entries = one->holds() || !one->entries.empty();
    if (!one->head.agreements.empty() && has_entries) continue;
    result.difference =
        std::string("The ") + (one == &first ? "first" : "second") + " export does not verify.";
    return result;
  }
  if (first.head.line != second.head.line) {
    result.difference = "They are records of two different lines.";
    return result;
  }
  const Frontier frontier = common_frontier(first, second);
  const Entries a = entries_up_to(first, frontier), b = entries_up_to(second, frontier);
  result.common = a.size();
  result.digest = digest_of(a);
  result.only_first = first.entries.size() - a.size();
  result.only_second = second.entries.size() - b.size();
  result.difference = difference_of(a, b);
  if (result.difference.empty() && result.digest != digest_of(b)) {
    result.difference = "They have the same entries in another order.";
  }
  result.identical = result.difference.empty();
  return result;
}

}  // namespace openline
