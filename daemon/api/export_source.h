// SPDX-License-Identifier: Apache-2.0
// A line's export as a body that is read piece by piece (protocol.md section 12). Headers of the whole line
// are held while their order is worked out; bodies are read as they are written.
#pragma once

#include <memory>

#include "core/record/export_file.h"
#include "daemon/api/http.h"
#include "daemon/api/read_worker.h"
#include "daemon/api/station_port.h"

namespace openline::daemon {

class ExportSource : public BodySource, public std::enable_shared_from_this<ExportSource> {
 public:
  // Only what is durable and closed now. nullptr: no such line.
  [[nodiscard]] static std::shared_ptr<ExportSource> of(const LineId& line, StationPort& station,
                                                        ReadWorker& reads);
  ExportSource(LineForExport line, StationPort& station, ReadWorker& reads);
  void next(std::function<void(Piece)> done) override;

 private:
  // A run by its place: what is read again when its turn comes.
  struct RunPlace {
    ChainNumber chain;
    Sequence first;
    std::size_t entries = 0;
  };
  [[nodiscard]] bool plan(StoreReader& reader);
  [[nodiscard]] bool write_runs(StoreReader& reader, Bytes& out);
  void write_end(Bytes& out);
  void submit(std::function<void(Piece)> done);

  LineForExport line_;
  StationPort& station_;
  ReadWorker& reads_;
  ExportWriter writer_;
  std::vector<RunPlace> runs_;  // in canonical order of their last entries
  std::size_t next_run_ = 0;
  bool planned_ = false;
};

}  // namespace openline::daemon
