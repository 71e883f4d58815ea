# SPDX-License-Identifier: Apache-2.0
"""A NAT in front of a station, as a relay of UDP on loopback: it can forget its mapping and take another port."""

import select
import socket
import threading
import time


class NatRelay(threading.Thread):
    """Whoever sends to `inside` is translated: `to`, an address and port, sees him at a port of the relay's own. So many
    bytes a second pass."""

    def __init__(self, to, rate=3 << 20):
        super().__init__(daemon=True)
        self._to, self._rate = to, rate
        self._inside = self._socket()
        self._outside = [self._socket()]  # the last is in use; to the others nothing gets through any more
        self._caller = None
        self._lock = threading.Lock()
        self._stopped = False
        self.late = []  # (port, bytes) of what came to a port that was left
        self.start()

    @staticmethod
    def _socket():
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        made.bind(("127.0.0.1", 0))
        return made

    @property
    def inside(self):
        return "127.0.0.1:%d" % self._inside.getsockname()[1]

    @property
    def outside(self):
        return "127.0.0.1:%d" % self._outside[-1].getsockname()[1]

    def rebind(self):
        with self._lock:
            self._outside.append(self._socket())

    def run(self):
        while not self._stopped:
            with self._lock:
                sockets = [self._inside, *self._outside]
            for one in select.select(sockets, [], [], 0.02)[0]:
                self._pass(one)

    def _pass(self, one):
        data, source = one.recvfrom(65536)
        time.sleep(len(data) / self._rate)
        with self._lock:
            current = self._outside[-1]
        if one is self._inside:
            self._caller = source
            current.sendto(data, self._to)
        elif one is not current:
            self.late.append((one.getsockname()[1], len(data)))
        elif self._caller and source == self._to:
            self._inside.sendto(data, self._caller)

    def stop(self):
        self._stopped = True
        self.join()
        for one in (self._inside, *self._outside):
            one.close()
