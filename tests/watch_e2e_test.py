#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The watch with a real daemon and command line: planned, kept by persons, handed over, lapsed and taken up again.

  watch_e2e_test.py --programs DIR
Waits are for conditions, never for a time.
"""

import argparse
import datetime
import json
import pathlib
import sys
import tempfile
import unittest

import desk_e2e_test
from desk_e2e_test import QUICK, MannedStation, Officer
from stations import acquaint, agree, wait_for

PROGRAMS = None
PLAN = """[[desk]]
name = "defense"
time_zone = "Europe/Paris"
checklist = ["the bell was heard", "the safe is locked"]
"""
HURRIED = PLAN + """confirm_every = "2s"
confirm_within = "1s"
ring_unmanned = "1s"
"""


class AWatch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="openline-watch-")
        cls.addClassCleanup(folder.cleanup)
        work = pathlib.Path(folder.name)
        cls.usa, cls.chn = stations = [MannedStation(PROGRAMS, work, code, settings=QUICK) for code in ("USA", "CHN")]
        cls.plan = cls.usa.folder / "desk.toml"
        cls.plan.write_text(PLAN)
        for station in stations:
            cls.addClassCleanup(station.stop)
            station.start()
        acquaint(stations, work)
        agree(stations, work)
        cls.smith, cls.lee, cls.aud = (Officer(cls.usa, name) for name in ("smith", "lee", "aud"))
        cls.usa.cli("officer", "add", "smith", "--title", "Cdr. J. Smith", "--role", "*:supervisor,officer",
                    "--password-file", str(cls.smith.password_file))
        cls.smith.sign_in()
        cls.usa.reader = cls.smith
        for one, role in ((cls.lee, "defense:officer"), (cls.aud, "*:auditor")):
            added = json.loads(cls.usa.cli("--json", "officer", "add", one.name, "--title", f"Lt. {one.name}", "--role", role,
                                           "--root-key", str(cls.usa.folder / "root.key")).stdout)
            one.enrol(added["code"])

    def watch(self):
        return self.aud.told("watch", "defense")

    def on_watch(self):
        return sorted(one["officer"] for one in self.watch()["on_watch"])

    def far_end(self):
        return self.chn.line("defense")["members"][0]["desk_state"]

    def far_end_sees(self, state):
        wait_for(f"CHN sees the desk {state}", lambda: self.far_end() == state)

    def acts(self):
        return [(one["act"], one["officer"]) for one in self.aud.told("audit", "--limit", "1000")["acts"]]

    def test_01_a_plan_that_names_no_time_zone_is_refused_with_words(self):
        self.usa.stop()
        self.plan.write_text(PLAN.replace("Europe/Paris", "Europe/Atlantis"))
        self.usa.start(wait=False)
        self.assertEqual(self.usa.process.wait(30), 3)
        self.assertIn('"Europe/Atlantis" is no time zone', self.usa.log())
        self.plan.write_text(PLAN)
        self.usa.start()

    def test_02_the_roster_is_planned_in_local_time_over_a_change_of_clocks(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        change = datetime.date(now.year + (now.month > 2), 3, 31)
        change -= datetime.timedelta(days=(change.weekday() + 1) % 7)  # the last Sunday of March
        evening = f"{change - datetime.timedelta(days=1)}T22:00"
        times = ("--from", evening, "--to", f"{change}T06:00")
        planned = self.smith.told("roster", "add", "defense", "--officer", "lee", *times)["shifts"][0]
        self.assertEqual((planned["from"][11:16], planned["to"][11:16]), ("21:00", "04:00"))
        self.assertEqual((planned["from_local"][-6:], planned["to_local"][-6:]), ("+01:00", "+02:00"))
        self.assertIn("lee is in another shift at that time", self.smith.cli("roster", "add", "defense", "--officer", "lee", *times, code=5).stderr)
        self.assertIn("skip", self.smith.cli("roster", "add", "defense", "--officer", "smith", "--from", f"{change}T02:30",
                                             "--to", f"{change}T06:00", code=1).stderr)
        self.assertIn("no role", self.smith.cli("roster", "add", "defense", "--officer", "aud", *times, code=1).stderr)
        self.lee.cli("roster", "add", "defense", "--officer", "lee", *times, code=1)  # planning is the supervisor's
        hour = now.replace(minute=0, second=0, microsecond=0)
        at = [(hour + datetime.timedelta(hours=8 * turn)).strftime("%Y-%m-%dT%H:%MZ") for turn in range(3)]
        rows = f"# today\n{at[0]} {at[1]} smith\n{at[1]} {at[2]} lee,smith\n"
        self.assertEqual(self.smith.cli("roster", "load", "defense", "-", input=rows).stdout.count("planned"), 2)
        self.usa.restart()
        watch = self.watch()
        self.assertEqual((watch["shift"]["officers"], watch["next_shift"]["officers"]), (["smith"], ["lee", "smith"]))
        self.assertIn("Europe/Paris", self.lee.cli("roster", "list", "defense").stdout)
        cleared = self.smith.told("roster", "clear", "defense", "--from", at[1], "--to", at[2])
        self.assertEqual([one["officers"] for one in cleared["removed"]], [["lee", "smith"]])

    def test_03_the_watch_is_handed_over_by_two_signatures(self):
        at_smith, at_lee = self.smith.terminal(self, "attend", "defense"), self.lee.terminal(self, "attend", "defense")
        for terminal in (at_smith, at_lee):
            terminal.until("is attended by")
        wait_for("both are on watch", lambda: self.on_watch() == ["lee", "smith"])
        self.smith.cli("hand-over", "open", "defense", "--to", "smith", code=1)
        self.smith.cli("hand-over", "open", "defense", "--to", "aud", code=1)
        number = str(self.smith.told("hand-over", "open", "defense", "--to", "lee", "--remarks", "quiet")["hand_over"])
        self.assertIn("item 1", self.lee.cli("hand-over", "sign", number, "--version", "1", code=5).stderr)
        self.smith.cli("hand-over", "check", number, "1")
        self.lee.cli("hand-over", "check", number, "2", "--not-done", "--remark", "the key is with the duty officer")
        self.chn.cli("send", "defense", "--live", "-p", "flash", "A balloon.")
        moved = lambda: self.aud.told("hand-over", "show", number)["version"] > 1  # noqa: E731
        wait_for("the report has the message", moved)
        self.assertIn("look at what came", self.smith.cli("hand-over", "sign", number, "--version", "1", code=5).stderr)
        self.sign(self.smith, number, "The watch passes when lee signs too")
        self.usa.restart()  # killed: the signature outlives it
        wait_for("lee is at the desk again", lambda: "lee" in self.on_watch())
        at_lee.until("The station answers again")
        self.sign(self.lee, number, "lee has the watch at the desk defense")
        at_lee.until("TEST OF THE ALARM")
        self.assertEqual(self.on_watch(), ["lee"])
        self.assertEqual(self.far_end(), "attended")
        alarm = next(one for one in self.lee.told("alarms")["alarms"] if one["kind"] == "test")
        self.assertIsNone(self.watch()["alarm_tested"])
        self.lee.cli("alarm", "answer", str(alarm["number"]))
        self.assertIsNotNone(self.watch()["alarm_tested"])
        kept = self.aud.told("hand-over", "show", number)
        self.assertEqual([one["officer"] for one in kept["signed_by"]], ["smith", "lee"])
        self.assertEqual((kept["opened_report"]["open_items"], len(kept["report"]["open_items"])), ([], 1))
        self.assertIn("signed by lee", self.aud.cli("hand-over", "list", "defense").stdout)
        self.assertIn(("watch passed", "lee"), self.acts())
        # Who was relieved is not back because the terminal comes again, but because they say so.
        self.assertIn("You were relieved", self.smith.cli("watch").stdout)
        self.smith.cli("here", "defense")
        wait_for("smith is back", lambda: self.on_watch() == ["lee", "smith"])
        for terminal in (at_smith, at_lee):
            terminal.kill()

    def sign(self, officer, number, words):
        for _ in range(5):  # after a restart lamps and paths still move: who signs reads what came, and signs for that
            terminal = officer.terminal(self, "hand-over", "sign", number)
            version = terminal.until(r"type its version, which is:  (\d+)")[1]
            terminal.type(version)
            if terminal.until(f"{words}|look at what came")[0] == words:
                break
        self.assertEqual(terminal.ended(), 0)

    def test_04_who_does_not_answer_is_not_there_and_only_a_person_comes_back(self):
        self.usa.stop()
        self.plan.write_text(HURRIED)
        self.usa.start()
        terminal = self.lee.terminal(self, "attend", "defense")
        terminal.until("is attended by")
        self.far_end_sees("attended")
        terminal.until("ARE YOU STILL THERE")
        terminal.type("")
        terminal.until("You are here")
        terminal.until("ARE YOU STILL THERE")
        terminal.until("YOU ARE NOT TAKEN FOR PRESENT")
        self.far_end_sees("unattended")
        unmanned = lambda: [one for one in self.aud.told("alarms")["alarms"] if one["kind"] == "unmanned"]  # noqa: E731
        wait_for("the empty desk rings", unmanned)
        number = unmanned()[0]["number"]
        self.usa.restart()
        terminal.until("THE STATION DOES NOT ANSWER")
        terminal.until("YOU ARE NOT TAKEN FOR PRESENT")
        self.assertEqual([one["number"] for one in unmanned()], [number])
        self.assertEqual(self.watch()["on_watch"], [])
        # An act: lee is back, and that is what answers it. It may be over before the request itself is looked at.
        self.assertIn(self.lee.cli("alarm", "answer", str(number), code=None).returncode, (4, 5))
        self.far_end_sees("attended")
        wait_for("it rings no more", lambda: not unmanned())
        terminal.kill()
        acts = self.acts()
        for act in (("watch lapsed", "lee"), ("watch returned", "lee"), ("watch unmanned", None), ("alarm answered", "lee")):
            self.assertIn(act, acts)


def main():
    global PROGRAMS
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True, type=pathlib.Path)
    options, rest = parser.parse_known_args()
    PROGRAMS = desk_e2e_test.PROGRAMS = options.programs
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
