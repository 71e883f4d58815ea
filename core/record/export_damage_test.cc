// SPDX-License-Identifier: Apache-2.0
// Whatever is done to an export after it was made shows, and the entry that it was done to is named.
#include <gtest/gtest.h>

#include <numeric>
#include <set>
#include <thread>

#include "core/record/fields.h"
#include "core/record/test_exports.h"

namespace openline {
namespace {

class ExportDamageTest : public testing::Test {
 protected:
  struct RunPlace {
    std::size_t begin, end;   // bytes in the file
    std::size_t first, last;  // entries, counted from 1
    std::size_t head_size;    // bytes before its entries: line, author, incarnation, sequence ...
    const std::vector<Entry>* entries;
  };

  ExportDamageTest() : pieces_(sixty_.record.pieces("USA", sixty_.heads)), file_(pieces_.file()) {
    std::size_t at = pieces_.head.size(), number = 1;
    for (std::size_t i = 0; i < pieces_.runs.size(); ++i) {
      const std::size_t size = pieces_.runs[i].size(), count = pieces_.entries[i].size();
      cbor::MapEncoder place;
      write_place(place, pieces_.entries[i][0].header);
      places_.push_back(
          {at, at + size, number, number + count - 1, place.take().size() + 2, &pieces_.entries[i]});
      at += size, number += count;
    }
  }

  Verification verify_file(const Bytes& file) const { return verify_export(file, roots_, 1); }
  std::string name(const Entry& entry) const {
    return entry_name(entry.header.author == sixty_.record.party("USA").station.key() ? "USA" : "CHN", entry);
  }
  const RunPlace* run_at(std::size_t offset) const {
    for (const RunPlace& place : places_) {
      if (offset >= place.begin && offset < place.end) return &place;
    }
    return nullptr;
  }
  std::string number_of(const RunPlace& place) const {
    const std::string first = std::to_string(place.first);
    return place.first == place.last ? "Entry " + first + ", "
                                     : "Entries " + first + " to " + std::to_string(place.last) + ", ";
  }

  // Whether the problem names the run by its number in the file, and by author and sequence where those are
  // intact; or, when nothing could be read there, the entry before by its full name.
  bool names_run(const std::string& problem, const RunPlace& place, bool head_intact) const {
    const Header& header = place.entries->front().header;
    const std::string code = name(place.entries->front()).substr(0, 3);
    std::string wanted = number_of(place);
    if (head_intact) wanted += code + " " + std::to_string(header.sequence.value);
    if (problem.find(wanted) != std::string::npos) return true;
    const std::string before = place.first == 1 ? "the head of the file"
                                                : "Entry " + std::to_string(place.first - 1) + ", " +
                                                      name((&place - 1)->entries->back());
    return problem.find("What follows " + before + ", cannot be read") != std::string::npos;
  }

  SixtyEntries sixty_;
  ExportPieces pieces_;
  Bytes file_;
  std::vector<Fingerprint> roots_ = sixty_.record.roots();
  std::vector<RunPlace> places_;
};

TEST_F(ExportDamageTest, TheSampleIsWhatTheTestsNeed) {
  const auto verified = verify_export(file_, roots_);
  ASSERT_TRUE(verified.holds()) << texts_of(verified.problems);
  EXPECT_EQ(verified.entries.size(), 60U);
  EXPECT_EQ(places_.back().last, 60U);
  std::size_t runs_of_several = 0;
  std::set<std::pair<StationKey, Incarnation>> chains;
  for (const auto& run : pieces_.entries) {
    runs_of_several += run.size() > 1 ? 1 : 0;
    chains.insert({run[0].header.author, run[0].header.incarnation});
  }
  EXPECT_GE(runs_of_several, 8U);
  EXPECT_EQ(chains.size(), 3U);
}

TEST_F(ExportDamageTest, AnAlteredByteAtEveryPositionIsDetectedAndItsEntryNamed) {
  // Reads the members without changing them, so that two threads may share them.
  const auto check = [this](std::size_t from, std::vector<std::string>& failures) {
    for (std::size_t at = from; at < file_.size(); at += 2) {
      Bytes changed = file_;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ 1U << (at % 8));
      const Verification verified = verify_file(changed);
      const RunPlace* place = run_at(at);
      if (verified.holds()) {
        failures.push_back("byte " + std::to_string(at) + " was not noticed");
      } else if (place != nullptr &&
                 !names_run(verified.problems[0], *place, at >= place->begin + place->head_size)) {
        failures.push_back("byte " + std::to_string(at) + " in run of entry " + std::to_string(place->first) +
                           ": " + verified.problems[0]);
      }
    }
  };
  std::vector<std::string> even, odd;
  std::thread other(check, 0, std::ref(even));
  check(1, odd);
  other.join();
  EXPECT_TRUE(even.empty()) << even.size() << " of " << file_.size() << "; the first: " << even[0];
  EXPECT_TRUE(odd.empty()) << odd.size() << " of " << file_.size() << "; the first: " << odd[0];
}

TEST_F(ExportDamageTest, AFileCutOffAnywhereIsDetected) {
  for (const RunPlace& place : places_) {
    for (const std::size_t size :
         {place.begin, place.begin + 1, (place.begin + place.end) / 2, place.end - 1}) {
      const Bytes cut(file_.begin(), file_.begin() + static_cast<std::ptrdiff_t>(size));
      const auto verified = verify_export(cut, roots_);
      const std::string before =
          place.first == 1 ? "the head of the file" : name((&place - 1)->entries->back());
      expect_problem(verified, before);
      expect_problem(verified, "The file ends without a manifest");
    }
  }
  Bytes without_manifest = pieces_.before_manifest();
  expect_problem(verify_file(without_manifest),
                 "cut off after Entry 60, " + name(pieces_.entries.back().back()));
}

TEST_F(ExportDamageTest, ARemovedRunIsDetectedByWhatStandsOnItOrByTheManifest) {
  for (std::size_t i = 0; i < pieces_.runs.size(); ++i) {
    ExportPieces changed = pieces_;
    changed.runs.erase(changed.runs.begin() + static_cast<std::ptrdiff_t>(i));
    const auto verified = verify_export(changed.file(), roots_);
    EXPECT_TRUE(names(verified,
                      "stands on an entry that is not in the file: " + pieces_.entries[i].back().id.hex()) ||
                names(verified, "name " + name(pieces_.entries[i].back()) + ", which is not in the file"))
        << texts_of(verified.problems);
    expect_problem(verified, "The manifest counts 60 entries");
    expect_problem(verified, "the hash differs");
  }
}

// What a forger can do inside a signed run: other entries, their places written anew, under the old
// signature.
Bytes rearranged(const std::vector<Entry>& run, const std::vector<std::size_t>& order) {
  std::vector<Entry> made;
  for (const std::size_t at : order) {
    Header header = run[at].header;
    header.sequence = {run[0].header.sequence.value + made.size()};
    header.previous = made.empty() ? run[0].header.previous : std::optional(made.back().id);
    header.origin = made.empty() ? run[0].header.origin : std::nullopt;
    made.push_back(Entry::make(std::move(header), run[at].body));
  }
  made.back().signature = run.back().signature;
  return Run::encode(made);
}

TEST_F(ExportDamageTest, AnEntryRemovedSwappedOrRepeatedInsideARunIsDetectedAndNamed) {
  const auto expect_named = [this](std::size_t i, const std::vector<std::size_t>& order) {
    ExportPieces changed = pieces_;
    changed.runs[i] = rearranged(pieces_.entries[i], order);
    RunPlace place = places_[i];
    place.last = place.first + order.size() - 1;
    const std::string run = name(pieces_.entries[i].front());
    expect_problem(verify_export(changed.file(), roots_, 1000),
                   number_of(place) + run.substr(0, run.find(" (")));
  };
  std::size_t tried = 0;
  for (std::size_t i = 0; i < pieces_.runs.size(); ++i) {
    const std::size_t size = pieces_.entries[i].size();
    if (size == 1) continue;
    std::vector<std::size_t> whole(size);
    std::iota(whole.begin(), whole.end(), 0);
    for (std::size_t at = 0; at < size; ++at, ++tried) {
      std::vector<std::size_t> order = whole;
      const auto place = order.begin() + static_cast<std::ptrdiff_t>(at);
      if (size < kMaxRun) {
        order.insert(place, at);
        expect_named(i, order);
        order = whole;
      }
      if (at + 1 < size) {
        std::swap(order[at], order[at + 1]);
        expect_named(i, order);
        order = whole;
      }
      order.erase(order.begin() + static_cast<std::ptrdiff_t>(at));
      expect_named(i, order);
    }
  }
  EXPECT_GE(tried, 16U);
}

TEST_F(ExportDamageTest, SwappedRunsAreDetectedAndNamed) {
  for (std::size_t i = 0; i + 1 < pieces_.runs.size(); ++i) {
    ExportPieces changed = pieces_;
    std::swap(changed.runs[i], changed.runs[i + 1]);
    const auto verified = verify_export(changed.file(), roots_);
    expect_problem(verified, name(pieces_.entries[i].back()) + ", is out of order: its place is before");
  }
}

TEST_F(ExportDamageTest, ARepeatedRunIsDetectedAndNamed) {
  for (std::size_t i = 0; i < pieces_.runs.size(); ++i) {
    ExportPieces changed = pieces_;
    changed.runs.insert(changed.runs.begin() + static_cast<std::ptrdiff_t>(i), pieces_.runs[i]);
    const auto verified = verify_export(changed.file(), roots_, 1000);
    for (const Entry& entry : pieces_.entries[i]) {
      expect_problem(verified, name(entry) + ", is in the file twice");
    }
  }
}

}  // namespace
}  // namespace openline
