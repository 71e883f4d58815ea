// SPDX-License-Identifier: Apache-2.0
// What the API needs of the attachment files. Asked and answered on the loop's thread; the work is done
// elsewhere.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "daemon/api/http.h"
#include "daemon/store/store.h"

namespace openline::daemon {

struct StoredAttachment {
  Hash hash;
  std::uint64_t size = 0;
};

class AttachmentPort {
 public:
  virtual ~AttachmentPort() = default;

  class Upload {
   public:
    virtual ~Upload() = default;  // without `finish`: nothing is kept
    virtual void add(Bytes piece, std::function<void(Stored<void>)> done) = 0;
    virtual void finish(std::function<void(Stored<StoredAttachment>)> done) = 0;
  };
  [[nodiscard]] virtual std::shared_ptr<Upload> start_upload() = 0;

  enum class Presence : std::uint8_t { kAbsent, kIncomplete, kWhole };
  struct Found {
    Presence presence = Presence::kAbsent;
    std::uint64_t size = 0;
  };
  virtual void find(const Hash& hash, std::function<void(Found)> done) = 0;
  // Chunk n of a whole one, from 0. nullopt: it could not be read.
  virtual void read_chunk(const Hash& hash, std::uint64_t chunk,
                          std::function<void(std::optional<Bytes>)> done) = 0;
};

}  // namespace openline::daemon
