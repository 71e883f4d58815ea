// SPDX-License-Identifier: Apache-2.0
// An exporter who changes the record and signs a manifest for what is left. It has its own keys, not the
// authors' of others: what others signed binds it.
#include <gtest/gtest.h>

#include <functional>

#include "core/record/fields.h"
#include "core/record/test_exports.h"

namespace openline {
namespace {

// The run-entries of a run as encoded items.
std::vector<Bytes> items_of(const std::vector<Entry>& run) {
  const Bytes encoded = Run::encode(run);
  cbor::Decoder decoder(encoded);
  std::vector<Bytes> items;
  for (std::size_t left = decoder.map(8); left > 0; --left) {
    if (decoder.number() != 7) {
      static_cast<void>(decoder.item());
      continue;
    }
    for (std::size_t entries = decoder.array(kMaxRun); entries > 0; --entries)
      items.push_back(copy_of(decoder.item()));
  }
  return items;
}

// A run of these items under the head and the signature of `run`, whatever that gives.
Bytes rebuilt(const std::vector<Entry>& run, const std::vector<Bytes>& items) {
  cbor::MapEncoder map;
  write_place(map, run.front().header);
  cbor::Encoder& list = map.field(7).array(items.size());
  for (const Bytes& item : items) list.raw(item);
  map.field(8).bytes(run.back().signature->view());
  return map.take();
}

class DishonestExporterTest : public testing::Test {
 protected:
  DishonestExporterTest() : pieces_(sixty_.record.pieces("USA", sixty_.heads)) {}

  Verification verify_resigned(ExportPieces pieces) const {
    sixty_.record.resign(pieces, "USA");
    return verify_export(pieces.file(), sixty_.record.roots(), 1000);
  }
  std::string code_of(const Entry& entry) const {
    return entry.header.author == sixty_.record.party("USA").station.key() ? "USA" : "CHN";
  }
  std::string name(const Entry& entry) const { return entry_name(code_of(entry), entry); }

  // Does this to each entry of each run, and expects a problem that names its run by author and sequence.
  void expect_detected(const std::function<bool(std::vector<Bytes>& items, std::size_t at)>& change) const {
    std::size_t changes = 0;
    for (std::size_t i = 0; i < pieces_.runs.size(); ++i) {
      const std::vector<Entry>& run = pieces_.entries[i];
      for (std::size_t at = 0; at < run.size(); ++at) {
        std::vector<Bytes> items = items_of(run);
        if (!change(items, at) || items.empty()) continue;
        ++changes;
        ExportPieces changed = pieces_;
        changed.runs[i] = rebuilt(run, items);
        const std::string wanted =
            ", " + code_of(run[0]) + " " + std::to_string(run[0].header.sequence.value);
        const auto resigned = verify_resigned(changed);
        expect_problem(resigned, wanted);
        expect_problem(resigned, "its signature does not verify");
        expect_problem(verify_export(changed.file(), sixty_.record.roots()), wanted);
      }
    }
    EXPECT_GT(changes, 20U);
  }

  SixtyEntries sixty_;
  ExportPieces pieces_;
};

TEST_F(DishonestExporterTest, CannotRemoveAnEntryFromARun) {
  expect_detected([](std::vector<Bytes>& items, std::size_t at) {
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
  });
}

TEST_F(DishonestExporterTest, CannotSwapEntriesOfARun) {
  expect_detected([](std::vector<Bytes>& items, std::size_t at) {
    if (at + 1 == items.size()) return false;
    std::swap(items[at], items[at + 1]);
    return true;
  });
}

TEST_F(DishonestExporterTest, CannotRepeatAnEntryInARun) {
  expect_detected([](std::vector<Bytes>& items, std::size_t at) {
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(at), items[at]);
    return true;
  });
}

TEST_F(DishonestExporterTest, CannotCutAnEntryShort) {
  for (std::size_t i = 0; i < pieces_.runs.size(); ++i) {
    for (std::size_t at = 0; at < pieces_.entries[i].size(); ++at) {
      std::vector<Entry> run = pieces_.entries[i];
      std::vector<Bytes> items = items_of(run);
      run[at].body.pop_back();
      const Entry cut = Entry::make(run[at].header, run[at].body);
      items[at] = items_of({cut})[0];
      ExportPieces changed = pieces_;
      changed.runs[i] = rebuilt(pieces_.entries[i], items);
      const std::string wanted = ", " + code_of(run[0]) + " " + std::to_string(run[0].header.sequence.value);
      expect_problem(verify_resigned(changed), wanted);
    }
  }
}

TEST_F(DishonestExporterTest, CannotLeaveOutTheBeginningOfARun) {
  std::size_t tried = 0;
  for (std::size_t i = 0; i < pieces_.runs.size(); ++i) {
    const std::vector<Entry>& run = pieces_.entries[i];
    if (run.size() < 2) continue;
    ++tried;
    ExportPieces changed = pieces_;
    changed.entries[i].erase(changed.entries[i].begin());
    changed.runs[i] = Run::encode(changed.entries[i]);  // its signature still holds
    const auto verified = verify_resigned(changed);
    expect_problem(verified,
                   name(run[1]) + ", stands on an entry that is not in the file: " + run[0].id.hex());
  }
  EXPECT_GE(tried, 8U);
}

TEST_F(DishonestExporterTest, CannotSwapOrRepeatRuns) {
  for (std::size_t i = 0; i + 1 < pieces_.runs.size(); ++i) {
    ExportPieces swapped = pieces_, repeated = pieces_;
    std::swap(swapped.runs[i], swapped.runs[i + 1]);
    std::swap(swapped.entries[i], swapped.entries[i + 1]);
    expect_problem(verify_resigned(swapped), name(pieces_.entries[i].back()) + ", is out of order");
    repeated.runs.push_back(pieces_.runs[i]);
    repeated.entries.push_back(pieces_.entries[i]);
    expect_problem(verify_resigned(repeated), name(pieces_.entries[i].front()) + ", is in the file twice");
  }
}

// Removing one run, or the last n runs: undetected exactly if no entry that stays stands on it and no
// statement of heads that stays covers it.
TEST_F(DishonestExporterTest, CanOnlyDropASuffixThatNoIncludedHeadsCover) {
  const std::size_t runs = pieces_.runs.size(), covered = runs - 3;  // see SixtyEntries
  for (std::size_t i = 0; i < runs; ++i) {
    ExportPieces without_one = pieces_;
    without_one.runs.erase(without_one.runs.begin() + static_cast<std::ptrdiff_t>(i));
    without_one.entries.erase(without_one.entries.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(verify_resigned(without_one).holds(), i == runs - 1) << "run " << i;
  }
  for (std::size_t kept = 1; kept <= runs; ++kept) {
    ExportPieces shorter = pieces_;
    shorter.runs.resize(kept);
    shorter.entries.resize(kept);
    const auto verified = verify_resigned(shorter);
    EXPECT_EQ(verified.holds(), kept >= covered) << kept << " of " << runs << " runs\n"
                                                 << texts_of(verified.problems);
    if (kept < covered) expect_problem(verified, "The heads of CHN name ");
    // With the statement gone too, nothing in the file says that there was more.
    shorter.heads.clear();
    EXPECT_TRUE(verify_resigned(shorter).holds()) << kept;
  }
}

TEST_F(DishonestExporterTest, CannotPassAsAnotherMember) {
  ExportPieces changed = pieces_;
  Manifest manifest = Manifest::decode(changed.manifest).value();
  manifest.exporter = sixty_.record.party("CHN").station.key();
  const StationKeyPair& own = sixty_.record.party("USA").station;
  manifest.signature = own.sign({kExportLabel, sixty_.record.line(), manifest.signed_bytes()});
  changed.manifest = manifest.encode();
  expect_problem(verify_export(changed.file(), sixty_.record.roots()),
                 "The manifest's signature is missing or does not verify");
}

}  // namespace
}  // namespace openline
