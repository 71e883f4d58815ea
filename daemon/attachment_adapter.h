// SPDX-License-Identifier: Apache-2.0
// The API's view of the attachment thread: answers come on the loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "daemon/api/attachment_port.h"
#include "daemon/attachment/attachment_thread.h"

namespace openline::daemon {

class AttachmentAdapter : public AttachmentPort {
 public:
  AttachmentAdapter(AttachmentThread& thread, boost::asio::io_context& loop) : thread_(thread), loop_(loop) {}
  std::shared_ptr<Upload> start_upload() override;
  void find(const Hash& hash, std::function<void(Found)> done) override;
  void read_chunk(const Hash& hash, std::uint64_t chunk,
                  std::function<void(std::optional<Bytes>)> done) override;

 private:
  class FileUpload;
  AttachmentThread& thread_;
  boost::asio::io_context& loop_;
  // Uploads whose connection outlives this find it gone.
  std::shared_ptr<const bool> here_ = std::make_shared<const bool>(true);
};

}  // namespace openline::daemon
