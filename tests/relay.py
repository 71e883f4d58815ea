# SPDX-License-Identifier: Apache-2.0
"""A path between two stations on this machine that can be cut."""

import select
import socket
import threading


class UdpRelay(threading.Thread):
    """Datagrams to `port` go on to `target`, each caller's from a port of its own; cut, they go nowhere."""

    def __init__(self, port, target):
        super().__init__(daemon=True)
        self.target = ("127.0.0.1", target)
        self.cut = False
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind(("127.0.0.1", port))
        self.behind = {}  # caller -> socket towards the target
        self.stopping, self.stopped = socket.socketpair()
        self.start()

    def run(self):
        while True:
            callers = {one: caller for caller, one in self.behind.items()}
            ready, _, _ = select.select([self.front, self.stopped, *callers], [], [])
            if self.stopped in ready:
                return
            for one in ready:
                try:
                    packet, caller = one.recvfrom(65536)
                    if self.cut:
                        continue
                    if one is not self.front:
                        self.front.sendto(packet, callers[one])
                        continue
                    if caller not in self.behind:
                        self.behind[caller] = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    self.behind[caller].sendto(packet, self.target)
                except OSError:  # nobody listens there now: a datagram is lost
                    continue

    def stop(self):
        self.stopping.send(b"x")
        self.join()
        for one in (self.front, self.stopping, self.stopped, *self.behind.values()):
            one.close()
