# SPDX-License-Identifier: Apache-2.0
"""Bugs to plant: each is one place of the code, what stands there, and what stands there instead."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    before: str
    after: str


MUTANTS = (
    Mutant("acknowledge before the commit", "core/station/turn.h",
           "    if (!changes_.empty() || !rows_.empty()) {\n      effects_.push_back(std::move(effect));\n      return true;",
           "    if (!changes_.empty() || !rows_.empty()) {\n      return false;"),
    Mutant("take a replayed packet", "core/crypto/transport.cc",
           "  if (window != windows_.end() && !window->second.is_fresh(head->number))\n    return fail(\"packet is a replay\", 6);\n",
           ""),
    Mutant("remember nothing of who answered a first message", "core/link/tentative_sessions.cc",
           "ephemerals_.push_back(", "if (false) ephemerals_.push_back("),
    Mutant("forget a peer's heads at a restart", "core/station/receiving.cc",
           '  turn.put_state(row_key("heads", number_key(line->group) + "/" + heads.signer.hex()), heads.encode());\n',
           ""),
    Mutant("say a head over a gap", "core/record/joint_record.cc",
           "    if (!parents_held(run, known)) return Offered::Outcome::kHeld;\n", ""),
    Mutant("append what does not follow the head", "core/record/joint_record.cc",
           "    if (before != chain->head.id) continue;\n", "    (void)before;\n"),
    Mutant("take a statement of an equal counter", "core/line/desk.cc",
           "if (presence.counter <= counter_) return false;", "if (presence.counter < counter_) return false;"),
    Mutant("take a locator of an equal counter", "core/station/parties.cc",
           "held->second.locator.counter >= locator.locator.counter", "held->second.locator.counter > locator.locator.counter"),
    Mutant("give a FLASH no priority", "core/link/object_sender.cc",
           "return how.bulk ? Rank::kBulk : static_cast<Rank>(static_cast<std::uint8_t>(how.precedence) + 1);",
           "return how.bulk ? Rank::kBulk : Rank::kRoutine;"),
    Mutant("serve the less urgent first", "core/link/send_queue.cc",
           "std::optional<Rank> SendQueue::rank() const {\n  for (std::size_t at = kRanks; at > 0; --at) {",
           "std::optional<Rank> SendQueue::rank() const {\n  for (std::size_t at = 1; at <= kRanks; ++at) {"),
    Mutant("trust the far side's clock for its lease", "core/line/desk.cc",
           "  until_ = now.monotonic + presence.lease;",
           "  until_ = now.monotonic + presence.lease +\n"
           "           (WallTime(Milliseconds{static_cast<std::int64_t>(presence.counter)}) - now.wall);"),
    Mutant("take a first message of any epoch for confirmed", "core/link/link_handshake.cc",
           "confirmed || known_epoch}", "confirmed || known_epoch || payload.epoch != epoch_}"),
    Mutant("take a run whose signature does not hold", "core/station/receiving.cc",
           "? run.signature_holds()", "? run.entries.back().signature.has_value()"),
    Mutant("take heads whose signature does not hold", "core/station/receiving.cc",
           "(line->attested() ? heads.signature_holds() : heads.signer == peer)",
           "(line->attested() || heads.signer == peer)"),
    Mutant("give an object out twice", "core/link/object_receiver.cc",
           "  finished_.add({id.value, id.value + 1});\n", ""),
    Mutant("acknowledge a packet that was not kept", "core/link/link_receive.cc",
           "if (!session || !kept) return;", "if (!session) return;"),
    Mutant("not send again what was lost", "core/link/link_receive.cc",
           "    for (const Carried& carried : packet.carried) sender_.lost(path.id, carried);\n", ""),
    Mutant("count a repair twice", "core/link/object_receiver.cc",
           "if (!agrees || known) return {};", "if (!agrees || (known && object.repairs.empty())) return {};"),
    Mutant("say nothing of two histories", "core/station/receiving.cc",
           "  note_forks(line, offered);\n", ""),
    Mutant("answer who does not know our key", "core/link/switchboard.cc",
           "    if (mac1_holds(board.own_keys[at].key, before_mac1, mac1)) return at;\n",
           "    if (mac1_holds(board.own_keys[at].key, before_mac1, mac1) || at + 1 > 0) return at;\n"),
    Mutant("reflect what a stranger asks for", "core/link/address_validation.h",
           "kAmplification = 3;", "kAmplification = 300;"),
    Mutant("show a dead path as up", "core/link/path_health.cc",
           "return now >= check_due(pace) && become(PathState::kDown, now);",
           "return now >= check_due(pace) + std::chrono::hours(9999) && become(PathState::kDown, now);"),
    Mutant("open a line that one side signed", "core/station/agreeing.cc",
           "proposal == nullptr || !missing_from(proposal->agreement, parties).empty()", "proposal == nullptr"),
    Mutant("keep a part of a file unchecked", "core/station/fetching.cc",
           "file.leaves.size() < part || attachment_leaf(bytes) != file.leaves[part - 1]", "file.leaves.size() < part"),
    Mutant("send a FLASH by one path only", "core/link/object_sender.cc",
           "  for (auto& [path, lane] : lanes_) {\n    added.by_lane[path]",
           "  for (auto& [path, lane] : lanes_) {\n    if (path != lanes_.begin()->first) continue;\n    added.by_lane[path]"),
    Mutant("verify a file that was changed", "core/record/export_verify.cc",
           "if (manifest.hash != hash_of(file.first(at))) {", "if (manifest.hash != hash_of(file.first(at)) && manifest.hash == Hash{}) {"),
    Mutant("never say that nobody answered", "core/station/contacting.cc",
           "item->deadline <= line_now(now).monotonic", "item->deadline == MonotonicTime{}"),
    Mutant("write on in an old incarnation after a restore", "core/station/receiving.cc",
           "  if (unknown && !line->stopped) {", "  if (unknown && !line->stopped && line->entries > 1000000) {"),
)
