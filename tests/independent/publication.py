# SPDX-License-Identifier: Apache-2.0
"""Verifies the publication of one readout: docs/protocol.md section 12."""

from cddl import openline
from export_verify import Export

READOUT, READOUT_ANSWER = 23, 24


class Publication(Export):
    """A file with one readout and what other parties signed under it."""

    def __init__(self, data, roots):
        self.author = self.text = None
        self.signed_by, self.file_claims = [], []  # parties whose root was given, and others
        super().__init__(data, roots)

    def claims(self):
        """(standing, words) of what the file says."""
        found = [("signed by author", f"{self.author.code}: {self.text}")]
        found += [("signed by both", code) for code in self.signed_by]
        found += [("the file's claim", f"signed by {code}, whose root was not given") for code in self.file_claims]
        return found + [("not provable", "when it was said, and that nothing else was")]

    def _read(self, data):
        _, head, runs = openline().decode("publication", data)
        self._read_head(openline().decode("export-head", head))
        self._demand(self.attested, "the file", "there is none on a deniable line")
        for place, run in enumerate(runs):
            if run in runs[1:place]:
                continue  # a signature that stands there twice
            self._demand(len(run[7]) == 1, f"run {place}", "more than one entry")
            self._read_run(run, f"run {place}")
        readout, *answers = [entries[0] for entries in self.runs]
        self._read_readout(readout)
        for answer in answers:
            self._read_answer(answer, readout)

    def _read_readout(self, entry):
        self.author = self._party_of(entry.author)
        self._demand(entry.kind == READOUT, "the first entry", "it is no readout")
        self.text = openline().decode("readout-body", entry.body)[4][1]
        if self.author:
            self._demand_root(self.author)

    def _read_answer(self, entry, readout):
        where, party = f"entry {entry.id.hex()[:8]}", self._party_of(entry.author)
        self._demand(entry.kind == READOUT_ANSWER, where, "it is no answer to a readout")
        body = openline().decode("readout-answer-body", entry.body)
        self._demand(body[1] == readout.id and body[2], where, "it does not sign this readout")
        self._demand(party is not self.author, where, "it is by the readout's own party")
        if party:
            (self.signed_by if party.fingerprint in self.roots else self.file_claims).append(party.code)


def is_publication(data):
    """By its first bytes, as far as it can be read."""
    return data[1:].startswith(b"\x72openline readout 1")
