// SPDX-License-Identifier: Apache-2.0
// A station: inputs in, changes and outputs out. It puts line, record and link together.
//
// The turn. The caller gives every input that is ready, then asks `take_batch`. While that batch is being
// committed it may go on giving inputs; their changes wait for the next batch. `committed` releases what
// waited for that batch: replies, events, and objects for the link. Packets, acknowledgements of packets and
// heartbeats wait for nothing. Nothing is shown, receipted or sent as an entry before it is durable. A crash
// between any two calls loses nothing acknowledged.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/link/switchboard.h"
#include "core/station/commands.h"
#include "core/station/status.h"
#include "core/station/store_changes.h"

namespace openline {

struct StationOptions {
  LinkOptions link;
  Seconds presence_lease{90};       // an attending terminal renews at half of it
  Milliseconds heads_interval{20};  // heads of a line go out at most this often
  Seconds own_heads_delay{30};      // heads that changed by own entries alone: these say so themselves
  Milliseconds relay_delay{2000};   // before another's entries are passed on (section 10)
  Seconds resend_after{10};         // heads that do not advance
  std::size_t max_held = 1024;      // entries above a gap, a line
  std::size_t max_branches = 8;     // an author, a line
  std::size_t max_lines = 256;
  std::size_t max_open_items = 10000;  // a line, each direction; beyond it new texts of our own are refused
  std::size_t send_ahead = 256 << 10;  // bytes queued a peer before record is read from the store
  std::size_t max_uncommitted =
      8 << 20;  // bytes of changes waiting for the store: beyond it nothing new is taken
  Seconds session_key_life{7 * 24 * 3600};
  Seconds kept_session_keys{30 * 24 * 3600};
  bool demo_clock = false;             // JumpClock is allowed; status says so
  std::optional<WallTime> demo_start;  // with demo_clock: what the lines' wall clock says at the start
  std::string software = "openline";
};

// What the station is, from its folder: not in the store.
struct StationIdentity {
  SigningSeed station_seed;
  CardFile own_card;                      // its newest card lists this station
  std::vector<LocatorAddress> addresses;  // announced in the locator
  // `openline init` signs a first locator into the card file, so that cards can be exchanged before either
  // station has run. This is the secret of its session key (`session.key` in the folder), and must be the
  // first session key of a station whose rows hold none: peers know no other. Ignored later. The daemon
  // erases the file after the first commit, so that a thief of the disk cannot read early data once keys have
  // rotated.
  std::optional<SessionSecret> first_session;
};

// After commit: something on a line, or about one, that clients follow.
struct EntryAdded {
  LineId line;
  Serial serial;
  Entry entry;
  bool own = false;
  bool closed = true;  // false: "earlier entries on the way"
};
struct StatusChanged {  // lamps, presence, agreements, paths: read `status` again
  std::optional<LineId> line;
};
struct Output {
  std::variant<Reply, EntryAdded, StatusChanged, ReadRuns, ReadPart, WritePart> what;
};

class Station {
 public:
  // `rows` are all derived rows of the store (none for a new station). An error says what in them is damaged:
  // the station does not start on a store that it cannot trust.
  [[nodiscard]] static Result<Station> start(StationOptions options, StationIdentity identity,
                                             std::vector<LocalPath> paths, std::vector<StateRow> rows,
                                             RandomSeed seed, Now now);
  ~Station();
  Station(Station&&) noexcept;
  Station& operator=(Station&&) noexcept;

  // Inputs.
  void receive(PathIndex path, const Address& from, ByteView packet, Now now);
  void command(std::uint64_t request, Command command, Now now);
  void runs_read(RunsRead answer, Now now);
  void part_read(PartRead answer, Now now);
  void part_written(PartWritten answer, Now now);
  void set_path_usable(PathIndex path, bool usable, Now now);
  void packet_refused(PathIndex path, const Address& to, std::size_t size, Now now);
  void run_timers(Now now);
  [[nodiscard]] MonotonicTime next_timeout() const;

  // The turn. `take_batch` gives the changes so far unless a batch is in flight or there are none. After a
  // failed commit the same batch is given again by the caller (it keeps it); meanwhile `commit_failed` says
  // why, for the status.
  [[nodiscard]] std::optional<Batch> take_batch(Now now);
  void committed(std::uint64_t commit, Now now);
  void commit_failed(std::uint64_t commit, std::string reason, Now now);

  // Outputs.
  [[nodiscard]] std::vector<Output> take_outputs();
  [[nodiscard]] std::optional<OutgoingPacket> next_packet(PathIndex path, std::size_t max_size, Now now);

  // Says goodbye on every link; the caller goes on sending packets for a moment.
  void stop(std::string reason, Now now);

  [[nodiscard]] StationStatus status(Now now) const;
  // What an export of a line needs beside its entries (section 12). nullopt: no such line.
  // Of a line, the newest last. What it points to holds until the station's next step.
  [[nodiscard]] std::vector<ContactReport> contacts(const LineId& line) const;
  // Requests for contact, visits, calls and readouts that are followed, oldest first.
  [[nodiscard]] std::vector<const Matter*> matters(const LineId& line) const;
  [[nodiscard]] std::optional<LineForExport> for_export(const LineId& line) const;
  // Which entries the other members are known to hold, for receipts. Empty: no such line.
  [[nodiscard]] std::vector<MemberCoverage> coverage(const LineId& line) const;
  // Where entries and files are that the other members do not hold yet. Empty: no such line.
  [[nodiscard]] std::vector<AttachmentProgress> arriving(Now now) const;  // files that are not whole here
  [[nodiscard]] std::vector<MemberTraffic> traffic(const LineId& line, Now now) const;
  // The party's cards with this station's newest locator, to hand to others.
  [[nodiscard]] CardFile own_card() const;
  [[nodiscard]] const StationKeyPair& signing_key() const;
  void check_invariants() const;
  void check_chains() const;  // takes as long as its lines have incarnations

 private:
  struct State;
  explicit Station(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace openline
