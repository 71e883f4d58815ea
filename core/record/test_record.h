// SPDX-License-Identifier: Apache-2.0
// A line with parties, entries and exports from fixed seeds, for this folder's tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/record/bodies.h"
#include "core/record/export_file.h"
#include "core/record/export_parts.h"

namespace openline {

[[nodiscard]] SigningSeed seed_of(std::uint8_t number);  // 32 bytes of this value

struct TestParty {
  TestParty(std::string party_code, std::uint8_t number);
  [[nodiscard]] Fingerprint fingerprint() const { return cards.fingerprint(); }
  std::string code;
  RootKeyPair root;
  StationKeyPair station;
  CardChain cards;
};

[[nodiscard]] Agreement agreement_between(const std::vector<const TestParty*>& parties, RecordMode mode);

// The parts of an export file, to damage and to put together again.
struct ExportPieces {
  Bytes head;
  std::vector<std::vector<Entry>> entries;  // of each run
  std::vector<Bytes> runs, heads;
  Bytes manifest;
  [[nodiscard]] Bytes before_manifest() const;
  [[nodiscard]] Bytes file() const;
};

// Writes a record the way stations do: each entry cites what its author has read since.
class TestRecord {
 public:
  explicit TestRecord(RecordMode mode = RecordMode::kAttested,
                      std::vector<std::string> codes = {"USA", "CHN"});

  // An entry into the author's open run, which `seal` signs. A full run is sealed by itself.
  Entry write(const std::string& code, Kind kind, Precedence precedence, Bytes body,
              Class entry_class = Class::kLive);
  void seal(const std::string& code);
  Entry say(const std::string& code, const std::string& text, Precedence precedence = Precedence::kRoutine);
  void restart(const std::string& code);                        // a new incarnation
  void restart_from(const std::string& code, const Entry& at);  // as from a backup that ends there
  void begin_again(const std::string& code);                    // a new incarnation that continues nothing
  // An entry in place of the author's newest: it goes back to before that one and writes another.
  Entry contradict(const std::string& code, const std::string& text);
  void add_run(std::vector<Entry> run);  // as it is

  // Of everything sealed so far but the newest runs.
  [[nodiscard]] SignedHeads heads_of(const std::string& code, std::size_t without = 0) const;
  [[nodiscard]] ExportPieces pieces(const std::string& exporter, std::vector<SignedHeads> heads) const;
  [[nodiscard]] Bytes file(const std::string& exporter, std::vector<SignedHeads> heads) const;
  // A manifest for what the pieces now hold, signed by the exporter whatever that is.
  void resign(ExportPieces& pieces, const std::string& exporter) const;

  [[nodiscard]] const TestParty& party(const std::string& code) const { return parties_.at(code); }
  [[nodiscard]] ExportHead& head() { return head_; }
  [[nodiscard]] const LineId& line() const { return head_.line; }
  [[nodiscard]] std::vector<Fingerprint> roots() const;
  [[nodiscard]] const std::vector<std::vector<Entry>>& runs() const { return runs_; }
  [[nodiscard]] std::size_t entries() const;

 private:
  struct Author {
    Incarnation incarnation;
    std::optional<Entry> last;
    std::optional<Position> origin;
    std::vector<Entry> open;
    std::map<std::string, Position> read;  // of others, what was cited last
  };
  Header next_header(const std::string& code);
  [[nodiscard]] bool attested() const;

  std::map<std::string, TestParty> parties_;
  std::map<std::string, Author> authors_;
  std::map<std::string, Position> sealed_;  // newest, by author
  ExportHead head_;
  std::vector<std::vector<Entry>> runs_;
  std::uint8_t starts_ = 0;
  WallTime time_{Milliseconds{1'760'000'000'000}};
};

// Leaves of a record: what heads name when all of these are held.
[[nodiscard]] std::vector<Head> frontier_of(const std::vector<std::vector<Entry>>& runs);

// 60 entries by USA (two incarnations) and CHN: texts of all precedences, tests with answers,
// acknowledgements, shown, attendance, observations, runs of several entries. The statement of heads that CHN
// made last does not cover the last three runs.
struct SixtyEntries {
  TestRecord record;
  std::vector<SignedHeads> heads;
  SixtyEntries();
};

}  // namespace openline
