// SPDX-License-Identifier: Apache-2.0
// Attached files: asked for part by part, each checked against its leaf before it is kept.
#include <algorithm>

#include "core/record/attachment_tree.h"
#include "core/station/state.h"

namespace openline {
namespace {

constexpr std::size_t kPartsAsked = 16;     // of a peer, at once
constexpr std::size_t kMaxWriting = 64;     // parts of a file that wait for the disk
constexpr std::size_t kMaxWanted = 256;     // files; more are fetched when these are done
constexpr std::size_t kMaxPartReads = 256;  // for peers, at once: beyond it they ask again
constexpr std::size_t kMaxParts = 32;  // that are read for a peer or on their way to it; beyond it: again
static_assert(kMaxParts >= kPartsAsked);

Bytes wanted_row(const Wanted& wanted) {
  cbor::Encoder out;
  out.array(3).bytes(wanted.line.view()).number(wanted.size).bytes(wanted.author.view());
  return out.take();
}

}  // namespace

void Station::State::want(LineState& line, const AttachmentRef& attachment, const StationKey& author) {
  if (attachment.size > kMaxAttachment || wanted.contains(attachment.hash) || wanted.size() >= kMaxWanted)
    return;
  Wanted fresh;
  fresh.line = line.id;
  fresh.attachment = attachment.hash;
  fresh.size = attachment.size;
  fresh.author = author;
  fresh.look_first = true;  // the same file may be here from another message
  turn.put_state(row_key("want", attachment.hash.hex()), wanted_row(fresh));
  wanted.emplace(attachment.hash, std::move(fresh));
  wanted_changed = true;
}

std::optional<StationKey> Station::State::holder_of(const Wanted& file) const {
  const auto line = lines.find(file.line);
  if (line == lines.end()) return std::nullopt;
  if (is_open(file.author) && !file.without.contains(file.author)) return file.author;
  if (!line->second->attested()) return std::nullopt;
  for (const auto& [peer, share] : line->second->shares) {
    if (is_open(peer) && !file.without.contains(peer)) return peer;
  }
  return std::nullopt;
}

void Station::State::ask_part(Wanted& file, std::uint64_t part, Now now) {
  file.asked.insert(part);
  file.asked_of.reset();
  if (file.look_first) {
    const std::uint64_t read = next_read++;
    part_reads[read] = {file.line, file.attachment, part, std::nullopt};
    return emit({ReadPart{read, file.attachment, part}});
  }
  const std::optional<StationKey> holder = holder_of(file);
  if (!holder) {
    file.asked.erase(part);
    return;
  }
  file.asked_of = holder;
  links.send(*holder, encode_message(AttachmentRequest{file.line, file.attachment, part}), {}, now);
}

void Station::State::fetch(Wanted& file, Now now) {
  const std::size_t parts = attachment_chunks(file.size) + 1;
  // On a slow path a part takes its time: who has it on its way to us does not send it twice.
  if (!file.asked.empty() && now.monotonic - file.asked_at > file.patience) {
    file.forget_asked();
    file.patience = std::min(file.patience * 2, Wanted::kMaxPatience);
  }
  file.asked_at = now.monotonic;
  if (file.leaves.empty() && file.look_first) {
    if (!file.has(0)) ask_part(file, 0, now);
    return;
  }
  const auto holder = file.look_first ? std::nullopt : holder_of(file);
  std::size_t asked = holder ? asked_of(*holder) : file.asked.size();
  for (; asked < kPartsAsked && file.writing.size() < kMaxWriting && file.next_part < parts;
       ++file.next_part) {
    if (file.has(file.next_part)) continue;
    ask_part(file, file.next_part, now);
    if (!file.has(file.next_part)) return;  // nobody to ask
    ++asked;
  }
}

void Station::State::fetch_more(Now now) {
  for (auto& [hash, file] : wanted) {
    if (file.asked.empty()) fetch(file, now);
  }
}

std::size_t Station::State::asked_of(const StationKey& peer) const {
  std::size_t count = 0;
  for (const auto& [hash, file] : wanted) {
    if (file.asked_of == peer) count += file.asked.size() + file.early.size();
  }
  return count;
}

void Station::State::take_part(Wanted& file, std::uint64_t part, Bytes bytes, bool ours) {
  if (file.held.contains(part) || file.writing.contains(part) || part > attachment_chunks(file.size)) return;
  if (part != 0 && file.leaves.empty()) {
    file.asked.erase(part);
    file.early.insert_or_assign(part, std::move(bytes));
    return;
  }
  if (part == 0) {
    Result<std::vector<Hash>> leaves = read_attachment_leaves(bytes, file.size, file.attachment);
    if (!leaves) {
      ++refused_objects;
      return;
    }
    file.leaves = std::move(*leaves);
  } else if (file.leaves.size() < part || attachment_leaf(bytes) != file.leaves[part - 1]) {
    ++refused_objects;
    return;
  }
  file.asked.erase(part);
  if (ours && part != 0) {
    file.held.insert(part);
    return;
  }
  file.writing.insert(part);
  const std::uint64_t write = next_read++;
  part_writes[write] = {file.line, file.attachment, part, std::nullopt};
  emit({WritePart{write, file.attachment, file.size, part, std::move(bytes)}});
  if (part != 0) return;
  for (auto& [before, early] : std::exchange(file.early, {}))
    take_part(file, before, std::move(early), false);
}

void Station::State::receive(const StationKey& peer, AttachmentRequest& request, bool confirmed, Now) {
  // Whoever names the hash has read the entry that carries it: a hash of 256 bits is not guessed.
  if (!confirmed || line_shared_with(request.line, peer) == nullptr || part_reads.size() >= kMaxPartReads)
    return;
  if (gives_already(peer, request.attachment, request.part)) return;
  const std::uint64_t read = next_read++;
  part_reads[read] = {request.line, request.attachment, request.part, peer};
  emit({ReadPart{read, request.attachment, request.part}});
}

// Or it has so much on its way that it has to ask again.
bool Station::State::gives_already(const StationKey& peer, const Hash& attachment, std::uint64_t part) const {
  std::size_t count = 0;
  for (const SentPart& sent : sent_parts) {
    if (sent.peer != peer) continue;
    if (++count >= kMaxParts || (sent.attachment == attachment && sent.part == part)) return true;
  }
  for (const auto& [read, asked] : part_reads) {
    if (asked.peer != peer) continue;
    if (++count >= kMaxParts || (asked.attachment == attachment && asked.part == part)) return true;
  }
  return false;
}

void Station::State::receive(const StationKey& peer, AttachmentData& data, bool confirmed, Now now) {
  const auto found = wanted.find(data.attachment);
  if (!confirmed || found == wanted.end() || line_shared_with(data.line, peer) == nullptr) return;
  if (!found->second.asked.contains(data.part)) return;
  found->second.asked_at = now.monotonic;
  found->second.patience = Wanted::kFirstPatience;
  take_part(found->second, data.part, std::move(data.bytes), false);
  fetch(found->second, now);
  if (found->second.asked.empty()) fetch_more(now);
}

void Station::State::receive(const StationKey& peer, AttachmentMissing& missing, bool confirmed, Now now) {
  const auto found = wanted.find(missing.attachment);
  if (!confirmed || found == wanted.end()) return;
  found->second.without.insert(peer);
  found->second.forget_asked();
  fetch(found->second, now);
}

void Station::State::part_read(PartRead answer, Now now) {
  const auto asked = part_reads.find(answer.read);
  OPENLINE_ASSERT(asked != part_reads.end());
  const PartFor part = asked->second;
  part_reads.erase(asked);
  if (part.peer) {
    if (!answer.bytes) {
      links.send(*part.peer, encode_message(AttachmentMissing{part.line, part.attachment}), {}, now);
    } else {
      const auto object = links.send(
          *part.peer,
          encode_message(AttachmentData{part.line, part.attachment, part.part, std::move(*answer.bytes)}),
          {.bulk = true}, now);
      if (object) sent_parts.push_back({*part.peer, part.attachment, part.part, *object});
      remember_cargo(*part.peer, object, FileCargo{part.line, part.attachment, part.part});
    }
    return;
  }
  const auto found = wanted.find(part.attachment);
  if (found == wanted.end()) return;
  Wanted& file = found->second;
  file.asked.erase(part.part);
  if (answer.bytes) {
    file.asked.insert(part.part);
    take_part(file, part.part, std::move(*answer.bytes), true);
  } else {
    file.look_first = false;
    if (part.part < file.next_part) file.next_part = part.part;
  }
  fetch(file, now);
}

void Station::State::part_written(PartWritten answer, Now now) {
  const auto asked = part_writes.find(answer.write);
  OPENLINE_ASSERT(asked != part_writes.end());
  const PartFor part = asked->second;
  part_writes.erase(asked);
  const auto found = wanted.find(part.attachment);
  if (found == wanted.end()) return;
  Wanted& file = found->second;
  file.writing.erase(part.part);
  if (answer.failure) {
    store_problem = "an attached file cannot be kept: " + *answer.failure;
    file.next_part = std::min(file.next_part, part.part);
    return status_changed(file.line);
  }
  file.held.insert(part.part);
  file.pace.came(now.monotonic);
  if (answer.complete) {
    const LineId line = file.line;
    turn.erase_state(row_key("want", part.attachment.hex()));
    wanted.erase(found);
    after_commit(Output{StatusChanged{line}}, now);
    return fetch_more(now);
  }
  fetch(file, now);
}

}  // namespace openline
