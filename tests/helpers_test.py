#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Helper programs do what docs/exec-path.md says: the shipped one, and those that the document shows, taken from it."""

import os
import pathlib
import re
import select
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
SPOOL = ROOT / "packaging" / "helpers" / "openline-path-spool"
START, PACKET, CREDIT, STATE, LOG = 1, 2, 3, 4, 5
ANYTHING = bytes(range(256)) + b"\xdb\xdc\xdb\xdd\xc0\xc0"


def shown(language, mark):
    """The block of this language in the document that has `mark` in it."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", (ROOT / "docs" / "exec-path.md").read_text(), re.M | re.S)
    return next(block for block in blocks if mark in block)


class Helper:
    """What a station is to a helper."""

    def __init__(self, *command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.say(START, b"\1" + struct.pack(">H", 1200) + b"p")

    def say(self, kind, body):
        self.process.stdin.write(struct.pack(">HB", 1 + len(body), kind) + body)

    def send(self, to, packet):
        self.say(PACKET, bytes([len(to)]) + to.encode() + packet)

    def read(self, size):
        data = b""
        while len(data) < size:
            assert select.select([self.process.stdout], [], [], 30)[0], "the helper says nothing"
            more = self.process.stdout.read(size - len(data))
            assert more, "the helper ended"
            data += more
        return data

    def next(self, kind):
        """The body of the next record of this type; what comes before it is passed over."""
        while True:
            (length,) = struct.unpack(">H", self.read(2))
            record = self.read(length)
            if record[0] == kind:
                return record[1:]

    def next_packet(self):
        body = self.next(PACKET)
        return body[1 : 1 + body[0]].decode(), body[1 + body[0] :]

    def end(self):
        self.process.stdin.close()
        return self.process.wait(30)

    def clear_up(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class HelperTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openline-helpers-")
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)

    def helper(self, *command):
        made = Helper(*command)
        self.addCleanup(made.clear_up)
        return made


class Spool(HelperTest):
    def spool(self, name, out="out", into="in", *more):
        for folder in (out, into):
            (self.work / folder).mkdir(exist_ok=True)
        return self.helper(sys.executable, SPOOL, "--name", name, "--out", self.work / out, "--in", self.work / into,
                           "--every", "0.01", *more)

    def waiting(self):
        return sorted((self.work / "out").iterdir())

    def test_carries_packets_as_files_that_anything_may_move(self):
        usa, chn = self.spool("usa"), self.spool("chn", "chn-out", "chn-in")
        self.assertEqual(usa.next(STATE), b"\1")
        self.assertEqual(usa.next(CREDIT), struct.pack(">I", 65536))
        usa.send("chn", ANYTHING)
        while not (packets := [path for path in self.waiting() if not path.name.startswith(".")]):
            pass
        self.assertRegex(packets[0].name, r"^chn~usa~[0-9]+$")
        packets[0].rename(self.work / "chn-in" / packets[0].name)
        self.assertEqual(chn.next_packet(), ("usa", ANYTHING))
        self.assertEqual(usa.next(CREDIT), struct.pack(">I", len(ANYTHING)), "once it was fetched")
        self.assertEqual([usa.end(), chn.end()], [0, 0])

    def test_gives_no_credit_for_what_nobody_fetches(self):
        usa = self.spool("usa", "out", "in", "--most", "1000")
        self.assertEqual(usa.next(CREDIT), struct.pack(">I", 1000))
        for size in (600, 600):
            usa.send("chn", bytes(size))
        while len([path for path in self.waiting() if not path.name.startswith(".")]) < 2:
            pass
        self.waiting()[0].unlink()
        self.assertEqual(usa.next(CREDIT), struct.pack(">I", 400), "of 1000 bytes 600 still wait")

    def test_says_what_is_wrong_and_clears_up_what_was_cut_short(self):
        (self.work / "out").mkdir()
        for name in (".usa-17.part", ".usa-b-17.part"):
            (self.work / "out" / name).write_bytes(b"half")
        usa = self.spool("usa")
        usa.next(CREDIT)
        self.assertEqual([path.name for path in self.waiting()], [".usa-b-17.part"], "another station's stays")
        (self.work / "in").rename(self.work / "away")
        self.assertIn(b"cannot read", usa.next(STATE))
        (self.work / "away").rename(self.work / "in")
        self.assertEqual(usa.next(STATE), b"\1")
        usa.send("../chn", b"x")
        self.assertIn(b"no file can be named after", usa.next(LOG))


class Mail(HelperTest):
    def test_the_shell_lines_shown_carry_a_packet_by_mail(self):
        """`mail` is a program here that makes of its input a mail as a delivery program is given it."""
        sends = shown("sh", "mail -s").replace("/srv/", f"{self.work}/")
        delivers = shown("sh", "Subject:").replace("/srv/", f"{self.work}/")
        for folder in ("out", "in", "bin"):
            (self.work / folder).mkdir()
        (self.work / "deliver").write_text(delivers)
        stub = self.work / "bin" / "mail"
        stub.write_text(f'#!/bin/sh\n(echo "From: x@usa.example"; echo "Subject: $2"; echo; cat) | sh {self.work}/deliver\n')
        stub.chmod(0o755)
        (self.work / "out" / "chn~usa~17").write_bytes(ANYTHING * 8)
        (self.work / "out" / ".usa-18.part").write_bytes(b"half")
        environment = {**os.environ, "PATH": f"{stub.parent}:{os.environ['PATH']}"}
        subprocess.run(["sh", "-c", sends], check=True, env=environment)
        self.assertEqual((self.work / "in" / "chn~usa~17").read_bytes(), ANYTHING * 8)
        self.assertFalse((self.work / "out" / "chn~usa~17").exists())
        for subject in ("chn~usa~../../x", "hello", "chn~usa~1; touch x"):
            subprocess.run(["sh", "-c", delivers], check=True, input=f"Subject: {subject}\n\nYQ==\n".encode())
        self.assertEqual(len(list((self.work / "in").iterdir())), 1, "mail that is no packet puts nothing down")


class Radio(HelperTest):
    def setUp(self):
        super().setUp()
        self.program = self.work / "kiss"
        self.program.write_text(shown("python", "openline-path-kiss"))
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.listener.close)

    def station(self, call):
        helper = self.helper(sys.executable, self.program, "127.0.0.1", str(self.listener.getsockname()[1]), call, "1000000")
        tnc = self.listener.accept()[0]
        tnc.settimeout(30)
        self.addCleanup(tnc.close)
        self.assertEqual(helper.next(STATE), b"\1")
        self.assertEqual(helper.next(CREDIT), struct.pack(">I", 1))
        return helper, tnc

    def frame(self, tnc):
        data = b""
        while data.count(b"\xc0") < 2:
            data += tnc.recv(65536)
        return data

    def test_the_helper_shown_speaks_kiss_and_gives_credit_when_the_packet_is_out(self):
        (usa, usa_tnc), (chn, chn_tnc) = self.station("USA"), self.station("CHN")
        usa.send("CHN", ANYTHING)
        frame = self.frame(usa_tnc)
        self.assertTrue(frame.startswith(b"\xc0\0" + bytes(ord(c) << 1 for c in "CHN   ") + b"\x60"))
        self.assertNotIn(b"\xc0", frame[1:-1])
        self.assertEqual(usa.next(CREDIT), struct.pack(">I", len(ANYTHING)))
        chn_tnc.sendall(b"noise\xc0\xc0" + frame[:10] + b"\xc0" + frame)
        self.assertEqual(chn.next_packet(), ("USA", ANYTHING))
        chn.send("USA", b"back")
        usa_tnc.sendall(frame + self.frame(chn_tnc))  # its own, heard again, is not for it
        self.assertEqual(usa.next_packet(), ("CHN", b"back"))
        self.assertEqual([usa.end(), chn.end()], [0, 0])

    def test_ends_with_words_when_its_tnc_goes(self):
        usa, tnc = self.station("USA")
        tnc.close()
        self.assertNotEqual(usa.process.wait(30), 0)


if __name__ == "__main__":
    unittest.main()
