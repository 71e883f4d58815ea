// SPDX-License-Identifier: Apache-2.0
#include "core/station/station.h"

#include <algorithm>

#include "core/station/state.h"

namespace openline {
namespace {

LinkOptions checked(const LinkOptions& options) { return options; }

}  // namespace

Station::State::State(StationOptions with, StationIdentity who, std::vector<LocalPath> paths, RandomSeed seed)
    : options(std::move(with)),
      identity(std::move(who)),
      random(std::move(seed)),
      signing(identity.station_seed),
      own_party(identity.own_card.cards.fingerprint()),
      own_code(identity.own_card.cards.newest().code),
      incarnation(random.draw<Incarnation>()),
      links(checked(options.link), std::move(paths), random.draw_secret<RandomSeed>()) {}

Station::Station(std::unique_ptr<State> state) : state_(std::move(state)) {}
Station::~Station() = default;
Station::Station(Station&&) noexcept = default;
Station& Station::operator=(Station&&) noexcept = default;

Result<Station> Station::start(StationOptions options, StationIdentity identity, std::vector<LocalPath> paths,
                               std::vector<StateRow> rows, RandomSeed seed, Now now) {
  auto state =
      std::make_unique<State>(std::move(options), std::move(identity), std::move(paths), std::move(seed));
  const CardStation* on_card = state->identity.own_card.cards.newest().station(state->signing.key());
  if (on_card == nullptr) return fail("the station's signing key is not on its party's card");
  if (on_card->revoked) return fail("this station is revoked on its party's newest card");
  const Result<Party*> own = state->parties.accept(state->identity.own_card.cards);
  if (!own) return fail(own.error());
  const Result<void> restored = state->restore(std::move(rows), now);
  if (!restored) return fail(restored.error());
  return Station(std::move(state));
}

void Station::receive(PathIndex path, const Address& from, ByteView packet, Now now) {
  state_->last_now = now.monotonic;
  state_->links.receive(path, from, packet, now);
  state_->take_events(now);
}

void Station::command(std::uint64_t request, Command command, Now now) {
  state_->last_now = now.monotonic;
  state_->command(request, std::move(command), now);
}

void Station::runs_read(RunsRead answer, Now now) { state_->runs_read(std::move(answer), now); }
void Station::part_read(PartRead answer, Now now) { state_->part_read(std::move(answer), now); }
void Station::part_written(PartWritten answer, Now now) { state_->part_written(std::move(answer), now); }

void Station::set_path_usable(PathIndex path, bool usable, Now now) {
  state_->links.set_path_usable(path, usable, now);
  state_->take_events(now);
}

void Station::packet_refused(PathIndex path, const Address& to, std::size_t size, Now now) {
  state_->links.packet_refused(path, to, size, now);
}

void Station::run_timers(Now now) { state_->run_timers(now); }
MonotonicTime Station::next_timeout() const { return state_->next_timeout(); }

std::optional<Batch> Station::take_batch(Now now) {
  state_->links.start_turn();
  return state_->take_batch(now);
}
void Station::committed(std::uint64_t commit, Now now) { state_->committed(commit, now); }
void Station::commit_failed(std::uint64_t commit, std::string reason, Now now) {
  state_->commit_failed(commit, std::move(reason), now);
}

std::vector<Output> Station::take_outputs() { return std::exchange(state_->outputs, {}); }

std::optional<OutgoingPacket> Station::next_packet(PathIndex path, std::size_t max_size, Now now) {
  return state_->links.next_packet(path, max_size, now);
}

void Station::stop(std::string reason, Now now) { state_->links.close(std::move(reason), now); }
StationStatus Station::status(Now now) const { return state_->status(now); }
std::vector<const Matter*> Station::matters(const LineId& line) const { return state_->matters(line); }
std::vector<ContactReport> Station::contacts(const LineId& line) const { return state_->contacts(line); }

std::optional<LineForExport> Station::for_export(const LineId& line) const {
  return state_->for_export(line);
}
const StationKeyPair& Station::signing_key() const { return state_->signing; }
void Station::check_invariants() const { state_->check_invariants(); }
void Station::check_chains() const { state_->check_chains(); }

void Station::State::check_invariants() const {
  links.check_invariants();
  for (const auto& [id, line] : lines) {
    OPENLINE_ASSERT(line->id == id && line->unsealed.size() < kMaxRun);
    OPENLINE_ASSERT(line->attested() ||
                    std::none_of(line->peer_heads.begin(), line->peer_heads.end(),
                                 [](const auto& item) { return item.second.signature.has_value(); }));
    for (const auto& [peer, share] : line->shares) OPENLINE_ASSERT(peer != signing.key());
  }
}

void Station::State::check_chains() const {
  for (const auto& [id, line] : lines) {
    line->record.check_invariants();
    for (const auto& [peer, share] : line->shares) share.check_invariants(line->record);
  }
}

}  // namespace openline
