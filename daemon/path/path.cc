// SPDX-License-Identifier: Apache-2.0
#include "daemon/path/path.h"

#include "daemon/path/exec_path.h"
#include "daemon/path/serial_path.h"
#include "daemon/path/tcp_path.h"
#include "daemon/path/udp_path.h"

namespace openline::daemon {

std::unique_ptr<Path> make_path(boost::asio::io_context& loop, PathConfig config, PathEvents events,
                                PathLimits limits) {
  switch (config.kind) {
    case PathKind::kUdp:
      return std::make_unique<UdpPath>(loop, std::move(config), std::move(events), limits);
    case PathKind::kTcp:
      return std::make_unique<TcpPath>(loop, std::move(config), std::move(events), limits);
    case PathKind::kSerial:
      return std::make_unique<SerialPath>(loop, std::move(config), std::move(events), limits);
    case PathKind::kExec:
      break;
  }
  return std::make_unique<ExecPath>(loop, std::move(config), std::move(events), limits);
}

}  // namespace openline::daemon
