#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A large attachment between two stations on loopback, beside scp of the same file; and what a FLASH waits meanwhile.

  bench/link/loopback.py --programs build/bench/bin
Prints for each: MB/s, CPU seconds of both ends for each gigabyte. scp talks to an sshd that is started here, on
127.0.0.1, with keys of its own; nothing of this machine's own is used or changed. Both write to --folder; the station
makes all of it durable there, scp does not. A folder in memory (/dev/shm) takes the disk out of all figures.
"""

import argparse
import getpass
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests"))
from stations import Events, Station, acquaint, agree, free_ports, wait_for  # noqa: E402

LINE = "defense"
MEGABYTE, GIGABYTE = 1e6, 1e9


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="folder of openline and openlined")
    parser.add_argument("--size", type=int, default=64 << 20, help="of a file, bytes")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--packet", type=int, default=16384, help="max_packet of both stations; 0: their default")
    parser.add_argument("--flash-every", type=float, default=0.01, help="seconds")
    parser.add_argument("--folder", type=pathlib.Path, help="where both ends keep their files; else a temporary one")
    return parser.parse_args()


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


class Flashes(threading.Thread):
    """Sends a FLASH every so often until it is stopped; from the request until the far station has it durably."""

    def __init__(self, sender, events, every):
        super().__init__(daemon=True)
        self.sender, self.events, self.every = sender, events, every
        self.sent, self.over = {}, threading.Event()
        self.late = []  # seconds that this program itself was woken late
        self.start()

    def run(self):
        asked = time.monotonic()
        while not self.over.wait(self.every):
            self.late.append(time.monotonic() - asked - self.every)
            body = {"text": f"Flash {len(self.sent)}.", "class": "live", "precedence": "flash"}
            began = time.monotonic()
            self.sent[self.sender.post(f"/v1/lines/{LINE}/entries", body)["entries"][0]["id"]] = began
            asked = time.monotonic()

    def stop(self):
        self.over.set()
        self.join()
        return [self.events.wait(entry) - began for entry, began in self.sent.items()], self.late


def make_stations(options, work):
    settings = f'kind = "udp"\nmax_packet = {options.packet}\n' if options.packet else 'kind = "udp"\n'
    made = [Station(options.programs, work, code) for code in ("USA", "CHN")]
    for station in made:
        toml = station.folder / "station.toml"
        toml.write_text(toml.read_text().replace('kind = "udp"\n', settings))
        station.start()
    acquaint(made, work)
    agree(made, work)
    return made


def upload(station, seed, size):
    return station.request("POST", "/v1/attachments?name=file.bin", random.Random(seed).randbytes(size), timeout=120)["hash"]


def send_file(stations, events, hash_):
    """Seconds and CPU seconds from the request that names the file until the far end holds all of it durably."""
    sender, receiver = stations
    before, start = sum(station.cpu_seconds() for station in stations), time.monotonic()
    body = {"text": "A file.", "class": "live", "precedence": "routine", "attachments": [{"hash": hash_, "name": "file.bin"}]}
    entry = sender.post(f"/v1/lines/{LINE}/entries", body)["entries"][0]["id"]

    # The station is asked only when its file is whole: an answer takes its loop a millisecond.
    kept = receiver.folder / "attachments" / hash_[:2] / hash_

    def holds():
        if not kept.exists():
            return False
        attachments = receiver.get("/v1/status").get("attachments", [])
        return entry in events.arrived and all(one["hash"] != hash_ for one in attachments)

    wait_for("the file at the far end", holds, 600)
    return time.monotonic() - start, sum(station.cpu_seconds() for station in stations) - before


def measure_openline(options, work):
    stations = make_stations(options, work)
    try:
        events = Events(stations[1])
        files = [upload(stations[0], seed, options.size) for seed in range(2 * options.runs)]
        quiet = [send_file(stations, events, file) for file in files[: options.runs]]
        idle = Flashes(stations[0], events, options.flash_every)
        time.sleep(100 * options.flash_every)
        alone = idle.stop()
        flashes = Flashes(stations[0], events, options.flash_every)
        busy = [send_file(stations, events, file) for file in files[options.runs :]]
        beside = flashes.stop()
    finally:
        for station in stations:
            station.stop()
    return quiet, busy, alone, beside


class Sshd:
    def __init__(self, work):
        self.work, self.port = work, free_ports(1)[0]
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(work / name)], check=True)
        shutil.copy(work / "user.pub", work / "authorized")
        if os.geteuid() == 0:
            pathlib.Path("/run/sshd").mkdir(exist_ok=True)  # sshd wants it, and leaves it empty
        options = {"Port": self.port, "ListenAddress": "127.0.0.1", "HostKey": work / "host", "PidFile": "none",
                   "AuthorizedKeysFile": work / "authorized", "StrictModes": "no", "UsePAM": "no",
                   "PasswordAuthentication": "no", "PermitRootLogin": "prohibit-password",
                   "Subsystem": "sftp internal-sftp"}
        words = [f"-o{name} {value}" if name == "Subsystem" else f"-o{name}={value}" for name, value in options.items()]
        self.log = open(work / "sshd.log", "wb")
        program = shutil.which("sshd", path=os.environ["PATH"] + ":/usr/sbin")
        if not program:
            raise SystemExit("sshd is not installed: packaging/apt-install bench")
        self.process = subprocess.Popen([program, "-D", "-e", "-f", "/dev/null", *words], stderr=self.log)
        wait_for("sshd listens", lambda: b"Server listening" in (work / "sshd.log").read_bytes(), 10)

    def cpu_seconds(self):
        """Of sessions that have ended, too."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()


def measure_scp(options, work):
    sshd = Sshd(work)
    source, target = work / "source.bin", work / "target.bin"
    source.write_bytes(random.Random(0).randbytes(options.size))
    command = ["scp", "-q", "-F", "/dev/null", "-P", str(sshd.port), "-i", str(work / "user"), "-oStrictHostKeyChecking=no",
               "-oUserKnownHostsFile=/dev/null", "-oLogLevel=ERROR", str(source),
               f"{getpass.getuser()}@127.0.0.1:{target}"]
    runs = []
    try:
        for _ in range(options.runs):
            target.unlink(missing_ok=True)
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            before, start = usage.ru_utime + usage.ru_stime + sshd.cpu_seconds(), time.monotonic()
            subprocess.run(command, check=True)
            taken = time.monotonic() - start
            time.sleep(0.2)  # the far end's process ends
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            runs.append((taken, usage.ru_utime + usage.ru_stime + sshd.cpu_seconds() - before))
        assert target.read_bytes() == source.read_bytes()
    finally:
        sshd.stop()
    return runs


def row(name, runs, size):
    rate = percentile([size / taken / MEGABYTE for taken, _ in runs], 0.5)
    cpu = percentile([cpu / size * GIGABYTE for _, cpu in runs], 0.5)
    print(f"| {name} | {rate:.0f} | {cpu:.1f} |")
    return rate


def main():
    options = read_arguments()
    with tempfile.TemporaryDirectory(prefix="openline-loopback.", dir=options.folder) as folder:
        work = pathlib.Path(folder)
        quiet, busy, alone, beside = measure_openline(options, work)
        scp = measure_scp(options, work)
    print(f"A file of {options.size / MEGABYTE:.0f} MB, {options.runs} runs, medians; packets of "
          f"{options.packet or 'default'} bytes.\n\n| | MB/s | CPU s/GB |\n|---|---|---|")
    rate = row("Openline", quiet, options.size)
    row("Openline, a FLASH meanwhile", busy, options.size)
    print(f"\nOpenline has {rate / row('scp', scp, options.size):.2f} of scp's rate.")
    for name, (values, late) in (("alone", alone), ("during the file", beside)):
        print(f"FLASH {name}: {len(values)} sent, p50 {percentile(values, 0.5) * 1e3:.1f} ms, "
              f"p99 {percentile(values, 0.99) * 1e3:.1f} ms, worst {max(values) * 1e3:.1f} ms; "
              f"this program was woken late by p50 {percentile(late, 0.5) * 1e3:.1f} ms, "
              f"p99 {percentile(late, 0.99) * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
