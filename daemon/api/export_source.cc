// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/export_source.h"

#include <algorithm>

namespace openline::daemon {
namespace {

constexpr std::size_t kPiece = 256 << 10, kMaxRun = 16, kReadEntries = 256;

}  // namespace

std::shared_ptr<ExportSource> ExportSource::of(const LineId& line, StationPort& station, ReadWorker& reads) {
  auto held = station.for_export(line);
  if (!held) return nullptr;
  return std::make_shared<ExportSource>(std::move(*held), station, reads);
}

ExportSource::ExportSource(LineForExport line, StationPort& station, ReadWorker& reads)
    : line_(std::move(line)), station_(station), reads_(reads), writer_(line_.head) {}

void ExportSource::next(std::function<void(Piece)> done) {
  const bool taken =
      reads_.submit([self = shared_from_this(), done](StoreReader& reader) -> ReadWorker::Then {
        Bytes out;
        bool good = true;
        if (!self->planned_) {
          out = self->writer_.head();
          good = self->plan(reader);
        }
        good = good && self->write_runs(reader, out);
        return [self, done, good, out = std::move(out)]() mutable {
          if (!good) return done({{}, true, true});
          const bool last = self->next_run_ == self->runs_.size();
          if (last) self->write_end(out);
          done({std::move(out), last, false});
        };
      });
  if (!taken) done({{}, true, true});
}

// Reads every chain once without keeping bodies, cuts it into its runs, and orders them.
bool ExportSource::plan(StoreReader& reader) {
  planned_ = true;
  std::vector<Entry> entries;    // headers only
  std::vector<RunPlace> run_of;  // by entry: the run that ends there, or none of it
  for (const ChainOfLine& chain : line_.chains) {
    Sequence from = chain.first;
    RunPlace run{chain.chain, from, 0};
    while (from <= chain.closed) {
      const RunsRead read = reader.read_runs({0, chain.chain, from, kReadEntries, 1 << 20});
      if (read.failure || read.entries.empty()) return false;
      for (const Entry& entry : read.entries) {
        if (entry.header.sequence > chain.closed) break;
        ++run.entries;
        // An attested entry that no signature covers yet is left for the next export.
        const bool ends = line_.attested ? entry.signature.has_value()
                                         : run.entries == kMaxRun || entry.header.sequence == chain.closed;
        if (!ends && run.entries > kMaxRun) return false;
        entries.push_back({entry.header, entry.id, {}, entry.signature});
        run_of.push_back(ends ? run : RunPlace{});
        if (ends) run = {chain.chain, entry.header.sequence.next(), 0};
      }
      from = read.entries.back().header.sequence.next();
    }
    entries.resize(entries.size() - run.entries);
    run_of.resize(entries.size());
  }
  std::vector<const Entry*> pointers;
  for (const Entry& entry : entries) pointers.push_back(&entry);
  for (const std::size_t at : canonical_order(pointers)) {
    if (run_of[at].entries > 0) runs_.push_back(run_of[at]);
  }
  return true;
}

bool ExportSource::write_runs(StoreReader& reader, Bytes& out) {
  while (next_run_ < runs_.size() && out.size() < kPiece) {
    const RunPlace& run = runs_[next_run_];
    std::vector<Entry> entries;
    while (entries.size() < run.entries) {
      const Sequence from{run.first.value + entries.size()};
      RunsRead read = reader.read_runs({0, run.chain, from, run.entries - entries.size(), 2 << 20});
      if (read.failure || read.entries.empty()) return false;
      for (Entry& entry : read.entries) entries.push_back(std::move(entry));
    }
    entries.resize(run.entries);
    append(out, writer_.run(entries));
    ++next_run_;
  }
  return true;
}

void ExportSource::write_end(Bytes& out) {
  for (const SignedHeads& heads : line_.peer_heads) append(out, writer_.heads(heads));
  append(out, writer_.finish(line_.own_heads, station_.now().wall, station_.signing_key()));
}

}  // namespace openline::daemon
