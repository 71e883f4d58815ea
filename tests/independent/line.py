# SPDX-License-Identifier: Apache-2.0
"""A line as one station holds it: what it writes, takes and signs (docs/protocol.md sections 9, 10 and 13)."""

import time

from agreements import ATTESTED
from canonical_cbor import encode
from cddl import openline
from crypto import is_signed
from entries import make_entry, make_run, rebuild, run_is_signed, sign_run
from record import Record

TEXT, SHOWN, ACKNOWLEDGED, TEST, TEST_ANSWER = 1, 2, 3, 4, 5
ROUTINE, PRIORITY, IMMEDIATE, FLASH = range(4)
LIVE, EXERCISE, TEST_CLASS, SERVICE = range(4)
BODIES = {TEXT: "text-body", SHOWN: "shown-body", ACKNOWLEDGED: "acknowledged-body", TEST: "test-body",
          TEST_ANSWER: "test-answer-body"}


class LineError(ValueError):
    """What a line does not take."""


def milliseconds_now():
    return time.time_ns() // 1_000_000


class Line:
    """The record of a line, and the newest statements of its stations."""

    def __init__(self, agreement, signatures, parties, station_key, incarnation):
        self.agreement, self.signatures, self.parties = agreement, signatures, parties
        self.id = agreement.hash
        self.record = Record()
        self.runs = []  # (run, entries), as they were signed
        self.heads = {}  # station -> signed-heads
        self.presence = {}  # station -> presence
        self.attested = agreement.terms[3] == ATTESTED
        self._key, self._incarnation = station_key, incarnation
        self._last_own = None
        self._above_gap = []
        self._counter = 0

    def stations(self):
        return {key for party in self.parties for key in party.stations()}

    # What this station writes.

    def begin_incarnation(self, incarnation):
        """As after a restart (section 9.2)."""
        self._incarnation = incarnation

    def write(self, kind, body, precedence=ROUTINE, class_=LIVE):
        """A new entry of this station, signed singly: (run, entry)."""
        body = encode(openline().check(BODIES[kind], body))
        header = self._next_place() | {8: kind, 9: precedence, 10: class_, 12: milliseconds_now()}
        if self._new_heads_of_others():
            header[7] = self._new_heads_of_others()
        entry = make_entry(header, body)
        run = make_run([entry], sign_run(self._key, [entry]) if self.attested else None)
        self._last_own = entry
        self._keep(run, [entry])
        return run, entry

    def _next_place(self):
        """Keys 1 to 6 of the next header."""
        head = {1: self.id, 2: self._key.public, 3: self._incarnation, 4: 0}
        last = self._last_own
        if last is None:
            return head
        if last.incarnation == self._incarnation:
            return head | {4: last.sequence + 1, 5: last.id}
        return head | {6: [last.incarnation, last.sequence, last.id]}

    def _new_heads_of_others(self):
        known = self.record.ancestry([self._last_own.id]) if self._last_own else set()
        return sorted(head[1:] for head in self.record.heads() if head[0] != self._key.public and head[3] not in known)

    def signed_heads(self):
        """What is durable here (section 10); entries held above a gap are named apart."""
        self._counter = max(milliseconds_now(), self._counter + 1)
        heads = {1: self._counter, 2: self.record.heads()}
        if self._above_gap:
            heads[3] = [entry.id for _, entries in self._above_gap for entry in entries][:32]
        data = encode(openline().check("heads", heads))
        signature = self._key.sign("openline heads 1", self.id, data) if self.attested else b""
        return [self.id, self._key.public, data, signature]

    # What it takes.

    def take_run(self, run):
        """The entries of a run that are new and closed here by it; raises if the run is not to be accepted."""
        entries = rebuild(run)
        if run[2] not in self.stations():
            raise LineError("an author on no member's card")
        if not (run_is_signed(run, entries) if self.attested else 8 not in run):
            raise LineError("a run whose signature does not hold")
        if all(entry.id in self.record for entry in entries):
            return []
        self._above_gap.append((run, entries))
        return self._close_gaps()

    def _close_gaps(self):
        found, progress = [], True
        while progress:
            progress = False
            for run, entries in list(self._above_gap):
                if self._is_closed(entries):
                    self._above_gap.remove((run, entries))
                    found += [entry for entry in entries if entry.id not in self.record]
                    self._keep(run, entries)
                    progress = True
        return found

    def _is_closed(self, entries):
        own = Record(entries)
        return all(one in self.record.places.get(place, ()) or one in own.places.get(place, ())
                   for entry in entries for place, one in entry.parents())

    def _keep(self, run, entries):
        self.runs.append((run, entries))
        for entry in entries:
            self.record.add(entry)

    def take_heads(self, signed):
        signer, data = self._checked("openline heads 1", signed)
        known = self.heads.get(signer)
        if known is None or openline().decode("heads", known[2])[1] < openline().decode("heads", data)[1]:
            self.heads[signer] = signed

    def take_presence(self, signed):
        signer, data = self._checked("openline presence 1", signed)
        self.presence[signer] = openline().decode("presence", data)

    def _checked(self, label, statement):
        """Signer and bytes of a statement of a member's station."""
        line, signer, data, signature = statement
        holds = is_signed(signer, label, line, data, signature) if self.attested else signature == b""
        if signer not in self.stations() or not holds:
            raise LineError(f"{label}: no member's station signed it")
        return signer, data

    # What follows from it.

    def covered_by(self, station):
        """Ids of the entries that the newest signed heads of a station cover."""
        if station not in self.heads:
            return set()
        return self.record.ancestry(head[3] for head in openline().decode("heads", self.heads[station][2])[2])

    def lacking(self, station):
        """Own runs that the station's heads do not cover."""
        covered = self.covered_by(station)
        return [run for run, entries in self.runs
                if run[2] == self._key.public and any(entry.id not in covered for entry in entries)]
