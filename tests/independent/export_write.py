# SPDX-License-Identifier: Apache-2.0
"""Writes an export of an attested line: docs/protocol.md section 12."""

from canonical_cbor import encode
from cddl import openline
from crypto import blake2b_256
from line import milliseconds_now


def write_export(line, station_key):
    """The bytes of the file."""
    head = {1: "openline export 1", 2: line.id, 3: [{1: line.agreement.data, 2: line.signatures}],
            4: [party.signed_cards for party in line.parties], 5: line.agreement.terms[3]}
    rank = {one: place for place, one in enumerate(line.record.canonical_order())}
    runs = [run for run, entries in sorted(line.runs, key=lambda pair: rank[pair[1][-1].id])]
    statements = [signed for _, signed in sorted(line.heads.items()) if _is_covered(signed, line)]
    before = b"".join([encode(openline().check("export-head", head)), *map(encode, runs + statements)])
    manifest = {1: station_key.public, 2: milliseconds_now(), 3: len(line.record), 4: blake2b_256(before),
                5: line.record.heads()}
    return before + encode(openline().check("export-manifest", signed_manifest(manifest, line.id, station_key)))


def signed_manifest(manifest, line_id, key):
    manifest = {field: value for field, value in manifest.items() if field != 6}
    return manifest | {6: key.sign("openline export 1", line_id, encode(manifest))}


def _is_covered(signed, line):
    """Section 15, 12: only heads whose every position is in the export."""
    heads = openline().decode("heads", signed[2])
    return all(head[3] in line.record for head in heads[2])
