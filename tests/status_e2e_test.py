#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What stations say of things on their way: over a slow path, over none, and as metrics.

  status_e2e_test.py --programs DIR
Waits are for conditions, never for a time; estimates are looked for, not judged (sim/estimate_test.cc judges them).
"""

import argparse
import json
import pathlib
import random
import re
import socket
import sys
import tempfile
import unittest

from relay import UdpRelay
from stations import Station, acquaint, agree, all_stored, free_ports, wait_for

PROGRAMS = None
QUICK = '\n[link]\nheartbeat_idle = "2s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'
RATE = 10_000  # bytes a second, declared at both ends

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"^({NAME})(?:\{{({LABEL}(?:,{LABEL})*),?\}})? (-?[0-9.eE+-]+|[+-]Inf|NaN)$")
COMMENT = re.compile(rf"^# (HELP ({NAME}) .+|TYPE ({NAME}) (counter|gauge|histogram|summary|untyped))$")


def read_metrics(text):
    """Samples by name and labels. Every line is of the format, every sample of a family that was announced, none twice."""
    samples, types = {}, {}
    assert text.endswith("\n")
    for row in text.splitlines():
        if row.startswith("#"):
            found = COMMENT.match(row)
            assert found, f"no comment of the format: {row!r}"
            if found[3]:
                assert found[3] not in types, f"announced twice: {row!r}"
                types[found[3]] = found[4]
            continue
        found = SAMPLE.match(row)
        assert found, f"no sample of the format: {row!r}"
        family = found[1] if found[1] in types else re.sub("_(bucket|sum|count)$", "", found[1])
        assert family in types, f"of no announced family: {row!r}"
        key = (found[1], tuple(sorted(re.findall(LABEL, found[2] or ""))))
        assert key not in samples, f"twice: {row!r}"
        samples[key] = float(found[3])
    return samples


def total(samples, name, *labels):
    """The sum of a metric's samples that have these labels."""
    values = [value for (its, has), value in samples.items() if its == name and all(label in has for label in labels)]
    assert values, f"no {name} {labels}"
    return sum(values)


def over_tcp(port, request):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.decode(), body.decode()


class OnTheWay(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openline-status-")
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)
        self.relays, self.stations = [], []
        self.metrics_port = free_ports(1)[0]
        for code in ("USA", "CHN"):
            real, relayed = free_ports(2)
            self.relays.append(UdpRelay(relayed, real))
            self.addCleanup(self.relays[-1].stop)
            made = Station(PROGRAMS, self.work, code, settings=QUICK, listen=[f"hf=udp:127.0.0.1:{real}"],
                           announce=[f"hf=udp:127.0.0.1:{relayed}"])
            toml = made.folder / "station.toml"
            settings = toml.read_text().replace('kind = "udp"\n', f'kind = "udp"\ndeclared_rate = {RATE}\n')
            if code == "USA":
                settings = f'metrics = "127.0.0.1:{self.metrics_port}"\n' + settings
            toml.write_text(settings)
            self.addCleanup(made.stop)
            made.start()
            self.stations.append(made)
        self.usa, self.chn = self.stations
        acquaint(self.stations, self.work)
        agree(self.stations, self.work)
        wait_for("a session", lambda: self.link()["session"])
        wait_for("nothing on its way", lambda: not self.link()["on_the_way"])

    def set_cut(self, cut):
        for relay in self.relays:
            relay.cut = cut

    def link(self, station=None):
        return (station or self.usa).get("/v1/status")["peers"][0]["links"][0]

    def path(self):
        return max(self.link()["paths"], key=lambda path: path["bytes_sent"])

    def send(self, *words):
        return json.loads(self.usa.cli("--json", "send", "defense", "--live", *words).stdout)["entries"][0]["id"]

    def ways(self, entry):
        return self.usa.get(f"/v1/lines/defense/record/{entry}")["receipts"]["on_the_way"]

    def consignment(self, entry):
        return next((one for one in self.link()["on_the_way"] if entry in one.get("entries", [])), None)

    def test_what_waits_for_a_path_says_so_until_it_is_stored(self):
        self.set_cut(True)
        wait_for("silence", lambda: not self.link()["session"])
        entry = self.send("-p", "flash", "Nothing carries this")
        [way] = wait_for("where it is", lambda: self.ways(entry))
        self.assertEqual((way["to"], way["state"], way["due_s"], way["path"]), ("CHN", "waits", None, None))
        self.assertGreater(way["missing"], 0)
        self.assertEqual(self.consignment(entry)["state"], "waits")
        told = self.usa.cli("status").stdout
        self.assertRegex(told, rf"FLASH {entry[:8]} to CHN: \d+ B to go, waits: no path is up")
        self.assertIn("not yet at CHN: waits, no path is up", self.usa.cli("record", "defense").stdout)

        self.set_cut(False)
        wait_for("it is stored there", lambda: "CHN" in self.usa.get(f"/v1/lines/defense/record/{entry}")["receipts"]["stored"])
        self.assertEqual(self.ways(entry), [])
        wait_for("nothing on its way", lambda: self.consignment(entry) is None)

    def test_a_long_text_and_a_file_say_what_is_missing_and_when_it_should_be_there(self):
        picture = self.work / "picture"
        picture.write_bytes(random.Random(1).randbytes(150_000))
        self.usa.cli("send", "defense", "--live", "-p", "priority", "See the picture", "--attach", str(picture))
        letters = "".join(random.Random(2).choices("abcdefghijklmnopqrstuvwxyz", k=40_000))
        long = self.send("-p", "routine", letters)
        way = wait_for("an estimate", lambda: next((w for w in self.ways(long) if w.get("due_s")), None))
        self.assertEqual((way["to"], way["state"], way["path"]), ("CHN", "sending", "hf"))
        flash = self.send("-p", "flash", "Hold your fire")
        waiting = [one for one in self.link()["on_the_way"] if one["what"] == "entries"]
        if any(flash in one["entries"] for one in waiting):  # else it is there already
            self.assertIn(flash, waiting[0]["entries"])
        listed = [entry for one in waiting for entry in one["entries"]]
        self.assertEqual(len(listed), len(set(listed)), "an entry is sent twice")
        some = wait_for("some of it is there", lambda: (one := self.consignment(long)) and one["missing"] < one["size"] and one)
        self.assertEqual(some["state"], "sending")
        path = self.path()
        self.assertEqual(path["declared_rate"], RATE)
        self.assertGreater(path["queued_bytes"], 0)
        self.assertGreater(path["queue_s"], 0)
        told = self.usa.cli("status").stdout
        self.assertRegex(told, rf"ROUTINE {long[:8]} to CHN: \d+ (B|KiB) of \d+ (B|KiB) to go, (about \d+ s|any moment) over hf")
        self.assertRegex(self.usa.cli("record", "defense").stdout, r"on the way to CHN, (about \d+ s|any moment) over hf")
        before = read_metrics(self.usa.get("/metrics").decode())
        self.assertGreater(total(before, "openline_path_queue_bytes"), 0)

        # Part 0 is the list of the others.
        arriving = wait_for("parts of the picture", lambda: next((f for f in self.chn.get("/v1/status")["attachments"]
                                                                  if f["parts_held"] > 1), None))
        self.assertLess(arriving["missing"], arriving["size"])
        sent = wait_for("the file on its way", lambda: next((one for one in self.link()["on_the_way"]
                                                             if one["what"] == "file"), None))
        self.assertEqual(sent["hash"], arriving["hash"])
        self.assertIn(f"file {arriving['hash'][:8]} to CHN", self.usa.cli("status").stdout)
        self.assertIn("parts here", self.chn.cli("record", "defense").stdout)
        wait_for("the picture is whole", lambda: not self.chn.get("/v1/status")["attachments"], 120)
        wait_for("all is stored", lambda: all_stored(self.usa, "defense"))
        self.assertEqual(self.ways(long), [])
        after = read_metrics(self.usa.get("/metrics").decode())
        for name in ("path_sent_bytes_total", "path_received_bytes_total", "path_sent_packets_total",
                     "path_received_packets_total"):
            self.assertGreater(total(after, f"openline_{name}"), total(before, f"openline_{name}"), name)

    def test_metrics_are_of_the_format_and_tell_no_content(self):
        secret = "Nobody else is to read this"
        entry = self.send("-p", "flash", secret)
        wait_for("it is stored there", lambda: not self.ways(entry))
        text = self.usa.get("/metrics").decode()
        samples = read_metrics(text)
        self.assertNotIn(secret, text)
        for hidden in (entry, self.usa.get("/v1/status")["station"], "127.0.0.1"):
            self.assertNotIn(hidden, text)
        hf = ('peer="CHN"', 'path="hf"')
        self.assertEqual(total(samples, "openline_path_up", *hf), 1)
        self.assertEqual(total(samples, "openline_path_declared_rate_bytes_per_second", *hf), RATE)
        self.assertGreater(total(samples, "openline_path_round_trip_seconds", *hf), 0)
        self.assertEqual(total(samples, "openline_link_session", 'peer="CHN"'), 1)
        self.assertEqual(total(samples, "openline_line_lamp", 'line="defense"'), 1)
        commits = total(samples, "openline_store_commit_seconds_count")
        self.assertGreater(commits, 0)
        self.assertEqual(total(samples, "openline_store_commit_seconds_bucket", 'le="+Inf"'), commits)
        self.send("-p", "flash", "another")
        self.assertGreater(total(read_metrics(self.usa.get("/metrics").decode()), "openline_store_commit_seconds_count"), commits)

        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:  # dropped, and counted
            stranger.sendto(b"\xff" * 100, ("127.0.0.1", self.relays[0].target[1]))
        dropped = total(samples, "openline_dropped_packets_total")
        wait_for("the stranger is counted", lambda: total(
            read_metrics(self.usa.get("/metrics").decode()), "openline_dropped_packets_total") > dropped)

    def test_metrics_on_a_loopback_address_are_all_that_is_there(self):
        head, body = over_tcp(self.metrics_port, b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.assertTrue(head.startswith("HTTP/1.1 200 "), head)
        self.assertIn("Content-Type: text/plain; version=0.0.4", head)
        self.assertEqual(total(read_metrics(body), "openline_link_session"), 1)
        for request, status in ((b"GET /v1/status HTTP/1.1\r\n\r\n", "404"), (b"POST /metrics HTTP/1.1\r\n\r\n", "405"),
                                (b"nonsense\r\n\r\n", "400"), ((b"GET /metrics HTTP/1.1\r\nX: ").ljust(8192, b"x"), "431")):
            self.assertTrue(over_tcp(self.metrics_port, request)[0].startswith(f"HTTP/1.1 {status} "), request[:40])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    options, rest = parser.parse_known_args()
    PROGRAMS = pathlib.Path(options.programs).resolve()
    unittest.main(argv=[sys.argv[0], *rest])
