# SPDX-License-Identifier: Apache-2.0
"""Frames of a packet, acknowledgements and objects in parts: docs/protocol.md sections 6.1 to 6.3."""

from canonical_cbor import CborError, Reader, encode
from cddl import FormatError, openline

(PADDING, WHOLE_OBJECT, FRAGMENT, ACKNOWLEDGEMENT, PING, PATH_CHALLENGE, PATH_RESPONSE, CLOSING, STATEMENT) = range(9)
LARGEST_OBJECT = 1 << 20


def encode_frames(frames):
    return b"".join(encode(openline().check("frame", frame)) for frame in frames)


def read_frames(plain, offset=0):
    """The frames up to the end, or to what is malformed, unknown or a zero byte (sections 6.1 and 15)."""
    reader, found = Reader(plain, offset), []
    while not reader.at_end():
        try:
            frame = reader.item()
            openline().check("frame", frame)
        except (CborError, FormatError):
            break
        found.append(frame)
    return found


def asks_for_acknowledgement(frames):
    return any(frame[0] not in (PADDING, ACKNOWLEDGEMENT) for frame in frames)


class Received:
    """Counters of one path of a session that came: what to acknowledge, and what is a replay."""

    def __init__(self):
        self._counters = set()

    def add(self, counter):
        """False for a replay."""
        if counter in self._counters:
            return False
        self._counters.add(counter)
        return True

    @property
    def largest(self):
        return max(self._counters, default=-1)

    def acknowledgement(self, path, delay_ms=0):
        """Run lengths downward from the largest: received, missing, received ... The newest 32 ranges."""
        runs, counter, present = [], self.largest, True
        while counter >= 0 and len(runs) < 63:
            start = counter
            while counter >= 0 and (counter in self._counters) == present:
                counter -= 1
            runs.append(start - counter)
            present = not present
        if len(runs) % 2 == 0:
            runs.pop()  # what is missing below the last received needs no word
        return [ACKNOWLEDGEMENT, path, self.largest, delay_ms, runs]


def acknowledged_counters(frame):
    """The counters that an acknowledgement names."""
    counter, found = frame[2], set()
    for place, length in enumerate(frame[4]):
        if place % 2 == 0:
            found.update(range(max(0, counter - length + 1), counter + 1))
        counter -= length
    return found


class Assembly:
    """Puts objects together; delivers each once (section 6.2)."""

    def __init__(self):
        self._delivered = set()
        self._parts = {}

    def take(self, frame):
        """The object that is whole by this frame, or None."""
        number = frame[1]
        if number in self._delivered:
            return None
        if frame[0] != FRAGMENT:
            self._delivered.add(number)
            return frame[2]
        return self._take_fragment(number, *frame[2:])

    def _take_fragment(self, number, offset, rest, data):
        size = offset + len(data) + rest
        if size > LARGEST_OBJECT:
            return None
        known, held, have = self._parts.setdefault(number, (size, bytearray(size), bytearray(size)))
        if known != size:
            return None
        held[offset:offset + len(data)] = data
        have[offset:offset + len(data)] = b"\1" * len(data)
        if not all(have):
            return None
        del self._parts[number]
        self._delivered.add(number)
        return bytes(held)
