# SPDX-License-Identifier: Apache-2.0
"""Deterministic CBOR of the profile in docs/protocol.md section 2: nothing else is written, nothing else is read.

Values are Python's int, bytes, str, list, dict (unsigned keys), True and False.
"""

DEEPEST = 8
UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)


class CborError(ValueError):
    """What the profile refuses, with the offset of the byte where it begins."""

    def __init__(self, what, offset):
        super().__init__(f"{what} (at byte {offset})")
        self.offset = offset


def _head(major, value):
    if value < 24:
        return bytes([major << 5 | value])
    for argument, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if value < 1 << (8 * size):
            return bytes([major << 5 | argument]) + value.to_bytes(size, "big")
    raise ValueError(f"{value} does not fit 64 bits")


def encode(value):
    """The one encoding of a value."""
    if value is False or value is True:
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(UNSIGNED, value) if value >= 0 else _head(NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _head(TEXT, len(text)) + text
    if isinstance(value, (list, tuple)):
        return _head(ARRAY, len(value)) + b"".join(map(encode, value))
    if isinstance(value, dict):
        return _head(MAP, len(value)) + b"".join(encode(key) + encode(value[key]) for key in sorted(value))
    raise TypeError(f"no CBOR for {type(value).__name__}")


class Reader:
    """Reads items one after the other, as from a CBOR sequence (RFC 8742)."""

    def __init__(self, data, offset=0):
        self.data = data
        self.offset = offset

    def at_end(self):
        return self.offset == len(self.data)

    def item(self, depth=0):
        start = self.offset
        if depth == DEEPEST:
            raise CborError(f"an item deeper than {DEEPEST} levels", start)
        major, value = self._read_head()
        if major == UNSIGNED:
            return value
        if major == NEGATIVE:
            if value >= 1 << 63:
                raise CborError("a negative number below -2^63", start)
            return -1 - value
        if major == BYTES:
            return self._take(value, start)
        if major == TEXT:
            return self._text(value, start)
        if major == SIMPLE:
            return value == 21
        return self._array(value, depth) if major == ARRAY else self._map(value, depth)

    def _read_head(self):
        start = self.offset
        first = self._take(1, start)[0]
        major, argument = first >> 5, first & 31
        if major == TAG:
            raise CborError("a tag", start)
        if major == SIMPLE and argument not in (20, 21):
            raise CborError("neither false nor true", start)
        if argument < 24:
            return major, argument
        if argument > 27:
            raise CborError("an indefinite length, or a reserved head", start)
        size = 1 << (argument - 24)
        value = int.from_bytes(self._take(size, start), "big")
        if value < (24 if size == 1 else 1 << (4 * size)):
            raise CborError("a number that is not in its shortest form", start)
        return major, value

    def _take(self, size, start):
        if size > len(self.data) - self.offset:
            raise CborError("cut off", start)
        self.offset += size
        return bytes(self.data[self.offset - size:self.offset])

    def _text(self, size, start):
        try:
            return self._take(size, start).decode()
        except UnicodeDecodeError:
            raise CborError("text that is not UTF-8", start) from None

    def _array(self, count, depth):
        return [self.item(depth + 1) for _ in range(count)]

    def _map(self, count, depth):
        found, last = {}, -1
        for _ in range(count):
            start = self.offset
            if self.at_end() or self.data[start] >> 5 != UNSIGNED:
                raise CborError("a key that is no unsigned integer", start)
            key = self._read_head()[1]
            if key <= last:
                raise CborError("keys that do not ascend", start)
            found[key], last = self.item(depth + 1), key
        return found


def decode(data):
    """The single item that `data` is."""
    reader = Reader(data)
    value = reader.item()
    if not reader.at_end():
        raise CborError("something after the last item", reader.offset)
    return value
