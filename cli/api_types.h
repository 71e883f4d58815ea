// SPDX-License-Identifier: Apache-2.0
// What the API says, as plain values (docs/api.md section 3). Texts come from the far end as they are:
// whoever shows them makes them visible first. Fields that are absent are empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace openline::cli {

struct Receipt {
  std::string by, role, time;
  bool authenticated = false;
};
// Something on its way to a party.
struct WayView {
  std::string to, state;  // state: "sending", "waits" (no path is up), "queued", "arrived"
  std::string what;       // of a link: "entries", "agreement", "file", "statement"
  std::string precedence, agreement, hash, path;
  std::vector<std::string> entries;
  std::uint64_t size = 0, missing = 0, parts = 0;  // missing: bytes still to go
  std::optional<double> due_s;                     // when it should be there, in seconds from now
};
// A file that is not whole here.
struct ArrivingView {
  std::string line, hash;
  std::uint64_t parts_held = 0, parts = 0, missing = 0;
  std::optional<double> due_s;
};
struct AttachedFile {
  std::string hash, name;
  std::uint64_t size = 0;
  std::vector<WayView> on_the_way{};
  std::optional<ArrivingView> arriving{};
};

struct EntryView {
  std::uint64_t serial = 0, sequence = 0, kind_number = 0, body_size = 0;
  std::string line, line_name, id, author, kind, precedence, entry_class, exercise, time;
  bool own = false;
  // by kind
  std::string text, language, role, entry, agreement, reason, what, since, detail;
  std::string summary;  // of an act, in words
  std::vector<AttachedFile> attachments;
  std::vector<std::string> entries;
  std::uint64_t number = 0;
  bool authenticated = false, attended = false;
  // receipts and standing
  std::vector<std::string> stored;
  std::vector<Receipt> shown, acknowledged;
  std::vector<WayView> on_the_way;
  bool is_signed = false, unconfirmed = false;
  std::vector<std::string> labels;
};

struct OpenItemView {
  std::uint64_t serial = 0;
  std::string id, author, precedence, entry_class, time, line_name;
  bool own = false, shown = false, stored = false;
  std::int64_t left_s = 0;
  std::optional<EntryView> entry;  // inbox only
};

struct MemberView {
  std::string code, desk, last_heard, desk_state, desk_role, desk_since;
  bool reachable = false;
  std::uint64_t not_stored = 0;
};

struct AgreementView {
  std::string hash, state, line, name, record, toml, expires, amends, tests_answered_by;
  struct Member {
    std::string party, root, desk;
  };
  std::vector<Member> members;
  std::vector<std::string> signed_by, waiting_for;
  std::vector<std::pair<std::string, std::string>> refused_by;  // party, reason
};

struct LineView {
  std::string line, name, lamp, reason, record, agreement, expires;
  std::vector<std::string> conditions;
  bool suspended = false, writing_stopped = false;
  std::string own_code, own_desk, own_state, own_role;
  std::vector<MemberView> members;
  std::vector<OpenItemView> open_items;
  std::string test_last_sent, test_last_answered, test_last_received;
  bool test_unanswered = false;
  std::uint64_t tests_sent = 0, tests_answered = 0, test_every_s = 0;
  std::vector<AgreementView> amendments;
  std::uint64_t entries = 0, held_above_gap = 0, newest_serial = 0;
};

struct PathView {
  std::string path, remote, state, since, last_heard;
  std::optional<double> round_trip_ms;
  double loss = 0;
  std::uint64_t detection_ms = 0;
  std::optional<double> declared_rate, measured_rate, queue_s, repeat_budget_used;
  std::uint64_t queued_bytes = 0;
};
struct LinkView {
  std::string station, last_heard, closing;
  bool session = false, courier_key = false, suspect_courier_key = false;
  std::vector<PathView> paths;
  std::vector<WayView> on_the_way;
  std::uint64_t more_on_the_way = 0;
};
struct PeerView {
  std::string party, code, name;
  std::uint64_t card_edition = 0;
  std::vector<LinkView> links;
};
struct OwnPathView {
  std::string name, kind, listen, problem;
  bool usable = false;
};
struct ConsoleView {
  std::string url, certificate, problem;
};
struct StatusView {
  std::string code, name, party, software, time, store_problem;
  std::optional<std::int64_t> demo_offset_s;
  ConsoleView console;  // empty where none is set
  std::vector<OwnPathView> paths;
  std::vector<PeerView> peers;
  std::vector<LineView> lines;
  std::vector<AgreementView> proposals;
  std::vector<ArrivingView> attachments;
};

struct InboxView {
  std::vector<OpenItemView> for_us, for_them;
  bool more = false;
};
struct RecordView {
  std::vector<EntryView> entries;
  std::vector<std::string> raw;  // the same entries' JSON, one line each
  bool more = false;
};

struct CardView {
  std::string card, fingerprint, code, name, note;
  std::uint64_t edition = 0;
  std::optional<std::uint64_t> known_edition;
  bool accepted = false;
  std::vector<std::string> languages;
  struct Station {
    std::string key, name;
    bool revoked = false;
    std::vector<std::string> addresses;  // "fibre udp 198.51.100.7:4700"
  };
  std::vector<Station> stations;
};

// What an act made.
struct DoneView {
  struct Made {
    std::uint64_t serial = 0;
    std::string id;
  };
  std::vector<Made> entries;
  std::string note, hash, line;
};

struct ApiError {
  std::string code, message, field;
  std::uint64_t needs = 0;  // release_needed: how many people must stand behind it
};

struct TextToSend {
  std::string text, precedence, entry_class, exercise, role;
  std::vector<AttachedFile> attachments;
};

}  // namespace openline::cli
