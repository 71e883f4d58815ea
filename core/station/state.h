// SPDX-License-Identifier: Apache-2.0
// The inside of Station: what it keeps, and its work split by concern. Each group of functions has a file of
// its own.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>

#include "core/station/arrival_pace.h"
#include "core/station/line_state.h"
#include "core/station/messages.h"
#include "core/station/parties.h"
#include "core/station/proposals.h"
#include "core/station/station.h"
#include "core/station/traffic.h"
#include "core/station/turn.h"
#include "core/wire/cbor.h"
#include "core/wire/compression.h"

namespace openline {

// What waits for a commit.
struct PushRun {  // own entries, sealed: to every peer of the line
  LineId line;
  ChainNumber chain;
  std::vector<Entry> entries;
};
struct LineDurable {  // the heads that are durable now
  LineId line;
  std::vector<Head> heads;
  bool flash = false;
  bool news = false;  // others' entries are among what changed
};
struct SendMessage {
  StationKey peer;
  Bytes object;
  SendOptions how;
  Cargo cargo{};
};
struct KeysDurable {};  // session keys may be announced
struct RequestDurable {
  std::string key;
};
using Effect = std::variant<Output, PushRun, LineDurable, SendMessage, KeysDurable, RequestDurable>;

// An attachment that entries name and this station does not hold whole.
struct Wanted {
  LineId line;
  Hash attachment;
  std::uint64_t size = 0;
  StationKey author;
  std::vector<Hash> leaves;         // empty until part 0 is here
  std::set<std::uint64_t> asked;    // parts: on their way
  std::set<std::uint64_t> writing;  // parts that came
  std::set<std::uint64_t> held;     // parts that are durable
  std::uint64_t next_part = 0;      // to ask for
  bool look_first = false;          // after a restart: what is in the folder already?
  std::set<StationKey> without;     // peers that said that they do not hold it
  std::optional<StationKey> asked_of;
  MonotonicTime asked_at{};
  Seconds patience =
      kFirstPatience;  // then what did not come is asked for again; doubled while nothing comes
  static constexpr Seconds kFirstPatience{30}, kMaxPatience{3600};
  [[nodiscard]] bool has(std::uint64_t part) const {
    return held.contains(part) || asked.contains(part) || writing.contains(part) || early.contains(part);
  }
  std::map<std::uint64_t, Bytes> early;  // came before part 0; they count as asked for
  void forget_asked() { asked.clear(), next_part = 0; }
  ArrivalPace pace;
};

struct SessionKeyRow {
  std::uint64_t counter = 0;  // of the locator that announced it
  WallTime made;
  SessionKeyPair key;
};

struct Station::State {
  State(StationOptions with, StationIdentity who, std::vector<LocalPath> paths, RandomSeed seed);

  StationOptions options;
  StationIdentity identity;
  Random random;
  StationKeyPair signing;
  Fingerprint own_party;
  std::string own_code;
  Incarnation incarnation;
  Switchboard links;
  std::set<StationKey> open_links;
  Turn<Effect> turn;
  Parties parties;
  Proposals proposals;
  std::map<LineId, std::unique_ptr<LineState>> lines;
  std::vector<SessionKeyRow> session_keys;  // newest first
  SignedLocator locator;
  std::vector<SignedLocator> early_locators;  // restored before their parties
  std::vector<Output> outputs;
  std::optional<std::string> store_problem;
  std::uint64_t next_serial = 1;
  std::uint32_t next_chain = 1, next_group = 1;
  std::uint64_t statement_counter = 0;
  Packer packer;
  std::map<std::pair<StationKey, std::uint64_t>, Cargo>
      cargo;                                          // by the link's number; of no more than it holds
  std::map<StationKey, std::uint64_t> told_locators;  // counters of ours that peers said they hold
  // Peers that could not rebuild a brief message in this session: whole forms until their heads move, and
  // after so many times until the next session (it may hold a branch of a fork that we do not).
  struct WholeWish {
    static constexpr int kMostTimes = 3;
    int times = 0;
    bool stands = false;
  };
  std::map<StationKey, WholeWish> want_whole;
  std::map<StationKey, MonotonicTime> asked_whole;  // when we last asked a peer for whole messages
  bool unvouched = false;  // what was received last bears a signature that does not hold
  std::uint64_t next_read = 1;
  std::map<std::uint64_t, std::pair<LineId, StationKey>> reads;  // runs being read for a peer
  struct Recall {
    LineId line;
    JointRecord::Place from;
    Run run;
    bool unconfirmed = false;
  };
  std::map<std::uint64_t, Recall> recalls;  // ids being read, to judge a run
  struct PartFor {
    LineId line;
    Hash attachment;
    std::uint64_t part = 0;
    std::optional<StationKey> peer;  // none: for ourselves, to see what is held
  };
  std::map<std::uint64_t, PartFor> part_reads, part_writes;
  struct SentPart {
    StationKey peer;
    Hash attachment;
    std::uint64_t part = 0, object = 0;  // the link's number
  };
  std::vector<SentPart> sent_parts;  // not delivered yet
  std::map<Hash, Wanted> wanted;
  bool wanted_changed = false;  // a new one is to be asked for
  std::map<std::string, std::pair<Hash, std::vector<EntryMade>>> pending_requests;
  Seconds clock_offset{};
  Milliseconds wall_offset{};  // demonstration only: from demo_start
  MonotonicTime last_now{};

  // restore.cc
  Result<void> restore(std::vector<StateRow> rows, Now now);
  Result<void> restore_row(const std::string& kind, const std::string& rest, ByteView value);
  Result<void> restore_line_row(const std::string& kind, const std::string& rest, LineState& line,
                                ByteView value, Now now);
  void start_keys(Now now);
  void start_lines(Now now);
  void put_numbers();
  void put_line(LineState& line);

  // keys.cc: session keys, locator, peers of the switchboard
  void make_session_key(SessionSecret secret, Now now);
  void make_locator();
  void apply_keys();
  void set_peer(const StationKey& station, Now now);
  void set_peers_of(const Fingerprint& party, Now now);
  void announce_keys(Now now);
  void rotate_keys(Now now);

  // writing.cc: own entries
  [[nodiscard]] Now line_now(Now now) const {
    return {now.monotonic + clock_offset, now.wall + clock_offset + wall_offset};
  }
  PlacedEntry write(LineState& line, Draft draft, Now now);
  void seal(LineState& line);
  void observe(LineState& line, Observation what, std::string detail, std::optional<EntryId> entry, Now now);
  void after_commit(Effect effect, Now now);
  void perform(Effect effect, Now now);
  void emit(Output output) { outputs.push_back(std::move(output)); }
  void status_changed(std::optional<LineId> line) { emit({StatusChanged{line}}); }

  // noting.cc: what an entry on record means
  void note(LineState& line, const PlacedEntry& placed, Serial serial, Now now);
  void note_text(LineState& line, const PlacedEntry& placed, Serial serial, Now now);
  void note_receipt(LineState& line, const EntryId& about, ReceiptKind kind, const std::string& role,
                    bool authenticated, const Entry& receipt, Serial serial);
  void note_disregard(LineState& line, const DisregardBody& body, const Entry& entry, Serial serial);
  void note_test(LineState& line, const PlacedEntry& placed, Serial serial, Now now);
  void note_agreement_act(LineState& line, const Entry& entry, Now now);
  void track(LineState& line, const PlacedEntry& placed, Serial serial, Now now);
  void put_open(LineState& line, const OpenMessage& item);
  void close_open(LineState& line, const OpenMessage& item);

  // contacting.cc: requests for contact
  [[nodiscard]] SameParty same_party() const;
  void note_matters(LineState& line, const PlacedEntry& placed, Serial serial, Now now);
  void note_for_watches(LineState& line, const Entry& entry);
  void contact_changed(LineState& line, const Matter& contact, Now now);
  void put_watch(const LineState& line, std::uint64_t serial, const ContactWatch& watch);
  void put_paths(const LineState& line, Now now);
  void end_watch(LineState& line, std::uint64_t serial);
  void watch_paths(LineState& line, Now now);
  void set_next_claim(LineState& line);
  void claim_unanswered(LineState& line, Now now);
  [[nodiscard]] ContactUnansweredBody unanswered(LineState& line, std::uint64_t serial, Now now) const;
  [[nodiscard]] std::vector<ContactReport> contacts(const LineId& line) const;

  // commands.cc
  using CommandResult = std::expected<Done, CommandError>;
  void command(std::uint64_t request, Command command, Now now);
  CommandResult run(SendText& command, Now now);
  CommandResult run(Acknowledge& command, Now now);
  CommandResult run(MarkShown& command, Now now);
  CommandResult run(Attend& command, Now now);
  CommandResult run(Leave& command, Now now);
  CommandResult run(TestNow& command, Now now);
  CommandResult run(AcceptCard& command, Now now);
  CommandResult run(ProposeAgreement& command, Now now);
  CommandResult run(RefuseAgreement& command, Now now);
  CommandResult run(ProposeAmendment& command, Now now);
  CommandResult run(Suspend& command, Now now);
  CommandResult run(Resume& command, Now now);
  CommandResult run(GoOn& command, Now now);
  CommandResult run(JumpClock& command, Now now);
  // contact_commands.cc
  CommandResult run(RequestContact& command, Now now);
  CommandResult run(AnswerContact& command, Now now);
  CommandResult run(ChangeContact& command, Now now);
  // act_commands.cc
  CommandResult run(PutAct& command, Now now);
  [[nodiscard]] std::optional<CommandError> check_ours(const LineState& line, const EntryId& id) const;
  [[nodiscard]] std::optional<StationKey> author_of(const LineState& line, const EntryId& id) const;
  [[nodiscard]] std::vector<const Matter*> matters(const LineId& line) const;
  void fill_language(const LineState& line, Words& words) const;
  [[nodiscard]] std::expected<const Matter*, CommandError> contact_to_act_on(const LineState& line,
                                                                             const std::string& prefix,
                                                                             bool ours) const;
  static constexpr const char* kNoMoreActs =
      "no further entry of this station would count in this matter: begin a new one";
  // `kept`: so many acts stay possible after this one.
  CommandResult act_on(LineState& line, const Matter& contact, Kind kind, Bytes body,
                       const std::optional<RequestKey>& key, std::size_t kept, Now now);
  [[nodiscard]] std::string own_language(const LineState& line) const;
  std::expected<LineState*, CommandError> writable(const LineId& line);
  std::optional<CommandResult> repeated(const std::optional<RequestKey>& request);
  void remember_request(const std::optional<RequestKey>& request, const std::vector<EntryMade>& made);
  EntryId send_test(LineState& line, Now now);  // timers.cc
  void attendance_changed(LineState& line, OwnDesk::Change change, Now now);

  // agreeing.cc: proposals and new lines
  [[nodiscard]] JointRecordOptions record_options(RecordMode mode) const;
  LineState& make_line(const SignedAgreement& agreement, Now now);
  bool complete_proposal(const Hash& hash, Now now);
  void send_proposal(const Proposal& proposal, const StationKey& peer, Now now);
  void send_proposal_to_members(const Proposal& proposal, Now now);
  void put_proposal(const Proposal& proposal);

  // receiving.cc: what peers send
  void take_events(Now now);
  void take(const ObjectReceived& event, Now now);
  [[nodiscard]] Hello hello_to(const StationKey& peer, const Party& party) const;
  void take(const LinkOpened& event, Now now);
  void take(const LinkClosed& event, Now now);
  void take(const PathChanged& event, Now now);
  void take(const ObjectDelivered& event, Now now);
  void take(const LocatorLearned& event, Now now);
  void receive(const StationKey& peer, Hello& hello, bool confirmed, Now now);
  void receive(const StationKey& peer, CardsMessage& cards, bool confirmed, Now now);
  void receive(const StationKey& peer, SignedLocator& locator, bool confirmed, Now now);
  void receive(const StationKey& peer, SignedAgreement& agreement, bool confirmed, Now now);
  void receive(const StationKey& peer, SignedRefusal& refusal, bool confirmed, Now now);
  void receive(const StationKey& peer, Run& run, bool confirmed, Now now);
  void receive(const StationKey& peer, SignedHeads& heads, bool confirmed, Now now);
  bool starts_over(LineState& line, const StationKey& peer, const SignedHeads& heads, const SignedHeads& held,
                   Now now);
  void own_heads_came(LineState& line, const SignedHeads& heads, Now now);
  void receive(const StationKey& peer, SignedPresence& presence, bool confirmed, Now now);
  void receive(const StationKey& peer, AttachmentRequest& request, bool confirmed, Now now);
  void receive(const StationKey& peer, AttachmentData& data, bool confirmed, Now now);
  void receive(const StationKey& peer, AttachmentMissing& missing, bool confirmed, Now now);
  void receive(const StationKey& peer, HeadsWanted& asked, bool confirmed, Now now);
  void receive(const StationKey& peer, BriefMessage& brief, bool confirmed, Now now);  // briefing.cc
  void receive(const StationKey& peer, WholeWanted& wanted, bool confirmed, Now now);
  [[nodiscard]] LineState* line_shared_with(const LineId& line, const StationKey& peer);
  [[nodiscard]] bool may_author(const LineState& line, const StationKey& author) const;
  void offer(LineState& line, Run run, bool unconfirmed, Now now);
  void put_placed(LineState& line, const Offered& offered, bool unconfirmed, Now now);
  void recognise(LineState& line, const Offered& offered, Now now);
  void note_forks(LineState& line, const Offered& offered);
  bool warn(LineState& line, std::string words);
  std::uint64_t refused_objects = 0;  // by peers: malformed, not theirs to send, or refused by the record

  // sharing.cc: what peers are sent
  [[nodiscard]] std::vector<StationKey> peers_of(const LineState& line) const;
  [[nodiscard]] bool is_open(const StationKey& peer) const;
  void push(const PushRun& run, Now now);
  void pump(const StationKey& peer, Now now);
  bool pump_line(LineState& line, const StationKey& peer, Now now);
  [[nodiscard]] Microseconds patience_with(const StationKey& peer, Microseconds usual) const;
  [[nodiscard]] bool may_send(const LineState& line, const Chain& chain, const StationKey& peer, Share& share,
                              Now now) const;
  void runs_read(RunsRead answer, Now now);
  void recall(LineState& line, Run run, bool unconfirmed);
  void recalled(Recall recall, const RunsRead& answer, Now now);
  void send_run(LineState& line, ChainNumber chain, std::span<const Entry> entries, const StationKey& peer,
                Now now);
  bool send_with_waiting(LineState& line, ChainNumber chain, std::span<const Entry> entries,
                         Precedence precedence, const StationKey& peer);
  // briefing.cc: what a peer that has some of the record is sent
  template <class Say>
  [[nodiscard]] std::optional<Bytes> briefly(const LineState& line, const StationKey& peer, Say say);
  [[nodiscard]] Bytes message_of(const LineState& line, std::span<const Entry> run, const StationKey& peer);
  [[nodiscard]] Bytes message_of(const LineState& line, const SignedHeads& heads, const StationKey& peer);
  [[nodiscard]] Bytes message_of(const LineState& line, const SignedPresence& presence,
                                 const StationKey& peer);
  void send_heads(LineState& line, const StationKey& peer, Now now);
  void send_presence(LineState& line, const StationKey& peer, Now now);
  void make_presence(LineState& line, Now now);
  [[nodiscard]] std::uint64_t next_statement(WallTime wall);
  void share_timers(LineState& line, Now now);
  [[nodiscard]] MonotonicTime next_share_timeout(const LineState& line) const;

  // passing.cc: heads of members that a peer cannot reach itself
  void ask_for_heads_later(LineState& line, Now now);
  void ask_for_heads(LineState& line, Now now);
  [[nodiscard]] bool has_heads_to_pass(const LineState& line, const Share& share) const;
  void pass_heads(LineState& line, const StationKey& peer, Share& share, Now now);

  // fetching.cc: attachments
  void want(LineState& line, const AttachmentRef& attachment, const StationKey& author);
  void fetch(Wanted& wanted, Now now);
  void fetch_more(Now now);  // of any file
  [[nodiscard]] std::size_t asked_of(const StationKey& peer) const;
  [[nodiscard]] bool gives_already(const StationKey& peer, const Hash& attachment, std::uint64_t part) const;
  void ask_part(Wanted& wanted, std::uint64_t part, Now now);
  [[nodiscard]] std::optional<StationKey> holder_of(const Wanted& wanted) const;
  void take_part(Wanted& wanted, std::uint64_t part, Bytes bytes, bool ours);
  void part_read(PartRead answer, Now now);
  void part_written(PartWritten answer, Now now);

  // timers.cc
  void run_timers(Now now);
  [[nodiscard]] MonotonicTime next_timeout() const;
  std::optional<Batch> take_batch(Now now);
  void committed(std::uint64_t commit, Now now);
  void commit_failed(std::uint64_t commit, std::string reason, Now now);

  // traffic.cc: where things are on their way
  void remember_cargo(const StationKey& peer, std::optional<std::uint64_t> object, Cargo what);
  void forget_cargo_given_up(const StationKey& peer, Now now);
  [[nodiscard]] std::vector<Consignment> consignments(const StationKey& peer, const Outbound& outbound) const;
  [[nodiscard]] LinkTraffic traffic_to(const StationKey& peer, Now now) const;
  [[nodiscard]] MemberTraffic member_traffic(const LineState& line, const Member& member, Now now) const;

  // status.cc
  [[nodiscard]] StationStatus status(Now now) const;
  [[nodiscard]] std::vector<AttachmentProgress> arriving(Now now) const;
  [[nodiscard]] LineStatus line_status(const LineState& line, Now now) const;
  [[nodiscard]] MemberStatus member_status(const LineState& line, const Member& member, Now now) const;
  [[nodiscard]] std::optional<LineForExport> for_export(const LineId& line) const;

  void check_invariants() const;
  void check_chains() const;
};

[[nodiscard]] inline std::unexpected<CommandError> refuse(Refused why, std::string message) {
  return std::unexpected(CommandError{why, std::move(message)});
}

// Keys of derived rows: "kind/rest".
[[nodiscard]] std::string row_key(std::string_view kind, std::string_view rest);
[[nodiscard]] std::string number_key(std::uint64_t number);  // fixed width, so that rows sort by it

}  // namespace openline
