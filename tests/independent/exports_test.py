#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fifty exports by real stations, 25 of them altered: this verifier and `openline verify` say the same of each.

  exports_test.py --programs DIR [--seed N]
"""

import pathlib
import subprocess
import tempfile
import unittest

import alterations
from canonical_cbor import decode, encode
from export_verify import Export
from harness import Settings, keys_of, main
from publication import Publication, is_publication

from stations import Station, acquaint, agree, all_stored, wait_for

INTACT = ALTERED = 25
LINES = {"defense": "attested", "trade": "attested", "quiet": "deniable"}


def text(words, class_="live", **more):
    return {"text": words, "class": class_, **more}


class ExportsOfRealStations(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="openline-independent-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.work = pathlib.Path(cls.folder.name)
        cls.random = Settings.random("exports")
        cls.stations = [Station(Settings.programs, cls.work, code) for code in ("USA", "CHN")]
        for station in cls.stations:
            cls.addClassCleanup(station.stop)
            station.start()
        acquaint(cls.stations, cls.work)
        for name, record in LINES.items():
            agree(cls.stations, cls.work, name, record)
        cls.roots = [station.fingerprint() for station in cls.stations]
        keys = [keys_of(station) for station in cls.stations]
        cls.keys = [station for station, _ in keys], [root for _, root in keys]
        cls.exports = cls.history()

    @classmethod
    def history(cls):
        """What happens on the lines, and the exports of both stations at each stage: (line, bytes)."""
        found = []
        for stage in (cls.first_words, cls.many_at_once, cls.after_restart, cls.acts, cls.amended, cls.last_words):
            stage()
            for name in LINES:
                found += [(name, station.request("GET", f"/v1/lines/{name}/export")) for station in cls.settled(name)]
        return found

    @classmethod
    def settled(cls, name):
        for station in cls.stations:
            wait_for(f"{name} is stored", lambda: all_stored(station, name))
        return cls.stations

    @classmethod
    def say(cls, station, name, *texts):
        return station.post(f"/v1/lines/{name}/entries", list(texts))["entries"]

    @classmethod
    def first_words(cls):
        usa, chn = cls.stations
        for name in LINES:
            said = cls.say(usa, name, text("Our aircraft is in distress.", precedence="flash"))
            cls.settled(name)
            chn.cli("ack", name, said[0]["id"], "--role", "duty officer")
            cls.say(chn, name, text("We see it.", precedence="immediate"),
                    text("Let it pass.", "exercise", exercise="JUNE"))

    @classmethod
    def many_at_once(cls):
        for station in cls.stations:
            for name in LINES:
                count = cls.random.randrange(4, 40)
                cls.say(station, name, *(text(f"{cls.random.getrandbits(64):x}" * cls.random.randrange(1, 9))
                                         for _ in range(count)))

    @classmethod
    def after_restart(cls):
        """A new incarnation of one station."""
        usa, chn = cls.stations
        chn.stop()
        cls.say(usa, "defense", text("Are you there?"))
        chn.start()
        for name in LINES:
            cls.say(chn, name, text("We are back."))

    @classmethod
    def acts(cls):
        usa, chn = cls.stations
        asked = usa.post("/v1/lines/defense/contacts", {"from_role": "Secretary", "to_roles": ["Minister"],
                                                        "subject": "The object", "class": "live"})["entries"][0]["id"]
        cls.settled("defense")
        chn.post(f"/v1/lines/defense/contacts/{asked[:8]}/answer", {"answer": "accepted", "role": "Minister"})
        cls.published = cls.publication()
        for station in cls.stations:
            station.post("/v1/lines/trade/test")
            station.post("/v1/lines/trade/suspend", {"reason": "talks"})

    @classmethod
    def publication(cls):
        """A readout of a call that the other side signs, as a file."""
        usa, chn = cls.stations
        call = usa.post("/v1/lines/defense/calls", {"role": "Secretary", "stage": "started", "class": "live",
                                                    "at": "2026-11-01T00:00:00Z"})["entries"][0]["id"]
        readout = usa.post("/v1/lines/defense/readouts", {"of": call, "mark": "agreed", "role": "Secretary",
                                                          "text": "We spoke."})["entries"][0]["id"]
        cls.settled("defense")
        chn.post(f"/v1/lines/defense/readouts/{readout}/answer", {"answer": "signs", "role": "Minister"})
        cls.settled("defense")
        usa.cli("publish", "defense", readout, "-o", str(cls.work / "readout.openline"))
        return (cls.work / "readout.openline").read_bytes()

    @classmethod
    def amended(cls):
        terms = (cls.work / "defense.toml").read_text().replace('test_every = "1h"', 'test_every = "2h"')
        for station in cls.stations:
            station.post("/v1/lines/defense/amend", {"toml": terms})
            cls.settled("defense")
        for station in cls.stations:
            wait_for("the amendment", lambda: station.get("/v1/agreements/defense")["test_every_s"] == 7200)

    @classmethod
    def last_words(cls):
        for station in cls.stations:
            for name in LINES:
                cls.say(station, name, text("To the record."))

    # What is asked of each file.

    def file(self, data):
        return alterations.ExportFile(data, *self.keys)

    def real_verdict(self, data):
        path = self.work / "asked.export"
        path.write_bytes(data)
        words = [str(Settings.programs / "openline"), "verify", str(path)]
        for root in self.roots:
            words += ["--root", root]
        return subprocess.run(words, capture_output=True, text=True, timeout=60)

    def assert_verdict(self, what, data, holds):
        export = (Publication if is_publication(data) else Export)(data, self.roots)
        real = self.real_verdict(data)
        with self.subTest(what=what, seed=Settings.seed):
            self.assertEqual(real.returncode, 0 if holds else 1, f"openline verify: {real.stdout}{real.stderr}")
            self.assertEqual(export.holds, holds, f"this verifier: {[str(problem) for problem in export.problems]}")

    def attested(self):
        return [data for name, data in self.exports if LINES[name] == "attested"]

    # The tests.

    def test_fifty_exports_get_the_right_verdict_from_both_verifiers(self):
        random = Settings.random("fifty")
        files = [(f"intact {name}", data, True) for name, data in random.sample(self.exports, INTACT)]
        for alter in random.sample(alterations.ALL, ALTERED):
            file = self.file(random.choice(self.attested()))
            files.append((alter.__name__, alter(file, random), False))
        random.shuffle(files)
        self.assertEqual(len(files), 50)
        for what, data, holds in files:
            self.assert_verdict(what, data, holds)

    def test_every_alteration_is_found_by_both(self):
        random = Settings.random("every")
        for alter in alterations.ALL:
            self.assert_verdict(alter.__name__, alter(self.file(self.exports[-6][1]), random), False)

    def test_an_exporter_may_leave_out_what_no_heads_cover(self):
        """Section 15, 12: heads of others included, a suffix of its own; without them, more."""
        file = self.file(self.exports[0][1])
        del file.items[1 + len(file.runs()):-1]
        self.assert_verdict("without the other's heads", file.signed_again(), True)

    def test_a_published_readout_is_judged_alike(self):
        random = Settings.random("published")
        self.assert_verdict("as it is", self.published, True)
        self.assertEqual(Publication(self.published, self.roots).signed_by, ["CHN"])
        title, head, (readout, answer) = decode(self.published)
        for what, runs, holds in (("the readout alone", [readout], True), ("no readout", [answer], False),
                                  ("a signature twice", [readout, answer, answer], True),
                                  ("the signature first", [answer, readout], False)):
            self.assert_verdict(what, encode([title, head, runs]), holds)
        for _ in range(10):
            place = random.randrange(8 * len(self.published))
            flipped = bytearray(self.published)
            flipped[place // 8] ^= 1 << place % 8
            self.assert_verdict(f"bit {place} flipped", bytes(flipped), False)

    def test_the_same_entries_stand_in_the_same_order_in_both_records(self):
        for one, other in zip(self.exports[-6::2], self.exports[-5::2]):
            first, second = (Export(data, self.roots).record.canonical_order() for _, data in (one, other))
            self.assertEqual(first, second, one[0])


if __name__ == "__main__":
    main()
