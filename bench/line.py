#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two real stations over loopback: durable entries a second, latency of a FLASH, memory, start.

  bench/line.py --programs DIR [--entries 100000] [--postgres]
One run measures everything, PostgreSQL's one-row-a-commit rate beside it: compare the ratios. Targets are those of the issue.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests"))
from stations import Events, Station, acquaint, agree, all_stored, wait_for  # noqa: E402

TEXT = "We have seen two of your vessels inside the notified area and ask for their purpose and intended course. " * 3


def rate(sender, receiver, count, precedence, entry_class="test"):
    """Entries a second from the first request until the far side's signed heads cover the last, and CPU by station."""
    batch = [{"text": TEXT, "class": entry_class, "precedence": precedence}] * 250
    cpu = [one.cpu_seconds() for one in (sender, receiver)]
    start = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: sender.post("/v1/lines/defense/entries", batch, timeout=120), range(count // 250)))
    taken = time.monotonic() - start
    wait_for("all stored at the far end", lambda: all_stored(sender, "defense"), 300)
    whole = time.monotonic() - start
    used = [one.cpu_seconds() - before for one, before in zip((sender, receiver), cpu)]
    return count / whole, count / taken, used


def median_and_99(times):
    times = sorted(times)
    return times[len(times) // 2], times[min(len(times) * 99 // 100, len(times) - 1)]


class Kept:
    """A connection to a station's API that stays open, with as little of its own time as Python allows."""

    def __init__(self, station):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect(str(station.folder / "api.sock"))
        self.unread = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def ask(self, method, target, body=b""):
        self.socket.sendall(f"{method} {target} HTTP/1.1\r\nHost: station\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    def read_until(self, end):
        while end not in self.unread:
            got = self.socket.recv(1 << 16)
            assert got, "the station closed the connection"
            self.unread += got
        before, self.unread = self.unread.split(end, 1)
        return before

    def answer(self):
        head = self.read_until(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 2"), head
        size = int(next(row for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")).split(b":")[1])
        while len(self.unread) < size:
            self.unread += self.socket.recv(1 << 16)
        body, self.unread = self.unread[:size], self.unread[size:]
        return json.loads(body)


def flash_latency(sender, receiver, tries):
    """Milliseconds from the request until the sender has answered that it is durable, and until the far end told of it."""
    body = json.dumps({"text": TEXT, "class": "test", "precedence": "flash"}).encode()
    answered, arrived = [], []
    with Kept(sender) as requests, Kept(receiver) as events:
        events.ask("GET", "/v1/events")
        events.read_until(b"\r\n\r\n")
        for _ in range(tries):
            start = time.monotonic()
            requests.ask("POST", "/v1/lines/defense/entries", body)
            made = requests.answer()
            answered.append((time.monotonic() - start) * 1000)
            events.read_until(made["entries"][0]["id"].encode())
            arrived.append((time.monotonic() - start) * 1000)
            time.sleep(0.02)
    return median_and_99(answered), median_and_99(arrived)


def sync_latency(work, tries):
    """What the disk alone takes for one synchronised write of 4 KiB, with the same pauses."""
    file = os.open(pathlib.Path(work) / "sync", os.O_RDWR | os.O_CREAT)
    os.write(file, bytes(1 << 20))
    os.fsync(file)
    times = []
    for at in range(tries):
        start = time.monotonic()
        os.pwrite(file, bytes([at % 256]) * 4096, at % 256 * 4096)
        os.fdatasync(file)
        times.append((time.monotonic() - start) * 1000)
        time.sleep(0.02)
    os.close(file)
    return median_and_99(times)


def request_latency(station, tries):
    """What this program and the API take for a request that needs no disk."""
    times = []
    with Kept(station) as requests:
        for _ in range(tries):
            start = time.monotonic()
            requests.ask("GET", "/v1/card")
            requests.answer()
            times.append((time.monotonic() - start) * 1000)
            time.sleep(0.02)
    return median_and_99(times)


def postgres(seconds=6):
    programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        return None
    work = tempfile.mkdtemp(prefix="openline-postgres.")
    as_user = ["su", "postgres", "-c"] if os.geteuid() == 0 else ["sh", "-c"]
    if os.geteuid() == 0:
        shutil.chown(work, "postgres")
    bins = programs[-1]

    def sh(command):
        return subprocess.run([*as_user, command], capture_output=True, text=True, check=True, cwd="/").stdout

    try:
        sh(f"{bins}/initdb -D {work}/d -A trust")
        sh(f"{bins}/pg_ctl -D {work}/d -o \"-k {work} -p 15439 -c listen_addresses=''\" -l {work}/log -w start")
        sh(f"psql -h {work} -p 15439 -qc 'create table m(id bigserial primary key, b bytea)' postgres")
        pathlib.Path(f"{work}/i.sql").write_text("insert into m(b) values (convert_to(repeat('a',500),'UTF8'));\n")
        rates = {}
        for clients in (1, 16):
            out = sh(f"{bins}/pgbench -h {work} -p 15439 -n -f {work}/i.sql -c {clients} -j 2 -T {seconds} postgres")
            rates[clients] = float(next(row for row in out.splitlines() if row.startswith("tps")).split()[2])
        sh(f"{bins}/pg_ctl -D {work}/d -m fast stop")
        return rates
    finally:
        shutil.rmtree(work, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--entries", type=int, default=100000)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="openline-bench.") as work:
        usa, chn = (Station(options.programs, work, code) for code in ("USA", "CHN"))
        usa.start(), chn.start()
        acquaint([usa, chn], work)
        agree([usa, chn], work)
        print(f"idle memory               {usa.memory_kib() / 1024:8.1f} MiB (target 32)")
        answered, arrived = flash_latency(usa, chn, 300)
        for name, (p50, p99) in (("FLASH to durable far end ", arrived), ("  durable here, answered", answered),
                                 ("  one sync of this disk   ", sync_latency(work, 300)),
                                 ("  one request without disk", request_latency(usa, 300))):
            print(f"{name} p50 {p50:.2f} ms, p99 {p99:.2f} ms" + (" (targets 2, 5)" if name[0] == "F" else ""))
        for name, precedence, target in (("signed singly", "flash", 8000), ("in runs", "routine", 20000)):
            whole, taken, used = rate(usa, chn, options.entries // 2 // 250 * 250, precedence)
            print(f"entries/s, {name:14} {whole:8.0f} (target {target}); taken by the sender {taken:.0f}/s; "
                  f"CPU {used[0]:.1f} s sender, {used[1]:.1f} s receiver")
        print(f"memory with {usa.line('defense')['entries']} entries  {usa.memory_kib() / 1024:8.1f} MiB, far end "
              f"{chn.memory_kib() / 1024:.1f} MiB (target 48)")
        rate(usa, chn, 10000, "routine", "live")
        print(f"  and 10000 unacknowledged     {usa.memory_kib() / 1024:8.1f} MiB, far end {chn.memory_kib() / 1024:.1f} MiB")
        events = Events(chn)
        starts = []
        for _ in range(5):
            usa.stop()
            begin = time.monotonic()
            usa.start(wait=False)
            while True:
                try:
                    made = usa.post("/v1/lines/defense/entries", {"text": "first", "class": "test", "precedence": "flash"})
                    break
                except (OSError, Exception):
                    time.sleep(0.002)
            starts.append((events.wait(made["entries"][0]["id"]) - begin) * 1000)
        print(f"start to first delivered  {statistics.median(starts):8.0f} ms median of {len(starts)} (target 250): "
              + ", ".join(f"{one:.0f}" for one in starts))
        usa.stop(), chn.stop()
    if options.postgres:
        rates = postgres()
        if rates is None:
            print("PostgreSQL is not installed: packaging/apt-install bench")
        else:
            print(f"PostgreSQL, a row a commit {rates[1]:.0f}/s with 1 client, {rates[16]:.0f}/s with 16")
    return 0


if __name__ == "__main__":
    sys.exit(main())
