#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Acts on a line of real stations: the three ends of a request for contact by real faults, and the evidence for
each from both ends' records; a visit, a call and readouts by the commands that officers use.

  acts_e2e_test.py --programs DIR
Time passes on the stations' demonstration clocks; waits are for conditions.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from stations import Station, acquaint, agree, wait_for

PROGRAMS = None
FORMS = pathlib.Path(__file__).parent.parent / "forms"
EXERCISE = ("--exercise", "ACTS")


class Acts(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory(prefix="openline-acts-")
        self.addCleanup(work.cleanup)
        work = pathlib.Path(work.name)
        self.usa, self.chn = (Station(PROGRAMS, work, code, language)
                              for code, language in (("USA", "en"), ("CHN", "zh")))
        for station in (self.usa, self.chn):
            toml = station.folder / "station.toml"
            toml.write_text("demo_clock = true\n" + toml.read_text())
            self.addCleanup(station.stop)
            station.start()
        acquaint([self.usa, self.chn], work)
        agree([self.usa, self.chn], work)

    def both(self, name, holds):
        for station in (self.usa, self.chn):
            wait_for(f"{station.code}: {name}", lambda: holds(station))

    def pass_time(self, seconds, stations=None):
        for station in stations or (self.usa, self.chn):
            station.post("/v1/demo/clock", {"by_s": seconds})

    def request(self):
        done = json.loads(self.usa.cli("request", "defense", *EXERCISE, "-p", "flash", "--from", "Secretary",
                                       "--to", "Minister", "--to", "Deputy", "--json", "The object").stdout)
        return done["entries"][0]["id"]

    def contact(self, station, request):
        return next((one for one in station.get("/v1/lines/defense/contacts")["contacts"] if one["id"] == request), None)

    def state(self, station, request):
        contact = self.contact(station, request)
        return contact and contact["state"]

    def test_an_empty_desk_then_a_decline_five_days_later(self):
        request = self.request()
        self.both("has the request", lambda s: self.state(s, request) == "waiting")
        wait_for("stored there", lambda: self.usa.get(f"/v1/lines/defense/record/{request}")["receipts"]["stored"])
        self.pass_time(601)
        self.both("unanswered", lambda s: self.state(s, request) == "unanswered")
        for station in (self.usa, self.chn):
            claim = self.contact(station, request)["unanswered"][0]
            self.assertEqual(claim["reach"], "reached an empty desk")
            self.assertEqual(claim["author"], "USA")
            self.assertEqual(claim["observed"]["path_down_s"], 0)
            self.assertIn("reached an empty desk", station.cli("contacts", "defense").stdout)
        self.pass_time(5 * 86400)
        self.chn.cli("answer", "defense", request[:8], "decline", "--reason", "时机未到", "--courtesy", "en=Not now")
        self.both("declined late", lambda s: self.state(s, request) == "declined")
        answer = self.contact(self.usa, request)["answers"][0]
        self.assertEqual((answer["standing"], answer["courtesy"]["text"]), ("late", "Not now"))
        efforts = self.usa.get("/v1/lines/defense/efforts")["efforts"][0]
        self.assertEqual((efforts["level"], efforts["declined"], efforts["late"]), ("Minister", 1, 1))
        self.assertGreaterEqual(efforts["longest_silence_s"], 5 * 86400)
        print(self.usa.cli("contacts", "defense").stdout, self.usa.cli("efforts", "defense").stdout)

    def test_an_officer_who_has_it_and_does_not_answer(self):
        officer = subprocess.Popen([str(self.chn.programs / "openline"), "-s", str(self.chn.folder), "attend", "defense",
                                    "--role", "duty officer"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        with officer:
            wait_for("attended", lambda: self.usa.line("defense")["members"][0]["desk_state"] == "attended")
            request = self.request()
            wait_for("shown", lambda: self.usa.get(f"/v1/lines/defense/record/{request}")["receipts"]["shown"])
            self.pass_time(601)
            self.both("unanswered", lambda s: self.state(s, request) == "unanswered")
            officer.stdin.close()
        for station in (self.usa, self.chn):
            claim = self.contact(station, request)["unanswered"][0]
            self.assertEqual(claim["reach"], "an officer had it and did not answer")
            self.assertTrue(claim["signed_there"])
        print(self.usa.cli("contacts", "defense").stdout)

    def test_a_request_that_never_reached_them(self):
        self.chn.stop()
        request = self.request()
        self.pass_time(601, [self.usa])
        wait_for("unanswered", lambda: self.state(self.usa, request) == "unanswered")
        self.assertEqual(self.contact(self.usa, request)["unanswered"][0]["reach"], "never reached them")
        self.chn.start()
        wait_for("told there too", lambda: self.state(self.chn, request) == "unanswered")
        self.assertEqual(self.contact(self.chn, request)["unanswered"][0]["reach"], "never reached them")
        print(self.chn.cli("contacts", "defense").stdout)

    def test_a_notice_is_read_in_each_desks_language(self):
        words = ("defense", "object-in-airspace", *EXERCISE, "-p", "flash")
        told = self.usa.cli("notice", *words, "object=kite", "latitude=99", code=1).stderr
        for wrong in ("object must be one of", "longitude is missing", "latitude must be", "observed_at is missing"):
            self.assertIn(wrong, told)
        self.usa.cli("notice", *words, "object=balloon", "latitude=33.68", "longitude=-78.88", "altitude_m=18300",
                     "observed_at=2023-02-04T19:39:00Z", "action=engaged-own-waters", "danger_to_persons=none known")
        notice = lambda s: next((one for one in s.record("defense") if one["kind"] == "notice"), None)
        self.both("a notice", notice)
        self.assertEqual(notice(self.usa)["title"], "Object in airspace")
        self.assertLessEqual(notice(self.usa)["body_size"], 60)
        self.usa.cli("notice", "defense", "correction", "--about", notice(self.usa)["id"][:8], "change=withdrawn",
                     "because=sent-in-error")
        self.both("withdrawn", lambda s: notice(s)["receipts"]["referred"])
        print(self.chn.cli("record", "defense").stdout, self.usa.cli("forms", "reply", "--language", "fr").stdout)

    def test_an_edition_that_the_far_side_lacks(self):
        ours = self.usa.folder / "forms" / "2026-2"
        shutil.copytree(FORMS / "2026-1", ours)
        toml = ours / "forms.toml"
        toml.write_text(toml.read_text().replace('edition = "2026-1"', 'edition = "2026-2"'))
        (self.usa.folder / "forms" / "broken").mkdir()
        self.usa.stop()
        self.usa.start()
        self.assertIn("broken: forms.toml cannot be read", self.usa.log())
        edition = self.usa.get("/v1/forms?edition=2026-2")["hash"]
        agree([self.usa, self.chn], self.usa.folder, "air", more=f'forms = "{edition}"\n')
        self.usa.cli("notice", "air", "object-in-airspace", *EXERCISE, "object=balloon", "latitude=33.68",
                     "longitude=-78.88", "observed_at=2023-02-04T19:39:00Z", "action=engaged-own-waters",
                     "danger_to_persons=none known")
        notice = lambda s: next((one for one in s.record("air") if one["kind"] == "notice"), None)
        for station in (self.usa, self.chn):
            wait_for("the notice", lambda: notice(station))
        self.assertEqual(notice(self.usa)["title"], "Object in airspace")
        print(self.chn.cli("record", "air").stdout)
        self.assertIn(f"form 1 of edition {edition[:16]}", self.chn.cli("record", "air").stdout)
        self.assertIn("#7: 3", self.chn.cli("record", "air").stdout)  # the codes of a field and of a choice
        self.assertIn("not held here: codes are shown", notice(self.chn)["labels"][0])
        told = self.chn.cli("notice", "air", "query", *EXERCISE, code=5).stderr
        self.assertIn("does not hold the edition of forms", told)
        # With the edition in its folder it reads what it could not.
        shutil.copytree(ours, self.chn.folder / "forms" / "2026-2")
        self.chn.stop()
        self.chn.start()
        self.assertEqual(notice(self.chn)["title"], "Object in airspace")
        self.assertEqual(notice(self.chn)["labels"], [])

    def test_a_visit_a_call_and_readouts(self):
        self.usa.cli("visit", "defense", "propose", "june", *EXERCISE, "--place", "Beijing", "--from", "2023-06-18",
                     "--to", "2023-06-19", "--goal", "Talk", "--level", "USA=ministers")
        visit = lambda s: (s.get("/v1/lines/defense/visits")["visits"] or [None])[0]
        self.both("proposed", visit)
        self.usa.cli("visit", "defense", "accept", "june", code=1)  # its own
        self.chn.cli("visit", "defense", "counter", "june", "--place", "Geneva", "--from", "2023-07-01", "--to", "2023-07-02")
        self.both("countered", lambda s: visit(s)["state"] == "countered")
        self.usa.cli("visit", "defense", "accept", "june")
        self.both("accepted", lambda s: (visit(s)["state"], visit(s)["place"]) == ("accepted", "Geneva"))
        self.chn.cli("visit", "defense", "outcome", "june", "--outcome", "2=none", code=1)  # there is one goal
        self.chn.cli("visit", "defense", "outcome", "june", "--outcome", "1=达成")
        self.both("an outcome", lambda s: visit(s)["outcomes"])
        calendar = self.chn.folder / "visits.ics"
        self.chn.cli("visits", "defense", "-o", str(calendar))
        self.assertIn("DTSTART;VALUE=DATE:20230701", calendar.read_text())

        self.usa.cli("call", "defense", "start", *EXERCISE, "--at", "2023-06-14T00:30:00Z", "--with", "USA=Secretary")
        call = lambda s: (s.get("/v1/lines/defense/calls")["calls"] or [None])[0]
        self.both("a call", call)
        self.assertEqual(call(self.chn)["standing"], "one side's claim")
        self.chn.cli("call", "defense", "deny", call(self.chn)["id"][:8], "--reason", "没有通话")
        self.both("disputed", lambda s: call(s)["standing"] == "disputed")
        self.chn.cli("call", "defense", "sign", call(self.chn)["id"][:8])
        self.both("signed", lambda s: call(s)["standing"] == "signed by both")

        self.usa.cli("readout", "defense", "write", call(self.usa)["id"][:8], "They spoke.", "--mark", "agreed")
        readout = lambda s: (s.get("/v1/lines/defense/readouts")["readouts"] or [None])[0]
        self.both("a readout", readout)
        self.chn.cli("readout", "defense", "sign", readout(self.chn)["id"][:8])
        self.both("an agreed readout", lambda s: readout(s)["standing"] == "signed by both")
        self.chn.cli("readout", "defense", "write", call(self.chn)["id"][:8], "双方通话。")
        self.both("their readout", lambda s: len(s.get("/v1/lines/defense/readouts")["readouts"]) == 2)
        page = self.usa.folder / "readouts.html"
        self.usa.cli("readouts", "defense", "-o", str(page))
        for text in ("They spoke.", "双方通话。", "EXERCISE ACTS"):
            self.assertIn(text, page.read_text())
        file = self.usa.folder / "readout"
        self.usa.cli("publish", "defense", readout(self.usa)["id"][:8], "-o", str(file))
        roots = ["--root", self.usa.fingerprint(), "--root", self.chn.fingerprint()]
        print(self.usa.cli("verify", str(file), *roots, station=False).stdout)
        file.write_bytes(file.read_bytes().replace(b"They spoke.", b"They spoke!"))
        told = self.usa.cli("verify", str(file), *roots, station=False, code=1).stdout
        self.assertIn("its signature does not verify", told)
        print(told)
        self.chn.cli("translate", "defense", readout(self.chn)["id"][:8], "--stage", "rough", "--language", "zh", "双方通话。")
        self.both("translated", lambda s: s.get(f"/v1/lines/defense/record/{readout(s)['id']}")["receipts"]["translated"])
        sent = json.loads(self.usa.cli("send", "defense", *EXERCISE, "--json", "A slip").stdout)["entries"][0]["id"]
        self.both("the text", lambda s: any(one["id"] == sent for one in s.record("defense")))
        self.chn.cli("disregard", "defense", sent[:8], code=1)  # not theirs to take back
        self.usa.cli("disregard", "defense", sent[:8], "--reason", "A slip")
        self.both("disregarded", lambda s: s.get(f"/v1/lines/defense/record/{sent}")["labels"])
        self.assertEqual(self.chn.record("defense")[-1]["precedence"], "flash")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", required=True)
    options, rest = parser.parse_known_args()
    PROGRAMS = options.programs
    unittest.main(argv=sys.argv[:1] + rest, verbosity=2)
