# SPDX-License-Identifier: Apache-2.0
"""Agreements and their signatures: docs/protocol.md section 8."""

import datetime

from cddl import openline
from crypto import blake2b_256, is_signed

LABEL = "openline agreement 1"
ATTESTED, DENIABLE = 0, 1


class AgreementError(ValueError):
    """An agreement that is to be refused."""


class Agreement:
    """An agreement by its bytes."""

    def __init__(self, data):
        self.data = data
        self.hash = blake2b_256(data)
        self.terms = openline().decode("agreement", data)
        self.members = [member[1] for member in self.terms[2]]  # fingerprints
        self._check()

    def _check(self):
        codes = [member[2] for member in self.terms[2]]
        if self.members != sorted(set(self.members)):
            raise AgreementError("members do not ascend by fingerprint")
        if len(set(codes)) != len(codes):
            raise AgreementError("members share a code")
        spoken = [code for code, _ in self.terms[4]]
        if spoken != sorted(set(spoken)) or not set(spoken) <= set(codes):
            raise AgreementError("languages do not ascend by code, or are of no member")
        if self.terms[5] < 60:
            raise AgreementError("a test more often than each 60 s")
        if not _is_day(self.terms.get(9, "2028-06-30")):
            raise AgreementError("it expires on a day that does not exist")

    def amends(self, previous, line):
        """Whether this may succeed `previous` on the line (section 8)."""
        same = self.members == previous.members and self.terms[3] == previous.terms[3]
        codes = [member[2] for member in self.terms[2]] == [member[2] for member in previous.terms[2]]
        return self.terms.get(11) == previous.hash and same and codes


def sign(key, data, line=b""):
    """An agreement-signature by a station."""
    return {1: key.public, 2: key.sign(LABEL, line, data)}


def signers(agreement, signatures, parties, line=b""):
    """Fingerprints of the members whose stations signed; AgreementError at a signature that does not hold."""
    found = set()
    stations = [one[1] for one in signatures]
    if stations != sorted(set(stations)):
        raise AgreementError("signatures do not ascend by station")
    for one in signatures:
        of = {party.fingerprint for party in parties if one[1] in party.stations()}
        if not of & set(agreement.members):
            raise AgreementError("a signature by a station of no member")
        if not is_signed(one[1], LABEL, line, agreement.data, one[2]):
            raise AgreementError(f"the signature of station {one[1].hex()[:8]} does not hold")
        found |= of
    return found


def _is_day(text):
    try:
        return bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False
