# SPDX-License-Identifier: Apache-2.0
"""Verifies an export of a record: docs/protocol.md section 12."""

import dataclasses

from agreements import ATTESTED, Agreement, AgreementError, signers
from canonical_cbor import CborError, Reader, encode
from cards import CardError, Party
from cddl import FormatError, openline
from crypto import blake2b_256, is_signed
from entries import EntryError, rebuild, run_is_signed
from record import Record


@dataclasses.dataclass
class Problem:
    """What does not hold, and in which item or entry."""

    where: str
    what: str

    def __str__(self):
        return f"{self.where}: {self.what}"


class Export:
    """A file that was read, and every problem that was found in it."""

    def __init__(self, data, roots):
        self.problems = []
        self.roots = {root.replace(" ", "") for root in roots}
        self.notes = []
        self.parties, self.agreements, self.runs, self.statements = [], [], [], []
        self.record = Record()
        self.line = self.manifest = None
        self.attested = True
        try:
            self._read(data)
        except (FormatError, CborError, CardError, AgreementError, EntryError) as error:
            self._problem("the file", str(error))

    @property
    def holds(self):
        return not self.problems

    def _problem(self, where, what):
        self.problems.append(Problem(where, what))

    def _demand(self, holds, where, what):
        if not holds:
            self._problem(where, what)

    def _read(self, data):
        items = _items(data)
        if len(items) < 2:
            raise FormatError("no head and manifest")
        self._read_head(openline().check("export-head", items[0][1]))
        for party in self.parties:
            self._demand_root(party)
        for offset, item in items[1:-1]:
            self._read_middle(item, f"the item at byte {offset}")
        offset, manifest = items[-1]
        self._check_record()
        self._check_statements()
        self._check_manifest(openline().check("export-manifest", manifest), data[:offset])

    # The head.

    def _read_head(self, head):
        self.line = head[2]
        self.attested = head[5] == ATTESTED
        self.parties = [Party(chain) for chain in head[4]]
        self._check_shared_stations()
        for signed in head[3]:
            self._read_agreement(signed)

    def _demand_root(self, party):
        self._demand(party.fingerprint in self.roots, f"the card of {party.code}", "its root was not given")

    def _check_shared_stations(self):
        """Section 12: or a party could claim what another wrote."""
        for place, party in enumerate(self.parties):
            for other in self.parties[place + 1:]:
                shared = sorted(party.stations() & other.stations())
                self._demand(not shared, f"the cards of {party.code} and {other.code}",
                             "both list station " + ", ".join(key.hex()[:8] for key in shared))

    def _read_agreement(self, signed):
        agreement = Agreement(signed[1])
        where = f"agreement {agreement.hash.hex()[:8]}"
        first = not self.agreements
        if first:
            is_first = agreement.hash == self.line and 11 not in agreement.terms
            self._demand(is_first, where, "it is not this line's first")
            self._demand(agreement.members == [party.fingerprint for party in self.parties], where,
                         "its members are not those of the cards")
            kind = agreement.terms[3] == ATTESTED
            self._demand(kind == self.attested, where, "it says another kind of record")
        else:
            self._demand(agreement.amends(self.agreements[-1], self.line), where, "it does not amend the one before")
        self.agreements.append(agreement)
        if not self.attested:
            return self._demand(not signed[2], where, "a signature on a deniable line")
        found = signers(agreement, signed[2], self.parties, b"" if first else self.line)
        return self._demand(found == set(agreement.members), where, "not every member signed it")

    # Runs and heads.

    def _read_middle(self, item, where):
        if isinstance(item, dict):
            self._demand(not self.statements, where, "a run after heads")
            self._read_run(openline().check("run", item), where)
        else:
            self._read_statement(openline().check("signed-heads", item), where)

    def _party_of(self, station):
        return next((party for party in self.parties if station in party.stations()), None)

    def _read_run(self, run, where):
        entries = rebuild(run)
        where = f"{where}, entry {entries[-1].id.hex()[:8]}"
        self._demand(run[1] == self.line, where, "it is of another line")
        self._demand(self._party_of(run[2]), where, "its author is on no member's card")
        if self.attested:
            self._demand(run_is_signed(run, entries), where, "its signature does not hold")
        else:
            self._demand(8 not in run, where, "a signature on a deniable line")
        for entry in entries:
            self._demand(entry.id not in self.record, where, "it is in the file twice")
            self.record.add(entry)
        self.runs.append(entries)

    def _read_statement(self, signed, where):
        line, signer, data, signature = signed
        self._demand(line == self.line, where, "heads of another line")
        self._demand(self._party_of(signer), where, "heads signed by a station on no member's card")
        self._demand(signer not in dict(self.statements), where, "a second statement of that station")
        if self.attested:
            holds = is_signed(signer, "openline heads 1", line, data, signature)
            self._demand(holds, where, "its signature does not hold")
        else:
            self._demand(signature == b"", where, "a signature on a deniable line")
        self.statements.append((signer, openline().decode("heads", data)))

    def _check_record(self):
        for entry in self.record.entries.values():
            where = f"entry {entry.id.hex()[:8]}"
            for missing in self.record.missing_parents(entry):
                self._problem(where, f"its parent {missing.hex()[:8]} is not in the file")
            before = self.record.entries.get(entry.header.get(5))
            self._demand(before is None or before.author == entry.author, where, "it continues another author's chain")
        rank = {one: place for place, one in enumerate(self.record.canonical_order())}
        ends = [rank[entries[-1].id] for entries in self.runs]
        self._demand(ends == sorted(ends), "the runs", "they are not in canonical order")

    # Heads and manifest.

    def _check_heads(self, heads, where):
        order = [tuple(head) for head in heads]
        self._demand(all(a < b for a, b in zip(order, order[1:])), where, "heads do not ascend")
        for author, incarnation, sequence, one in heads:
            entry = self.record.entries.get(one)
            if entry is None:
                self._problem(where, f"it names {one.hex()[:8]}, which is not in the file")
            else:
                self._demand((entry.author, *entry.place) == (author, incarnation, sequence), where,
                             f"it gives {one.hex()[:8]} another place")

    def _check_statements(self):
        for signer, heads in self.statements:
            self._check_heads(heads[2], f"heads of {signer.hex()[:8]}")

    def _check_manifest(self, manifest, before):
        self.manifest, where = manifest, "the manifest"
        self._demand(self._party_of(manifest[1]), where, "the exporter is on no member's card")
        self._demand(manifest[3] == len(self.record), where, f"it counts {manifest[3]} entries of {len(self.record)}")
        self._demand(manifest[4] == blake2b_256(before), where, "its hash is of other bytes")
        self._check_heads(manifest[5], where)
        covered = self.record.ancestry(head[3] for head in manifest[5])
        self._demand(len(covered) == len(self.record), where, "its heads do not cover every entry")
        unsigned = {key: value for key, value in manifest.items() if key != 6}
        if self.attested:
            self._demand(6 in manifest and is_signed(manifest[1], "openline export 1", self.line, encode(unsigned),
                                                     manifest[6]), where, "its signature does not hold")
        else:
            self._demand(6 not in manifest, where, "a signature on a deniable line")

    # What follows from it.

    def covered_by(self, party):
        """Ids of the entries that signed heads of a party cover; the manifest's count as its exporter's."""
        heads = [heads[2] for signer, heads in self.statements if signer in party.stations()]
        if self.manifest and self.manifest[1] in party.stations():
            heads.append(self.manifest[5])
        return self.record.ancestry(head[3] for one in heads for head in one)

    def claims(self):
        """(standing, words) of what the record says."""
        if not self.attested:
            return [("not provable", "anything: nothing on a deniable line is signed")]
        found = []
        for author in self.parties:
            own = {entry.id for entry in self.record.entries.values() if entry.author in author.stations()}
            found.append(("one side's claim", f"{author.code} wrote {len(own)} entries"))
            for party in self.parties:
                stored = len(own & self.covered_by(party))
                if party is not author and stored:
                    found.append(("signed by both", f"{party.code} stored {stored} entries of {author.code}"))
        return found + [("not provable", what) for what in (
            "real time", "the officer behind a role", "non-delivery", "completeness past the last heads")]


def _items(data):
    reader, found = Reader(data), []
    while not reader.at_end():
        offset = reader.offset
        found.append((offset, reader.item()))
    return found
