// SPDX-License-Identifier: Apache-2.0
// Security keys in desk.db.
#include "daemon/desk/desk_columns.h"

namespace openline::daemon {

Stored<void> DeskStore::put(const SecurityKey& k) {
  return run("INSERT OR REPLACE INTO security_key VALUES (?,?,?,?,?,?,?,?,?)", k.id, k.officer, k.name,
             k.host, number_of(k.algorithm), k.public_key, k.count, ms(k.added), ms(k.last_used));
}

Stored<void> DeskStore::put(const SecurityKeyRemoved& removed) {
  return run("DELETE FROM security_key WHERE id = ?", removed.id);
}

Stored<void> DeskStore::load_security_keys(DeskRows& rows) {
  return read("SELECT * FROM security_key", [&](const Rows& row) {
    SecurityKey key{copy_of(row.bytes(0)),
                    std::string(row.text(1)),
                    std::string(row.text(2)),
                    std::string(row.text(3)),
                    word<KeyAlgorithm>(row, 4),
                    copy_of(row.bytes(5)),
                    small(row, 6),
                    time_at(row.number(7)),
                    time_at(row.number(8))};
    const bool is_curve = key.algorithm == KeyAlgorithm::kEs256;
    if (key.id.empty() || key.id.size() > kMaxCredentialId || key.public_key.size() != (is_curve ? 64 : 32))
      return false;
    rows.security_keys.push_back(std::move(key));
    return true;
  });
}

}  // namespace openline::daemon
