#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A slow radio between two serial lines: what is written to one pseudo-terminal comes out of the other, at a modem's pace.

  pacer.py FOLDER BITS LOSS SEED
FOLDER gets `a` and `b`, the lines, and at the end `counts`: bytes, frames and lost frames, there and back. As soon as it
holds `go` the line is as slow as BITS a second, 8 to a byte, full duplex, and loses LOSS percent of the frames. A frame ends
with a zero byte (protocol.md section 6.6); one that is lost takes its time all the same. What is lost depends on the seed,
the direction and the frame's number alone.
"""

import os
import pathlib
import random
import signal
import sys
import threading
import time
import tty

CLEAN_READ = 4096


def make_line(link):
    """The master's descriptor of a pseudo-terminal in raw mode, to whose other side `link` points."""
    master, slave = os.openpty()  # the slave stays open here, so that it lasts when a station closes it
    tty.setraw(slave)
    link.symlink_to(os.ttyname(slave))
    return master


class Direction(threading.Thread):
    def __init__(self, source, target, byte_time, loss, seed, go):
        super().__init__(daemon=True)
        self.source, self.target, self.byte_time, self.loss, self.go = source, target, byte_time, loss, go
        self.draws = random.Random(seed)
        self.bytes = self.frames = self.lost = 0
        self.drops = None  # whether the frame under way is lost; None between frames
        self.free_at = 0.0

    def run(self):
        while True:
            for byte in os.read(self.source, 1 if self.go.exists() else CLEAN_READ):
                if self.go.exists():
                    self.pass_slowly(byte)
                else:
                    os.write(self.target, bytes([byte]))

    def pass_slowly(self, byte):
        self.free_at = max(self.free_at, time.monotonic()) + self.byte_time
        time.sleep(max(0, self.free_at - time.monotonic()))
        self.bytes += 1
        if self.drops is None and byte != 0:  # a zero between frames is not one
            self.drops = self.draws.random() < self.loss
            self.frames += 1
            self.lost += self.drops
        if not self.drops:
            os.write(self.target, bytes([byte]))
        if byte == 0:
            self.drops = None


def main():
    folder, rate, loss, seed = pathlib.Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]) / 100, int(sys.argv[4])
    masters = [make_line(folder / name) for name in "ab"]
    ways = [Direction(masters[end], masters[1 - end], 8 / rate, loss, seed * 2 + end, folder / "go") for end in range(2)]

    def end(*_):
        (folder / "counts").write_text(" ".join(f"{way.bytes} {way.frames} {way.lost}" for way in ways))
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    for way in ways:
        way.start()
    (folder / "ready").touch()
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
