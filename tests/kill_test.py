#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Entries are sent while either station is killed with SIGKILL at random instants.

Nothing acknowledged may be missing, nothing may be there twice, and both records must agree.
  kill_test.py --programs DIR [--entries 2000] [--kills 200] [--seed N]
A seed repeats the schedule of kills; exact replay is the simulator's.
"""

import argparse
import http.client
import random
import sys
import tempfile
import threading
import time

from stations import ApiError, Station, acquaint, agree, all_stored, wait_for

LINK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'


class Sender(threading.Thread):
    """Sends entries one by one, each with a key, asking again until the station says that it is on record."""

    def __init__(self, station, count):
        super().__init__(daemon=True)
        self.station, self.count, self.done = station, count, {}

    def run(self):
        for number in range(self.count):
            text = f"{self.station.code} {number}"
            body = {"text": text, "class": "test", "precedence": "flash" if number % 7 == 0 else "routine"}
            while text not in self.done:
                try:
                    answer = self.station.post("/v1/lines/defense/entries", body,
                                               headers={"Idempotency-Key": f"{self.station.code}-{number}"}, timeout=5)
                    self.done[text] = answer["entries"][0]["id"]
                except (OSError, http.client.HTTPException, ApiError):
                    time.sleep(0.01)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--entries", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"seed {options.seed}; again: tests/kill_test.py --programs {options.programs} --entries {options.entries} "
          f"--kills {options.kills} --seed {options.seed}", flush=True)
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="openline-kill.") as work:
        stations = [Station(options.programs, work, code, settings=LINK) for code in ("USA", "CHN")]
        for one in stations:
            one.start()
        acquaint(stations, work)
        agree(stations, work)
        senders = [Sender(one, options.entries // 2) for one in stations]
        for one in senders:
            one.start()
        for _ in range(options.kills):
            victim = dice.choice(stations)
            time.sleep(dice.uniform(0, 0.15))
            victim.kill()
            victim.start(wait=False)
            time.sleep(dice.uniform(0, 0.1))
        for one in stations:
            wait_for(f"{one.code} answers", one.answers)
        for one in senders:
            one.join(timeout=300)
            assert not one.is_alive(), f"{one.station.code}: {len(one.done)} of {one.count} sent"
        for one in stations:
            wait_for(f"all of {one.code} is stored", lambda: all_stored(one, "defense"), 120)
        records = [one.record("defense") for one in stations]
        wait_for("both records have the same entries",
                 lambda: len({frozenset(e["id"] for e in one.record("defense")) for one in stations}) == 1, 60)
        records = [one.record("defense") for one in stations]
        for one, record in zip(stations, records):
            ids = [entry["id"] for entry in record]
            texts = [entry["text"] for entry in record if entry["kind"] == "text"]
            assert len(ids) == len(set(ids)), "an entry is there twice"
            assert len(texts) == len(set(texts)), "a request was done twice"
            for sender in senders:
                missing = [text for text, entry in sender.done.items() if entry not in set(ids)]
                assert not missing, f"{one.code} lacks acknowledged entries: {missing[:5]}"
            assert len(texts) == sum(sender.count for sender in senders)
        files = []
        for one in stations:
            file = f"{work}/{one.code}.export"
            one.cli("export", "defense", "-o", file)
            files.append(file)
        roots = [word for one in stations for word in ("--root", one.fingerprint())]
        print(stations[0].cli("verify", *files, *roots, station=False).stdout)
        print(f"{options.kills} kills, {len(records[0])} entries on both records, {sum(len(s.done) for s in senders)} "
              "acknowledged, none missing, none twice")
        for one in stations:
            assert one.stop() == 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
