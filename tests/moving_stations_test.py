#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real stations on networks that change under them: a NAT that rebinds in the middle of a message, packets that become too
large for the way, an interface that gets another address. Every message arrives; no times are judged. What needs network
namespaces, which the test makes itself, is left out where that is not allowed."""

import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench" / "link"))
from lab import ENDS, Lab  # noqa: E402
from link_smoke_test import may_make_namespaces  # noqa: E402
from links import Link  # noqa: E402
from nat_relay import NatRelay  # noqa: E402
from openline import PORT, SpaceStation  # noqa: E402
from stations import Events, Station, acquaint, agree, free_ports, wait_for  # noqa: E402

LINE = "defense"
PATIENCE = 240  # seconds: with sanitizers, on a busy machine, a file takes a minute


def send(station, text, precedence="routine", more=None):
    body = {"text": text, "class": "live", "precedence": precedence, **(more or {})}
    return station.post(f"/v1/lines/{LINE}/entries", body)["entries"][0]["id"]


def long_text(size, seed):
    return "".join(random.Random(seed).choice("abcdefghijklmnopqrstuvwxyz ") for _ in range(size))


def attach(station, size, seed):
    made = station.request("POST", "/v1/attachments?name=file.bin", random.Random(seed).randbytes(size))
    entry = send(station, "A file.", more={"attachments": [{"hash": made["hash"], "name": "file.bin"}]})
    return made["hash"], entry


def holds(station, hash_):
    return all(one["hash"] != hash_ for one in station.get("/v1/status").get("attachments", []))


def paths_of(station):
    return [path for peer in station.get("/v1/status")["peers"] for link in peer["links"] for path in link["paths"]]


def up_paths(station):
    return [path for path in paths_of(station) if path["state"] == "up"]


def exchange(one, other, seeds, precedence="routine", size=3000):
    """A message each way for each seed; all arrive."""
    ends = ((one, Events(other)), (other, Events(one)))
    for seed in seeds:
        for sender, events in ends:
            events.wait(send(sender, long_text(size, seed), precedence), PATIENCE)


def nat_rebinds_in_the_middle_of_a_message(programs):
    with tempfile.TemporaryDirectory(prefix="openline-moves.") as work:
        port = free_ports(1)[0]
        nat = NatRelay(("127.0.0.1", port))
        outer = Station(programs, work, "CHN", listen=[f"main=udp:127.0.0.1:{port}"], announce=[f"main=udp:{nat.inside}"])
        inner = Station(programs, work, "USA", listen=[f"main=udp:0.0.0.0:{free_ports(1)[0]}"])
        try:
            for station in (outer, inner):
                station.start()
            acquaint([inner, outer], work)
            agree([inner, outer], work)
            ports = [nat.outside]
            arrived = Events(outer)  # before it is sent: what came earlier is no event
            hash_, entry = attach(inner, 16 << 20, 1)
            wait_for("the file is under way", lambda: up_paths(outer) and up_paths(outer)[0]["bytes_received"] > 1 << 20)
            for _ in range(3):
                assert not holds(outer, hash_), "it came too soon for the test"
                nat.rebind()
                ports.append(nat.outside)
                wait_for("the station is heard from its new port",
                         lambda: any(path["remote"] == nat.outside for path in up_paths(outer)), PATIENCE)
            arrived.wait(entry, PATIENCE)
            wait_for("the file at the far end", lambda: holds(outer, hash_), PATIENCE)
            nat.rebind()
            exchange(inner, outer, range(3), "flash")
            nat.rebind()
            exchange(inner, outer, range(3, 6))
            wait_for("only the last port is left", lambda: [path["remote"] for path in paths_of(outer)] == [nat.outside])
            assert len(set(ports)) == 4
            late = len(nat.late)
            exchange(inner, outer, range(6, 9), "flash")
            assert len(nat.late) == late, f"a port that was left still gets packets: {nat.late[late:]}"
        finally:
            inner.stop(), outer.stop()
            nat.stop()


def in_lab(programs, link):
    """A lab, and what makes two stations that hold a line in it while its link is clean."""
    lab = Lab(str(pathlib.Path(programs) / "openline-link-emulator"), link, 1, link.name)
    options = argparse.Namespace(programs=programs, packet=None, rate="measured", packet_time=None)

    def stations():
        made = [SpaceStation(lab, end, code, options) for end, code in enumerate(("USA", "CHN"))]
        for station in made:
            station.start()
            lab.processes.append(station.process)
        acquaint(made, lab.folder)
        agree(made, lab.folder)
        return made

    return lab, stations


def packets_that_are_too_large_vanish_or_are_refused(programs):
    for options, least, most in (
        (("mtu=1280",), 1200, 1252),  # the system refuses
        (("mtu=1500",), 1472, 1472),
        (("mtu=9000",), 8400, 8972),
        (("mtu=9000", "largest=1280,0"), 1200, 1252),  # a black hole
        (("mtu=1500", "largest=1400,0"), 1270, 1372),
    ):
        lab, stations = in_lab(programs, Link("size", 0, ("delay=5", *options)))
        with lab:
            lab.go()
            one, other = stations()
            exchange(one, other, range(3))
            wait_for(f"a packet size of {least} to {most} with {options}",
                     lambda: all(least <= up_paths(end)[0]["packet_size"] <= most for end in (one, other)), PATIENCE)
            exchange(one, other, range(3, 6))


def packets_that_become_too_large_lose_nothing(programs):
    lab, stations = in_lab(programs, Link("shrinks", 0, ("delay=20", "rate=8000000", "queue=200000", "largest=1300,4")))
    with lab:
        one, other = stations()
        wait_for("1,472 bytes", lambda: up_paths(one)[0]["packet_size"] == 1472, PATIENCE)
        events = Events(other)
        began = lab.go()
        hash_, entry = attach(one, 6 << 20, 2)  # some 6 s
        sent = [entry]
        while time.monotonic() < began + 8:
            sent.append(send(one, long_text(3000, len(sent)), ("routine", "flash")[len(sent) % 2]))
            time.sleep(0.25)
        for entry in sent:
            events.wait(entry, PATIENCE)
        wait_for("the file at the far end", lambda: holds(other, hash_), PATIENCE)
        size = up_paths(one)[0]["packet_size"]
        assert 1200 <= size <= 1272, size
        assert lab.stats.at(float("inf"))[0]["lost"] > 0, "nothing was too large"


def a_station_gets_another_address_in_the_middle_of_a_message(programs):
    moved = "10.99.0.77"
    lab, stations = in_lab(programs, Link("moves", 0, ("delay=20", "rate=8000000", "queue=200000")))
    with lab:
        def in_space(end, *words):
            subprocess.run(["ip", "-n", lab.spaces[end], *words], check=True)

        def listen_everywhere(station, announce):
            toml = station.folder / "station.toml"
            text = re.sub(r'listen = "[^"]*"', f'listen = "0.0.0.0:{PORT}"', toml.read_text())
            toml.write_text(re.sub(r"announce = \[[^\]]*\]", f'announce = ["{announce}:{PORT}"]', text))

        one, other = stations()
        one.stop()
        listen_everywhere(one, ENDS[0])
        one.start()
        lab.processes.append(one.process)
        wait_for("a session", lambda: up_paths(one) and up_paths(other), PATIENCE)
        lab.go()
        there, back = attach(one, 3 << 20, 3), attach(other, 3 << 20, 4)
        wait_for("files under way", lambda: up_paths(other)[0]["bytes_received"] > 1 << 19, PATIENCE)
        in_space(1, "route", "add", moved, "dev", "p0")
        in_space(0, "address", "del", ENDS[0], "peer", ENDS[1], "dev", "p0")
        in_space(0, "address", "add", moved, "peer", ENDS[1], "dev", "p0")
        assert not holds(other, there[0]), "it came too soon for the test"
        wait_for("the file of the one that moved", lambda: holds(other, there[0]), PATIENCE)
        wait_for("the file to the one that moved", lambda: holds(one, back[0]), PATIENCE)
        exchange(one, other, range(3), "flash")
        # Its new locator goes to the others with the next first message: then it can be called again.
        one.stop()
        listen_everywhere(one, moved)
        one.start()
        lab.processes.append(one.process)
        wait_for("the new address is used",
                 lambda: any(path["remote"] == f"{moved}:{PORT}" for path in up_paths(other)), PATIENCE)
        exchange(one, other, range(3, 6))
        other.stop()  # what it only learned from packets is gone
        other.start()
        lab.processes.append(other.process)
        wait_for("the new locator is held, and the old address is not",
                 lambda: [path["remote"] for path in up_paths(other)] == [f"{moved}:{PORT}"], PATIENCE)
        assert len(paths_of(other)) == 1, paths_of(other)
        exchange(one, other, range(6, 9))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    tests = [nat_rebinds_in_the_middle_of_a_message]
    if may_make_namespaces():
        tests += [packets_that_are_too_large_vanish_or_are_refused, packets_that_become_too_large_lose_nothing,
                  a_station_gets_another_address_in_the_middle_of_a_message]
    else:
        print("network namespaces and TUN devices cannot be made here: most is left out")
    tests = [test for test in tests if options.only in test.__name__]
    for test in tests:
        began = time.monotonic()
        test(options.programs)
        print(f"{test.__name__}: {time.monotonic() - began:.1f} s", flush=True)
    print(f"{len(tests)} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
