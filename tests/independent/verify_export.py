#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies an export of a record, or the publication of a readout, from the document alone.

  verify_export.py FILE --root FINGERPRINT...
Prints the verdict with each problem and where it is; ends with 0 if everything holds, else with 1.
"""

import argparse
import pathlib
import sys

from export_verify import Export
from publication import Publication, is_publication


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--root", action="append", default=[], help="a party's fingerprint, as its user had it from it")
    arguments = parser.parse_args()
    data = arguments.file.read_bytes()
    export = (Publication if is_publication(data) else Export)(data, arguments.root)
    for problem in export.problems:
        print(f"problem: {problem}")
    if export.holds:
        for standing, what in export.claims():
            print(f"{standing:17} {what}")
    for note in export.notes + export.record.forks():
        print(f"note: {note}")
    print("HOLDS" if export.holds else "DOES NOT HOLD")
    return 0 if export.holds else 1


if __name__ == "__main__":
    sys.exit(main())
