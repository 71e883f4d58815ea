#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The tests that docs/threat-model.md, docs/architecture.md and docs/proof.md name are there.

  document_names_test.py SOURCE_FOLDER [--self-test]
A name is `Suite.Test`, `Suite.*`, or `.Test` of the suite that was named before it.
"""

import pathlib
import re
import sys

DOCUMENTS = ("docs/threat-model.md", "docs/architecture.md", "docs/proof.md")
FOLDERS = ("core", "daemon", "cli", "sim", "notices", "tests")
DEFINED = re.compile(r"^(?:TEST(?:_F|_P)?|RC_GTEST_PROP)\((\w+),\s*(\w+)", re.MULTILINE)
REGISTERED = re.compile(r"(?:openline_station_test|openline_independent_test)\((\w+)|NAME (\w+)\.(\w+)")
NAMED = re.compile(r"`(\w*)\.(\w+|\*)`")
IS_A_SUITE = re.compile(r"[A-Z]\w+$|e2e$")


def tests_of(root):
    found = set()
    for folder in FOLDERS:
        for file in (root / folder).rglob("*_test.cc"):
            found.update(DEFINED.findall(file.read_text()))
    for station, suite, test in REGISTERED.findall((root / "cmake/project_tests.cmake").read_text()):
        found.add(("e2e", station) if station else (suite, test))
    return found


def missing_from(text, tests):
    suites = {suite for suite, _ in tests}
    last, missing = None, []
    for suite, test in NAMED.findall(text):
        if suite and not IS_A_SUITE.match(suite):
            continue  # a file's name
        last = suite or last
        there = last in suites if test == "*" else (last, test) in tests
        if not there:
            missing.append(f"{last}.{test}")
    return missing


def main():
    root = pathlib.Path(sys.argv[1])
    tests = tests_of(root)
    if "--self-test" in sys.argv:
        assert missing_from("`Suite.None` and `Suite.*`, `main.cc`", tests) == ["Suite.None", "Suite.*"]
        assert not missing_from("`PacketSize.*`", tests)
    wrong = [f"{document} names {name}, which is no test" for document in DOCUMENTS
             for name in missing_from((root / document).read_text(), tests)]
    print("\n".join(wrong) or f"{len(tests)} tests known; all that the documents name are there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
