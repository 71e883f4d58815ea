# SPDX-License-Identifier: Apache-2.0
"""Entries and the runs in which they travel: docs/protocol.md sections 9.1 to 9.3."""

import dataclasses

from canonical_cbor import encode
from cddl import openline
from crypto import blake2b_256, is_signed

EXERCISE = 1
LARGEST_BODY = 65536


class EntryError(ValueError):
    """An entry or a run that is not accepted."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """An entry as its header and body say; `id` is the hash of the header."""

    id: bytes
    header: dict
    header_bytes: bytes
    body: bytes

    @property
    def author(self):
        return self.header[2]

    @property
    def incarnation(self):
        return self.header[3]

    @property
    def sequence(self):
        return self.header[4]

    @property
    def place(self):
        return self.incarnation, self.sequence

    @property
    def kind(self):
        return self.header[8]

    def parents(self):
        """(place, id) of every entry that keys 5, 6 and 7 name (section 9.4)."""
        named = [((self.incarnation, self.sequence - 1), self.header[5])] if 5 in self.header else []
        positions = ([self.header[6]] if 6 in self.header else []) + self.header.get(7, [])
        return named + [((incarnation, sequence), one) for incarnation, sequence, one in positions]


def make_entry(header, body):
    """The entry with this header, of which keys 13 and 14 are made from the body."""
    header = {**header, 13: blake2b_256(body), 14: len(body)}
    check_header(header)
    data = encode(header)
    return Entry(blake2b_256(data), header, data, body)


def check_header(header):
    """Section 9.1: what a header must be, as far as one sees from the header alone."""
    openline().check("header", header)
    if header[14] > LARGEST_BODY:
        raise EntryError("a body that is too large")
    if (5 in header) != (header[4] > 0):
        raise EntryError("key 5 does not go with the sequence")
    if 6 in header and header[4] > 0:
        raise EntryError("key 6 beyond sequence 0")
    if (11 in header) != (header[10] == EXERCISE):
        raise EntryError("an exercise's name does not go with the class")
    parents = [tuple(position) for position in header.get(7, [])]
    if any(a >= b for a, b in zip(parents, parents[1:])):
        raise EntryError("key 7 does not ascend")


def rebuild(run):
    """Section 9.3: the entries of a run, each header rebuilt from the run's head."""
    entries = []
    for place, short in enumerate(run[7]):
        header = {1: run[1], 2: run[2], 3: run[3], 4: run[4] + place}
        if place == 0:
            header.update({key: run[key] for key in (5, 6) if key in run})
        else:
            header[5] = entries[-1].id
        header.update({key: short[ours] for key, ours in
                       ((7, 1), (8, 2), (9, 3), (10, 4), (11, 5), (12, 6)) if ours in short})
        entries.append(make_entry(header, short[7]))
    return entries


def make_run(entries, signature=None):
    """The run that carries consecutive entries of one chain."""
    first = entries[0].header
    run = {key: first[key] for key in (1, 2, 3, 4, 5, 6) if key in first}
    run[7] = [{ours: entry.header[key] for key, ours in ((7, 1), (8, 2), (9, 3), (10, 4), (11, 5), (12, 6))
               if key in entry.header} | {7: entry.body} for entry in entries]
    if signature is not None:
        run[8] = signature
    return run


def run_is_signed(run, entries):
    """By its author, over the id of its last entry."""
    return 8 in run and is_signed(run[2], "openline run 1", run[1], entries[-1].id, run[8])


def sign_run(key, entries):
    return key.sign("openline run 1", entries[0].header[1], entries[-1].id)
