#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A station whose n-th write or synchronisation goes wrong, n = 1, 2, 3 ... until a run passes untouched.

  power_test.py --programs DIR --shim FILE [--how cut,EIO,ENOSPC] [--every K] [--seed N]
The power is cut (what was not synchronised is there or not, by the seed), or the call fails. In each run the station starts,
takes texts and a file from its officer and from the other party, and stops. Afterwards it starts again without faults, what was not
acknowledged is asked for again with the same key, and: nothing acknowledged is missing, nothing is there twice, both records and all
files are the same at both ends. With --every K each K-th n, from one that the seed says.
"""

import argparse
import hashlib
import http.client
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from stations import ApiError, Station, acquaint, agree, all_stored, wait_for

LINE = "defense"
LINK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'
FILE_SIZE = 150_000  # three parts
UNREACHABLE = (OSError, http.client.HTTPException)


class FaultyStation(Station):
    """Starts with a fault ahead of it, or without one."""

    @property
    def mark(self):
        return self.folder.parent / "the-fault-came"

    def start_with(self, shim, at, how, seed):
        environment = os.environ | {"LD_PRELOAD": shim, "OPENLINE_POWER_FOLDER": str(self.folder), "OPENLINE_POWER_AT": str(at),
                                    "OPENLINE_POWER_HOW": how, "OPENLINE_POWER_SEED": str(seed),
                                    "OPENLINE_POWER_MARK": str(self.mark)}
        self.mark.unlink(missing_ok=True)
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen([str(self.programs / "openlined"), str(self.folder)], stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, env=environment)

    def is_gone(self):
        return self.process.poll() is not None


class Work:
    """What is asked of one station in one run; asked again with the same keys until it is acknowledged."""

    def __init__(self, station, run, dice):
        self.station = station
        self.file = dice.randbytes(FILE_SIZE)
        self.hash = None
        self.texts = [f"{station.code} run {run} text {number}" for number in range(3)]
        self.done = {}

    def ask_for_all(self):
        """Whether all is acknowledged now."""
        try:
            if not self.hash:
                self.hash = self.station.request("POST", "/v1/attachments?name=file.bin", self.file, timeout=10)["hash"]
            for number, text in enumerate(self.texts):
                if text not in self.done:
                    self.done[text] = self._send(text, number)
        except UNREACHABLE:
            return False
        except ApiError as error:
            if error.status < 500:
                raise
            return False
        return True

    def _send(self, text, number):
        body = {"text": text, "class": "test", "precedence": ("routine", "flash", "immediate")[number]}
        if number == 0:
            body["attachments"] = [{"hash": self.hash, "name": "file.bin"}]
        answer = self.station.post(f"/v1/lines/{LINE}/entries", body, headers={"Idempotency-Key": text.replace(" ", "-")},
                                   timeout=10)
        return answer["entries"][0]["id"]


def has_file(station, work):
    try:
        return hashlib.sha256(station.get(f"/v1/attachments/{work.hash}")).digest() == hashlib.sha256(work.file).digest()
    except ApiError:
        return False


def check(stations, works):
    """The newest entries: a run's, and some before them."""
    ids = []
    for station in stations:
        record = station.record(LINE)
        texts = [entry["text"] for entry in record if entry["kind"] == "text"]
        assert len(texts) == len(set(texts)), f"{station.code}: a request was done twice"
        known = {entry["id"] for entry in record}
        assert len(known) == len(record), f"{station.code}: an entry is there twice"
        for work in works:
            for text, entry in work.done.items():
                assert entry in known, f"{station.code} lacks an acknowledged entry: {text}"
        ids.append(known)
    return ids[0] == ids[1]


def play(stations, shim, at, how, seed, run, dice):
    """One run. Whether the fault came."""
    faulty, other = stations
    works = [Work(station, run, dice) for station in stations]
    faulty.start_with(shim, at, how, seed)
    end = time.monotonic() + 5
    while time.monotonic() < end and not faulty.is_gone():
        if all([work.ask_for_all() for work in works]) and all_there(stations, works):
            break
        time.sleep(0.005)
    if not faulty.is_gone():
        faulty.process.send_signal(signal.SIGTERM)
    code = faulty.process.wait(30)
    assert code in (0, 1, -signal.SIGKILL), f"the station ended with {code}:\n{faulty.log()[-3000:]}"
    faulty.start()
    wait_for("all is acknowledged", lambda: all([work.ask_for_all() for work in works]), 60)
    for station in stations:
        wait_for(f"all of {station.code} is stored", lambda one=station: all_stored(one, LINE), 60)
        for work in works:
            wait_for(f"{station.code} has the file of {work.station.code}", lambda one=station, its=work: has_file(one, its), 60)
    wait_for("both records are the same", lambda: check(stations, works), 60)
    faulty.stop()
    return faulty.mark.exists()


def all_there(stations, works):
    try:
        return all(all_stored(station, LINE) for station in stations) and all(
            has_file(station, work) for station in stations for work in works)
    except (*UNREACHABLE, ApiError):
        return False


def enumerate_faults(stations, options, how, dice):
    """How many runs met a fault, and the n that no run came to."""
    came = 0
    at = 1 + (dice.randrange(options.every) if options.every > 1 else 0)
    while play(stations, options.shim, at, how, options.seed + at, f"{how} {at}", dice):
        came += 1
        at += options.every
    return came, at


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--shim", required=True)
    parser.add_argument("--how", default="cut,EIO,ENOSPC")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"seed {options.seed}; again: tests/power_test.py --programs {options.programs} --shim {options.shim} "
          f"--how {options.how} --every {options.every} --seed {options.seed}", flush=True)
    dice = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="openline-power.") as work:
        stations = [FaultyStation(options.programs, work, "USA", settings=LINK), Station(options.programs, work, "CHN", settings=LINK)]
        for station in stations:
            station.start()
        acquaint(stations, work)
        agree(stations, work)
        stations[0].stop()
        for how in options.how.split(","):
            came, end = enumerate_faults(stations, options, how, dice)
            assert came > 0, f"{how}: the first run came to no {end}th write"
            print(f"{how}: {came} runs with a fault, of step {options.every}; the one at {end} met none. Nothing acknowledged was "
                  "missing, nothing was there twice, records and files were the same", flush=True)
        stations[1].stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
