#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reading by the command line: search in several scripts, how a line did and would do, exercises marked, hostile texts flagged.

  reading_e2e_test.py --programs DIR
Waits are for conditions, never for a time.
"""

import argparse
import json
import pathlib
import re
import stat
import sys
import tempfile
import unittest

from stations import Station, acquaint, agree, all_stored, wait_for

PROGRAMS = None
QUICK = '\n[link]\nheartbeat_idle = "2s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'


class Reading(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openline-reading-")
        self.addCleanup(folder.cleanup)
        work = pathlib.Path(folder.name)
        self.usa, self.chn = (Station(PROGRAMS, work, code, settings=QUICK) for code in ("USA", "CHN"))
        for station in (self.usa, self.chn):
            self.addCleanup(station.stop)
            station.start()
        acquaint([self.usa, self.chn], work)
        agree([self.usa, self.chn], work)
        wait_for("a session", lambda: self.usa.get("/v1/status")["peers"][0]["links"][0]["session"])

    def send(self, station, text, *words):
        sent = json.loads(station.cli("--json", "send", "defense", *(words or ("--live",)), text).stdout)
        return sent["entries"][0]["id"]

    def found(self, station, *words):
        answer = json.loads(station.cli("--json", "search", "defense", *words).stdout)
        self.assertTrue(answer["complete"], answer)
        return [entry["id"] for entry in answer["entries"]]

    def test_search_in_any_script_at_both_ends(self):
        ours = self.send(self.usa, "Our aircraft over the strait is in distress.", "--live", "-p", "priority")
        theirs = self.send(self.chn, "我方飞机在海峡上空遇险")
        self.send(self.chn, "Самолёт терпит бедствие", "--exercise", "JUNE")
        for station in (self.usa, self.chn):
            wait_for("all is there", lambda: all_stored(station, "defense"))
            self.assertEqual(self.found(station, "DISTRESS", "airc"), [ours])
            self.assertEqual(self.found(station, "in distress"), [ours])
            self.assertEqual(self.found(station, "distress in"), [])
            self.assertEqual(self.found(station, "海峡"), [theirs])
            self.assertEqual(len(self.found(station, "самолет", "--class", "exercise")), 1)
            self.assertEqual(self.found(station, "самолет", "--class", "live"), [])
            self.assertEqual(self.found(station, "--kind", "text", "--author", "USA", "-p", "priority"), [ours])
        printed = self.usa.cli("search", "defense", "--kind", "text", "--limit", "2").stdout
        self.assertIn("     EXERCISE JUNE | Самолёт терпит бедствие\n", printed)
        before = re.search(r"Older ones too: --before (\d+)\n", printed)[1]
        self.assertIn("LIVE | Our aircraft", self.usa.cli("search", "defense", "--kind", "text", "--before", before).stdout)
        self.assertEqual(self.usa.cli("search", "defense", "nothing").stdout, "Nothing found.\n")
        self.assertIn("kind", self.usa.cli("search", "defense", "--kind", "letter", code=1).stderr)
        self.usa.cli("search", "nowhere", "x", code=4)

    def test_a_lost_or_damaged_index_is_made_anew(self):
        sent = self.send(self.usa, "words to keep")
        index = self.usa.folder / "search.db"
        self.assertEqual(self.found(self.usa, "keep"), [sent])
        self.assertEqual(stat.S_IMODE(index.stat().st_mode), 0o600)
        for harm in (lambda: index.unlink(), lambda: index.write_bytes(b"x" * 20000)):
            self.usa.stop()
            for more in ("-wal", "-shm"):
                index.with_name(index.name + more).unlink(missing_ok=True)
            harm()
            self.usa.start()
            self.assertEqual(self.found(self.usa, "keep"), [sent])
        self.assertIn("event=search-made-anew", self.usa.log())
        # Where it cannot be, all else goes on.
        self.usa.stop()
        index.unlink()
        index.mkdir()
        self.usa.start()
        self.assertIn("cannot be searched", self.usa.cli("search", "defense", "keep", code=6).stderr)
        self.send(self.usa, "still here")
        self.assertIn("still here", self.usa.cli("record", "defense").stdout)

    def test_history_and_estimate(self):
        self.usa.cli("test", "defense")
        wait_for("an answer", lambda: any(test["answered"] for test in self.usa.get("/v1/lines/defense/history")["tests"]))
        history = self.usa.get("/v1/lines/defense/history?hours=1")
        self.assertEqual(history["every_s"], 300)
        self.assertGreaterEqual(len(history["samples"]), 1)
        printed = self.usa.cli("history", "defense", "--hours", "1").stdout
        self.assertRegex(printed, r"test [0-9a-f]{8} of USA: answered after \d+\.\d s\n")
        self.assertIn("each 5 min", printed)
        self.usa.cli("history", "defense", "--hours", "25", code=1)
        self.assertRegex(self.usa.cli("estimate", "defense", "400", "-p", "flash").stdout, r"^CHN: (any moment|about .*) over main\n$")
        self.chn.stop()
        wait_for("it is silent", lambda: self.usa.line("defense")["lamp"] == "silent")
        self.assertEqual(self.usa.cli("estimate", "defense", "400").stdout, "CHN: no path is up, or how soon is not known yet\n")
        self.assertEqual(json.loads(self.usa.cli("--json", "estimate", "defense", "400").stdout)["to"],
                         [{"party": "CHN", "due_s": None, "path": None}])

    def test_hostile_texts_are_flagged_and_exercises_say_their_name(self):
        self.send(self.usa, "Stop the \u0441ease-fire\u202e now", "--exercise", "JUNE")
        printed = self.usa.cli("record", "defense").stdout
        self.assertIn("     EXERCISE JUNE | Stop the \u0441ease-fire<U+202E> now\n", printed)
        self.assertIn("     ! mixed letters in /text\n", printed)
        self.assertIn("     ! turns text in /text\n", printed)
        entry = json.loads(self.usa.cli("--json", "search", "defense", "stop").stdout)["entries"][0]
        self.assertEqual([(one["flag"], one["at"], one["length"]) for one in entry["flags"]],
                         [("mixed letters", 9, 5), ("turns text", 19, 1)])
        file = self.usa.folder / "record.openline"
        self.usa.cli("export", "defense", "-o", str(file))
        verified = self.usa.cli("verify", str(file), "--root", self.usa.fingerprint(), "--root", self.chn.fingerprint()).stdout
        self.assertIn("HOLDS", verified)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True)
    options, rest = parser.parse_known_args()
    PROGRAMS = options.programs
    unittest.main(argv=[sys.argv[0], *rest])
