// SPDX-License-Identifier: Apache-2.0
// What is remarkable about an entry and rejects nothing (protocol.md sections 4.1 and 9.1), and forks
// (section 9.5).
#pragma once

#include <string>
#include <vector>

#include "core/record/entry_graph.h"
#include "core/record/export_parts.h"

namespace openline {

// By index into the graph: "unknown kind", "bad body: …", "after revocation", "cites an unknown entry".
[[nodiscard]] std::vector<std::vector<std::string>> labels_of(const EntryGraph& graph,
                                                              const ExportHead& head);

// Equivocation and rollback, in words, one a finding.
[[nodiscard]] std::vector<std::string> forks_of(const EntryGraph& graph, const Stations& stations,
                                                bool attested);

}  // namespace openline
