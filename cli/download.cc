// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <ostream>

#include "cli/files.h"
#include "cli/json_text.h"
#include "cli/record.h"
#include "core/record/attachment_tree.h"
#include "core/record/publication.h"

namespace openline::cli {
namespace {

// The tree hash of a file whose bytes come in pieces of any size.
class TreeHash {
 public:
  void add(std::string_view piece) {
    size_ += piece.size();
    while (!piece.empty()) {
      const std::size_t room = kAttachmentChunk - chunk_.size();
      const std::string_view part = piece.substr(0, room);
      append(chunk_, view_of(part));
      piece.remove_prefix(part.size());
      if (chunk_.size() == kAttachmentChunk) end_chunk();
    }
  }
  [[nodiscard]] Hash finish() {
    if (!chunk_.empty()) end_chunk();
    return attachment_tree(size_, leaves_);
  }

 private:
  void end_chunk() {
    leaves_.push_back(attachment_leaf(chunk_));
    chunk_.clear();
  }
  std::uint64_t size_ = 0;
  Bytes chunk_;
  std::vector<Hash> leaves_;
};

Outcome<void> report(Terminal& terminal, const std::string& what, const std::string& output,
                     std::uint64_t size) {
  if (terminal.json) {
    terminal.out << json_object({{"file", output}, {"size", static_cast<std::int64_t>(size)}}) << '\n';
  } else {
    terminal.out << fmt::format("{} is in {}, {} bytes.\n", what, output, size);
  }
  return {};
}

}  // namespace

Outcome<void> export_line(Terminal& terminal, const StationApi& api, const std::string& line,
                          const std::string& output) {
  auto file = WholeFile::open(output);
  if (!file) return failed(file.error());
  std::uint64_t size = 0;
  auto done = api.download_export(line, [&](std::string_view piece) {
    size += piece.size();
    return file->add(piece);
  });
  if (!done) return done;
  if (auto kept = file->finish(); !kept) return kept;
  return report(terminal, "The record of " + line, output, size);
}

Outcome<void> publish(Terminal& terminal, const StationApi& api, const std::string& line,
                      const std::string& readout, const std::string& output) {
  Bytes record;
  auto done = api.download_export(line, [&](std::string_view piece) -> Outcome<void> {
    const ByteView bytes = view_of(piece);
    record.insert(record.end(), bytes.begin(), bytes.end());
    return {};
  });
  if (!done) return done;
  // Its own station's word is enough to cut a part out of it: whoever reads the part checks it.
  std::vector<Fingerprint> roots;
  const Verification claimed = verify_export(record, {}, 1);
  if (!claimed.head.agreements.empty()) {
    for (const Member& member : claimed.head.agreements.front().agreement.members)
      roots.push_back(member.party);
  }
  const Verification whole = verify_export(record, roots);
  if (!whole.holds())
    return failed(ExitCode::kRefused, "the station's record does not verify: " + whole.problems.front());
  std::vector<const Entry*> entries;
  for (const VerifiedEntry& one : whole.entries) entries.push_back(&one.entry);
  const auto published = publish_readout(whole.head, entries, readout);
  if (!published) return failed(ExitCode::kNotFound, published.error().message);
  auto file = WholeFile::open(output);
  if (!file) return failed(file.error());
  if (auto added = file->add(text_of(*published)); !added) return added;
  if (auto kept = file->finish(); !kept) return kept;
  return report(terminal, "The readout " + readout, output, published->size());
}

Outcome<void> fetch_attachment(Terminal& terminal, const StationApi& api, const std::string& hash,
                               const std::string& output) {
  const auto wanted = from_hex(hash);
  if (!wanted || wanted->size() != Hash::kSize) {
    return failed(ExitCode::kUsage, fmt::format("{}: an attachment's hash has 64 hexadecimal digits", hash));
  }
  auto file = WholeFile::open(output);
  if (!file) return failed(file.error());
  TreeHash tree;
  std::uint64_t size = 0;
  auto done = api.download_attachment(hash, [&](std::string_view piece) {
    size += piece.size();
    tree.add(piece);
    return file->add(piece);
  });
  if (!done) return done;
  if (tree.finish() != *Hash::from(*wanted)) {
    return failed(
        ExitCode::kRefused,
        fmt::format("{}: what the station gave is not the file that was sent; it was not kept", hash));
  }
  if (auto kept = file->finish(); !kept) return kept;
  return report(terminal, "The file", output, size);
}

}  // namespace openline::cli
