# SPDX-License-Identifier: Apache-2.0
"""One session over one path: packets, acknowledgements and what is sent again (docs/protocol.md sections 5.1, 6)."""

import time

from canonical_cbor import encode
from frames import (ACKNOWLEDGEMENT, FRAGMENT, PATH_CHALLENGE, PATH_RESPONSE, WHOLE_OBJECT, Received,
                    acknowledged_counters, asks_for_acknowledgement, encode_frames, read_frames)
from transport import read_transport, transport

PATH = 0
LARGEST_PACKET = 1200
HEAD_AND_TAG = 10 + 16
PATIENCE = 0.3  # seconds until what was not acknowledged is sent again
SHORT_HEAD_REACH = 1 << 14


class Session:
    """Keys and counters that two stations share; `send_packet` puts a packet on the path."""

    def __init__(self, own_index, peer_index, sending, receiving, send_packet):
        self.own_index, self.peer_index = own_index, peer_index
        self.confirmed = False  # as responder: the caller's first transport packet came
        self._sending, self._receiving, self._send_packet = sending, receiving, send_packet
        self._next_counter = 0
        self._acknowledged = -1
        self._received = {}
        self._due = set()  # paths whose packets want an acknowledgement
        self._under_way = {}  # counter -> (time, frames)
        self.packets_taken = self.short_heads_taken = 0

    def send(self, frames):
        """One packet, with a short head as soon as the peer can tell its counter."""
        counter, self._next_counter = self._next_counter, self._next_counter + 1
        if asks_for_acknowledgement(frames):
            self._under_way[counter] = time.monotonic(), frames
        short = 0 <= self._acknowledged and counter < self._acknowledged + SHORT_HEAD_REACH
        plain = encode_frames(frames)
        self._send_packet(transport(self._sending, self.peer_index, PATH, counter, plain, short))

    def send_object(self, number, data):
        """As whole-object where it fits, else in fragments (section 6.2)."""
        whole = [WHOLE_OBJECT, number, data]
        if len(encode(whole)) <= LARGEST_PACKET - HEAD_AND_TAG:
            return self.send([whole])
        step = LARGEST_PACKET - HEAD_AND_TAG - 32
        for offset in range(0, len(data), step):
            piece = data[offset:offset + step]
            self.send([[FRAGMENT, number, offset, len(data) - offset - len(piece), piece]])
        return None

    def take(self, packet):
        """The frames of a packet that are for others than this session; None if it is not authentic or a replay."""
        opened = read_transport(self._receiving, packet, lambda path: self._path(path).largest)
        if opened is None or not self._path(opened[0]).add(opened[1]):
            return None
        self.confirmed = True
        self.packets_taken += 1
        self.short_heads_taken += packet[0] >= 0x10
        frames = read_frames(opened[2])
        if asks_for_acknowledgement(frames):
            self._due.add(opened[0])
        return [frame for frame in frames if not self._is_ours(frame)]

    def _path(self, path):
        return self._received.setdefault(path, Received())

    def _is_ours(self, frame):
        if frame[0] == ACKNOWLEDGEMENT:
            if frame[1] == PATH:
                self._acknowledged = max(self._acknowledged, frame[2])
                for counter in acknowledged_counters(frame):
                    self._under_way.pop(counter, None)
        elif frame[0] == PATH_CHALLENGE:
            self.send([[PATH_RESPONSE, frame[1]]])
        else:
            return False
        return True

    def acknowledge(self):
        """Says what came, for each path that it is due for."""
        for path in sorted(self._due):
            self.send([self._path(path).acknowledgement(path)])
        self._due.clear()

    def send_again(self):
        """What was not acknowledged within the patience goes in a new packet."""
        now = time.monotonic()
        for counter, (since, frames) in list(self._under_way.items()):
            if now - since > PATIENCE:
                del self._under_way[counter]
                self.send(frames)

    def is_all_acknowledged(self):
        return not self._under_way
