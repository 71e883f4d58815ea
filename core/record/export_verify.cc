// SPDX-License-Identifier: Apache-2.0
// What an export must show as a whole (protocol.md section 12).
#include "core/crypto/hash.h"
#include "core/record/entry_graph.h"
#include "core/record/entry_labels.h"
#include "core/record/export_reader.h"

namespace openline {
namespace {

using MemberSet = std::uint64_t;  // an agreement has at most 64 members
static_assert(sizeof(MemberSet) * 8 == 64);

EntryGraph graph_of(const std::vector<Entry>& entries) {
  std::vector<const Entry*> pointers;
  pointers.reserve(entries.size());
  for (const Entry& entry : entries) pointers.push_back(&entry);
  return EntryGraph(std::move(pointers));
}

class RecordCheck {
 public:
  RecordCheck(const ReadExport& read, const Stations& stations, Problems& problems)
      : read_(read),
        stations_(stations),
        problems_(problems),
        graph_(graph_of(read.entries)),
        order_(canonical_order(graph_)),
        stored_by_(graph_.size()),
        in_manifest_(graph_.size()) {}

  void run() {
    check_unique();
    check_parents();
    if (connected_) check_order();
    check_heads();
    if (read_.manifest) check_manifest_heads();
    spread_to_ancestors();
    if (read_.manifest) check_completeness();
  }

  [[nodiscard]] const EntryGraph& graph() const { return graph_; }
  [[nodiscard]] const std::vector<std::size_t>& order() const { return order_; }
  [[nodiscard]] std::vector<std::string> stored_by(std::size_t index) const {
    std::vector<std::string> codes;
    const auto author = stations_.member_of(graph_.entry(index).header.author);
    for (std::size_t member = 0; member < stations_.members(); ++member) {
      if (member != author && (stored_by_[index] >> member & 1) != 0) codes.push_back(stations_.code(member));
    }
    return codes;
  }

 private:
  [[nodiscard]] std::string name(std::size_t index) const { return read_.name(index, stations_); }

  void check_unique() {
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      const auto first = graph_.find(graph_.entry(i).id);
      if (first && *first != i) {
        connected_ = false;
        problems_.add(name(i) + ", is in the file twice: it is entry " + std::to_string(*first + 1) +
                      " too.");
      }
    }
  }

  void check_parents() {
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      const auto& citation = graph_.citation(i);
      if (citation.missing || citation.wrong_previous) connected_ = false;
      if (citation.missing) {
        problems_.add(name(i) + ", stands on an entry that is not in the file: " + citation.missing->hex() +
                      ".");
      }
      if (citation.wrong_previous) {
        problems_.add(name(i) + ", names a previous entry that is not the one before it in its chain.");
      }
    }
  }

  void check_order() {
    std::vector<std::size_t> rank(graph_.size());
    for (std::size_t at = 0; at < order_.size(); ++at) rank[order_[at]] = at;
    for (std::size_t i = 1; i < read_.runs.size(); ++i) {
      const std::size_t last = read_.runs[i].first + read_.runs[i].count - 1;
      const std::size_t before = read_.runs[i].first - 1;
      if (rank[last] < rank[before]) {
        problems_.add(name(last) + ", is out of order: its place is before " + name(before) + ".",
                      read_.runs[i].offset);
      }
    }
  }

  [[nodiscard]] std::string head_name(const Head& head) const {
    return stations_.code_of(head.author) + " " + std::to_string(head.position.sequence.value) + " (" +
           short_id(head.position.id) + ")";
  }

  // Marks what the heads name; a head that names nothing here is a problem.
  template <class Mark>
  void follow_heads(const std::string& whose, const std::vector<Head>& heads, std::size_t offset, Mark mark) {
    for (const Head& head : heads) {
      if (const auto index = graph_.find(head)) {
        mark(*index);
      } else {
        problems_.add(whose + " name " + head_name(head) + ", which is not in the file", offset);
      }
    }
  }

  void mark_stored(const StationKey& signer, std::size_t index) {
    if (const auto member = stations_.member_of(signer)) stored_by_[index] |= MemberSet{1} << *member;
  }

  void check_heads() {
    for (const ReadExport::HeadsPlace& place : read_.heads) {
      follow_heads("The heads of " + stations_.code_of(place.heads.signer), place.heads.statement.heads,
                   place.offset, [&](std::size_t index) { mark_stored(place.heads.signer, index); });
    }
  }

  void check_manifest_heads() {
    const Manifest& manifest = *read_.manifest;
    follow_heads("The manifest's heads", manifest.heads, read_.manifest_offset, [&](std::size_t index) {
      mark_stored(manifest.exporter, index);
      in_manifest_[index] = true;
    });
  }

  void spread_to_ancestors() {
    for (std::size_t left = order_.size(); left > 0; --left) {
      const std::size_t index = order_[left - 1];
      for (const std::size_t parent : graph_.parents(index)) {
        stored_by_[parent] |= stored_by_[index];
        if (in_manifest_[index]) in_manifest_[parent] = true;
      }
    }
  }

  void check_completeness() {
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (!in_manifest_[i]) problems_.add(name(i) + ", is not covered by the manifest's heads.");
    }
  }

  const ReadExport& read_;
  const Stations& stations_;
  Problems& problems_;
  EntryGraph graph_;
  std::vector<std::size_t> order_;
  std::vector<MemberSet> stored_by_;
  std::vector<bool> in_manifest_;
  bool connected_ = true;  // each entry once, with all its parents: only then the order says something
};

void check_manifest(ByteView file, const ReadExport& read, const Stations& stations, Problems& problems) {
  const Manifest& manifest = *read.manifest;
  const std::size_t at = read.manifest_offset;
  if (!stations.member_of(manifest.exporter)) problems.add("The exporter is on no card of a member", at);
  if (read.attested) {
    const Bytes payload = manifest.signed_bytes();
    const bool holds =
        manifest.signature &&
        verify(manifest.exporter, {kExportLabel, read.head.line, payload}, *manifest.signature);
    if (!holds) problems.add("The manifest's signature is missing or does not verify", at);
  } else if (manifest.signature) {
    problems.add("The manifest is signed, in a deniable record", at);
  }
  if (manifest.entries != read.entries.size()) {
    problems.add("The manifest counts " + std::to_string(manifest.entries) + " entries, the file has " +
                     std::to_string(read.entries.size()),
                 at);
  }
  if (manifest.hash != hash_of(file.first(at))) {
    problems.add("The file was changed after its manifest was made: the hash differs", at);
  }
}

void describe(ReadExport& read, const RecordCheck& check, const Stations& stations, Verification& result) {
  auto labels = labels_of(check.graph(), read.head);
  result.forks = forks_of(check.graph(), stations, read.attested);
  for (const std::size_t index : check.order()) {
    const std::string code = stations.code_of(read.entries[index].header.author);
    result.entries.push_back({{}, code, read.attested, check.stored_by(index), std::move(labels[index])});
  }
  // Only now: the graph borrows the entries.
  for (std::size_t at = 0; at < check.order().size(); ++at) {
    result.entries[at].entry = std::move(read.entries[check.order()[at]]);
  }
}

}  // namespace

Verification verify_export(ByteView file, const std::vector<Fingerprint>& roots, std::size_t most_problems) {
  Problems problems(most_problems);
  Verification result;
  ReadExport read = read_export(file, roots, problems);
  if (read.head.agreements.empty()) {
    result.problems = problems.take();
    return result;
  }
  const Stations stations(read.head);
  result.attested = read.attested;
  // A party can put another's station on its own card, and then have what that one wrote counted as its own.
  for (const std::string& words : stations.shared()) problems.add(words);
  // A run that does not hold makes everything that names it seem missing: that would hide what is wrong.
  if (read.runs_hold && !problems.full()) {
    RecordCheck check(read, stations, problems);
    check.run();
    describe(read, check, stations, result);
  }
  if (read.manifest && !problems.full()) check_manifest(file, read, stations, problems);
  if (read.manifest) {
    result.exporter_code = stations.code_of(read.manifest->exporter);
    result.exported_at = read.manifest->time;
    result.exporter_heads = std::move(read.manifest->heads);
  }
  for (ReadExport::HeadsPlace& place : read.heads) result.heads.push_back(std::move(place.heads));
  result.head = std::move(read.head);
  result.problems = problems.take();
  return result;
}

}  // namespace openline
