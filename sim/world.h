// SPDX-License-Identifier: Apache-2.0
// Stations of the production core, their stores and the network between them, under virtual time.
//
// Each station's turn is driven step by step, and a crash can come between any two of them. All chance is
// drawn from one seed: the same seed and the same calls give the same run, down to the bytes.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/station/station.h"
#include "sim/clock.h"
#include "sim/disk.h"
#include "sim/network.h"
#include "sim/oracles.h"
#include "sim/party.h"
#include "sim/store.h"
#include "sim/trace.h"

namespace openline::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  std::vector<std::size_t> parties = {0, 1};     // one station each; a number twice is a copied disk
  std::vector<std::size_t> hostile;              // parties that may sign anything
  std::size_t paths = 2;                         // of each station
  std::optional<std::uint64_t> declared_rate{};  // of each path, bytes a second
  std::size_t padding = 0;                       // of each path, as LocalPath has them
  std::optional<Microseconds> cover{};
  std::size_t max_packet = 1200;
  std::optional<Microseconds> packet_time{};  // of each path, with a declared rate
  std::size_t discover_up_to = 0;             // bytes of a packet; 0: `max_packet` is all
  std::size_t overhead = 28;                  // that the network adds to a packet, as the stations are told
  RecordMode record = RecordMode::kAttested;
  bool courier_keys = true;
  Faults faults;     // of every wire, until they are changed
  double crash = 0;  // probability, at each point between two steps of a turn
  StationOptions station;
  DiskFaults disk;         // of every station, until they are changed
  bool keep_added = true;  // what `added` gives; a long run does without
  Microseconds restart_after = Milliseconds{300};
};

class World {
 public:
  explicit World(WorldOptions options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Everything that happens until then, or until an oracle is broken.
  void run_for(Microseconds time);
  // False when it did not come true in this time, or an oracle is broken.
  bool run_until(const std::function<bool()>& condition, Seconds within);
  void later(Microseconds after, std::function<void()> what);

  // Cards, courier keys and the agreement, by clients that repeat until they have an answer.
  bool set_up_line(Seconds within = Seconds{120});
  [[nodiscard]] LineId line() const { return LineId{SignedAgreement::of(agreement_).hash().value}; }
  [[nodiscard]] const Agreement& agreement() const { return agreement_; }
  Agreement& change_agreement() { return agreement_; }  // before the line is set up

  // A client's command. `make` is called again for each repeat. The number names the reply.
  using Make = std::function<Command()>;
  std::uint64_t ask(std::size_t station, Command command);
  // Asks again each second until there is a reply that is not kUnavailable. For commands with a request key
  // and those that may be repeated.
  std::size_t ask_surely(std::size_t station, Make make, std::string key = {});
  [[nodiscard]] bool all_answered() const;
  [[nodiscard]] const Reply* reply(std::size_t station, std::uint64_t request) const;
  [[nodiscard]] const Reply* answer(std::size_t errand) const;  // of ask_surely
  std::size_t send_text(std::size_t station, const std::string& text, Precedence precedence);

  void crash(std::size_t station);
  void start(std::size_t station);  // crashed, stopped or new
  void stop(std::size_t station, const std::string& reason);
  // A crash at the count-th point between two steps from now; 0: none.
  void crash_at_point(std::size_t station, std::uint64_t count) { node(station).crash_in = count; }
  [[nodiscard]] bool crash_is_due(std::size_t station) const { return nodes_[station]->crash_in != 0; }
  [[nodiscard]] Store backup(std::size_t station) const { return nodes_[station]->store; }
  void restore(std::size_t station, Store backup);        // crashes it; it starts from the backup
  void replace_store(std::size_t station, Store backup);  // of one that does not run
  void fill_store(std::size_t station, bool full) { node(station).disk.full = full; }
  [[nodiscard]] DiskFaults& disk(std::size_t station) { return node(station).disk; }
  [[nodiscard]] Clock& clock(std::size_t station) { return node(station).clock; }
  // The machine stands still: what comes in waits, and its clocks go on.
  void pause(std::size_t station, Microseconds time);
  [[nodiscard]] bool paused(std::size_t station) const { return nodes_[station]->paused_until > now_; }
  [[nodiscard]] const StationOptions& station_options() const { return options_.station; }
  void stop_crashes() { options_.crash = 0; }
  void set_crashes(double probability) { options_.crash = probability; }
  void note(std::size_t station, std::string what) { deed(node(station), std::move(what)); }

  // Faults of all wires, of both directions between two, or of one path between two.
  void set_faults(const Faults& faults);
  void set_cut(std::size_t one, std::size_t other, bool cut);
  void set_path_cut(std::size_t one, std::size_t other, std::size_t path, bool cut);
  // They never have a path to each other, whatever is set.
  void separate(std::size_t one, std::size_t other) { separate_.insert(std::minmax(one, other)); }
  [[nodiscard]] bool separate_pair(std::size_t one, std::size_t other) const {
    return separate_.contains(std::minmax(one, other));
  }
  // A packet that nobody of ours sent, as if from there.
  void inject(const Address& from, std::size_t to, std::size_t path, Bytes packet);
  // One that was sent on this wire, as if from there. `first`: it had not come before; it is only late.
  void bring(const WireName& wire, const Address& from, const Bytes& packet, bool first);
  // Shown each packet that is sent, before anything happens to it, and each that came whole.
  using Tap = std::function<void(const WireName&, const Bytes&)>;
  void tap(Tap tap) { taps_.push_back(std::move(tap)); }
  void tap_arrivals(Tap tap) { arrival_taps_.push_back(std::move(tap)); }
  // When something last came whole from there. nullopt: never.
  [[nodiscard]] std::optional<MonotonicTime> last_came(std::size_t from, std::size_t to) const;
  // When one that was sent on a wire from there was last brought late. nullopt: never.
  [[nodiscard]] std::optional<MonotonicTime> last_late(std::size_t from, std::size_t to) const;
  // All have what these stations hold now: after the time to know it none of them reads any of it again.
  void rest(const std::vector<std::size_t>& stations, Seconds time_to_know);
  // Its packets on this path come from another address from now on, and nothing reaches it at one before: an
  // interface that changed, or a NAT that forgot.
  void move(std::size_t station, std::size_t path);
  void move_back();  // all of them, to the addresses that their locators give
  [[nodiscard]] Network& network() { return network_; }

  [[nodiscard]] Now now(std::size_t station) const { return nodes_[station]->clock.shows(now_); }
  [[nodiscard]] MonotonicTime true_time() const { return now_; }
  [[nodiscard]] const Party& party(std::size_t station) const { return nodes_[station]->party; }
  [[nodiscard]] bool is_running(std::size_t station) const { return nodes_[station]->station != nullptr; }
  [[nodiscard]] Station& station(std::size_t station) { return *nodes_[station]->station; }
  [[nodiscard]] Store& store(std::size_t station) { return nodes_[station]->store; }
  [[nodiscard]] LineStatus status(std::size_t station) const;  // of the line; the station must run
  [[nodiscard]] bool has_line(std::size_t station) const;
  [[nodiscard]] std::uint64_t crashes() const { return crashes_; }
  [[nodiscard]] std::size_t stations() const { return nodes_.size(); }
  [[nodiscard]] std::size_t count_entries(std::size_t station, Kind kind) const;
  [[nodiscard]] bool holds_text(std::size_t station, const std::string& text) const;
  [[nodiscard]] std::vector<EntryAdded>& added(std::size_t station) { return node(station).added; }
  // Told of each entry at once; for none, an empty function.
  void on_added(std::size_t station, std::function<void(const EntryAdded&)> told) {
    node(station).told = std::move(told);
  }

  // Stations hold the same entries of the line; the digests of the canonical order are compared as well.
  [[nodiscard]] bool agree(const std::vector<std::size_t>& stations);
  [[nodiscard]] bool agree();
  void check_promises();
  [[nodiscard]] const std::string& failure() const { return oracles_.failure(); }
  [[nodiscard]] std::string report() const;  // failure, seed and the last events
  [[nodiscard]] const Trace& trace() const { return trace_; }
  [[nodiscard]] Oracles& oracles() { return oracles_; }

 private:
  struct Node {
    static constexpr std::uint64_t kChainsEvery = 256;  // turns
    std::size_t number = 0;
    Party party;
    std::string name;
    Clock clock;
    Store store;
    DiskFaults disk;
    std::unique_ptr<Station> station;
    std::optional<Batch> committing;
    MonotonicTime paused_until{};
    std::uint64_t runs = 0;  // starts and crashes: what was meant for an earlier run is dropped
    std::uint64_t crash_in = 0;
    std::optional<MonotonicTime> timer;
    std::uint64_t turns = 0;
    std::uint64_t timers = 0;  // fired since the clock last reached a whole second
    std::int64_t timer_second = -1;
    std::map<std::uint64_t, Reply> replies;
    std::vector<Address> addresses;  // by path, now
    std::uint64_t moves = 0;
    std::vector<EntryAdded> added;
    std::function<void(const EntryAdded&)> told;
    MonotonicTime last_serial_check{};
    Serial at_rest{};  // entries up to this one all have
  };
  struct Errand {
    std::size_t station = 0;
    Make make;
    std::string key;
    std::optional<std::uint64_t> asked;
    std::optional<Reply> answer;
  };
  using Deed = std::move_only_function<void()>;
  struct Event {
    MonotonicTime at;
    std::uint64_t order = 0;
    Deed what;
    bool operator<(const Event& other) const { return std::tie(other.at, other.order) < std::tie(at, order); }
  };

  bool step();
  void at(MonotonicTime when, Deed what);
  [[nodiscard]] Node& node(std::size_t station) { return *nodes_[station]; }
  // A deed is what a reader of the trace looks for; what happens at any moment is none.
  void deed(const Node& node, std::string what);
  void say(const Node& node, const char* what, std::array<std::uint64_t, 4> numbers = {});
  template <class Give>
  void input(Node& node, const Give& give);
  bool point(Node& node, const char* where);  // false: it crashed here
  void finish_turn(Node& node);
  bool begin_commit(Node& node);
  void commit(Node& node);
  bool write(Node& node);  // the batch that is on its way
  void read(Node& node, const ReadRuns& what);
  void read(Node& node, const ReadPart& what);
  bool take_outputs(Node& node);
  void take(Node& node, Output& output);
  void send_packets(Node& node);
  void carry(Node& node, std::size_t path, const OutgoingPacket& packet);
  [[nodiscard]] static const Address& address_of(const Node& node, std::size_t path);
  void arrive(const WireName& wire, const Address& from, const Bytes& packet, bool whole);
  void let_go(Node& node);
  void move_to(Node& node, std::size_t path, Address address);
  void set_timer(Node& node);
  void count_timer(Node& node);
  void for_run(Node& node, Microseconds after, Deed what);
  void give_command(std::size_t station, std::uint64_t request, Command command);
  void attempt(std::size_t errand);
  std::optional<Reply> durable_answer(const Errand& errand);

  WorldOptions options_;
  Agreement agreement_;
  Chance chance_;
  Network network_;
  Trace trace_;
  Oracles oracles_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::unordered_multimap<std::string, std::pair<std::size_t, std::size_t>> places_;  // station and path
  std::set<std::pair<std::size_t, std::size_t>> separate_;
  std::vector<Tap> taps_, arrival_taps_;
  std::vector<MonotonicTime> came_, late_;  // by stations, from and to; the epoch: never
  std::vector<Event> events_;               // a heap
  std::vector<Errand> errands_;
  MonotonicTime now_{};
  MonotonicTime rest_from_ = kNever;
  std::uint64_t next_order_ = 0, next_request_ = 1, crashes_ = 0;
};

}  // namespace openline::sim
