# SPDX-License-Identifier: Apache-2.0
"""Brief forms of runs, heads and presence: docs/protocol.md section 9.13.

What they leave out comes from the reader's own record; WholeWanted says that it is not there, or not clear.
"""

from canonical_cbor import encode
from cddl import openline
from crypto import blake2b_256
from entries import rebuild
from packed_bodies import UnpackError, pack, unpack

BRIEF_RUN, BRIEF_HEADS, BRIEF_PRESENCE = 13, 14, 15


class WholeWanted(Exception):
    """The reader lacks what is named, or has several that could be meant."""


class Names:
    """Looks up what a brief form names in the record of one line."""

    def __init__(self, record):
        self._record = record

    def incarnation(self, first_bytes):
        found = {incarnation for incarnation, _ in self._record.places if incarnation.startswith(first_bytes)}
        if len(first_bytes) == 8:
            return first_bytes
        if len(found) != 1:
            raise WholeWanted(f"{len(found)} incarnations begin with {first_bytes.hex()}")
        return found.pop()

    def entry(self, first_bytes, sequence):
        """The one entry at a place."""
        incarnation = self.incarnation(first_bytes)
        ids = self._record.places.get((incarnation, sequence), [])
        if len(ids) != 1:
            raise WholeWanted(f"{len(ids)} entries at sequence {sequence} of {incarnation.hex()}")
        return self._record.entries[ids[0]]

    def position(self, brief):
        """The whole position of a brief-position."""
        if len(brief) == 3:
            return brief
        entry = self.entry(*brief)
        return [entry.incarnation, entry.sequence, entry.id]


def read_run(message, line, sender, record):
    """The run that a brief-run stands for; `sender` is the station that sent it."""
    _, _, place, short_entries, signature = message
    names = Names(record)
    run = {1: line, 2: place[3] if len(place) == 4 else sender, 3: names.incarnation(place[0]), 4: place[1]}
    before = place[2] if len(place) > 2 else b""
    if place[1] > 0:
        run[5] = before or names.entry(run[3], run[4] - 1).id
    elif before:
        run[6] = names.position(before)
    run[7] = [_read_entry(short, names) for short in short_entries]
    if len(signature) == 64:
        run[8] = signature
    elif rebuild(run)[-1].id[:8] != signature:
        raise WholeWanted("the last entry has another id")
    return openline().check("run", run)


def _read_entry(short, names):
    kind, nature, time, body = short[:4]
    entry = {2: kind, 3: nature & 3, 4: nature >> 2 & 3, 6: int.from_bytes(time, "big"), 7: body}
    if nature >> 4:
        try:
            entry[7] = unpack(nature >> 4, body)
        except UnpackError as error:
            raise WholeWanted(str(error)) from None
    if len(short) > 4 and short[4]:
        entry[1] = [names.position(brief) for brief in short[4]]
    if len(short) > 5:
        entry[5] = short[5]
    return entry


def write_run(run, sender, dictionary=0):
    """A brief-run of a run whose reader has everything that it names; packed where that is smaller."""
    place = [run[3], run[4]] + ([run[6]] if 6 in run else [])
    if run[2] != sender:
        place += ([] if len(place) == 3 else [b""]) + [run[2]]
    signature = run[8] if 8 in run else rebuild(run)[-1].id[:8]
    return [BRIEF_RUN, run[1][:2], place, [_write_entry(entry, dictionary) for entry in run[7]], signature]


def _write_entry(entry, dictionary):
    packed = pack(dictionary, entry[7]) if dictionary else None
    nature = entry[4] << 2 | entry[3] | (dictionary << 4 if packed else 0)
    short = [entry[2], nature, entry[6].to_bytes(6, "big"), packed or entry[7]]
    if 1 in entry or 5 in entry:
        short.append([[incarnation[:3], sequence] for incarnation, sequence, _ in entry.get(1, [])])
    return short + ([entry[5]] if 5 in entry else [])


def read_heads(message, line, sender, record):
    """The signed-heads that a brief-heads stands for."""
    _, _, counter, short_heads, held, signature = message
    names = Names(record)
    heads = {1: int.from_bytes(counter, "big"), 2: [_read_head(short, names) for short in short_heads]}
    if held:
        heads[3] = [names.entry(*one).id if isinstance(one, list) else one for one in held]
    data = encode(openline().check("heads", heads))
    if len(signature) == 8:
        if blake2b_256(data)[:8] != signature:
            raise WholeWanted("the heads have another hash")
        signature = b""
    return [line, sender, data, signature]


def _read_head(short, names):
    if len(short) == 4:
        return short
    entry = names.entry(*short)
    return [entry.author, entry.incarnation, entry.sequence, entry.id]


def read_presence(message, line, sender):
    """The signed-presence that a brief-presence stands for."""
    return [line, sender, message[2], message[3] if len(message[3]) == 64 else b""]
