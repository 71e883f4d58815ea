# SPDX-License-Identifier: Apache-2.0
"""The links that are measured: what the emulator is told, and the rate that stations may be told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    name: str
    rate: int  # bit/s of each direction, IP bytes; 0: no limit
    options: tuple  # of the emulator
    second: tuple = ()  # of a second path beside it

    @property
    def words(self):
        if not any("=" in option for option in self.options):
            return f"{self.name}: serial, {self.rate} bit/s, 8 bits a byte, {self.options[0]} % of frames lost"
        return f"{self.name}: {' '.join(self.options)}"


def _link(name, rate, *options, second=()):
    limit = (f"rate={rate}",) if rate else ()
    return Link(name, rate, limit + options, limit + second if second else ())


LINKS = {
    link.name: link
    for link in (
        _link("L0", 10_000_000, "queue=262144", "delay=25"),
        _link("L1", 64_000, "queue=32768", "delay=300", "loss=5"),
        _link("L2", 9_600, "queue=8192", "delay=300", "loss=20"),
        _link("L3", 9_600, "queue=8192", "delay=300", "loss=40"),
        _link("L4", 64_000, "queue=32768", "delay=300", "outage=15,45", second=("queue=32768", "delay=300")),
        _link("L5", 9_600, "queue=8192", "delay=300"),
        _link("L6", 2_400, "queue=4096", "delay=300", "loss=10"),
        _link("bursty", 9_600, "queue=8192", "delay=300", "burst=30,2"),
        _link("slow-10", 9_600, "queue=8192", "delay=300", "loss=10"),
        _link("slow-30", 9_600, "queue=8192", "delay=300", "loss=30"),
        _link("slow-50", 9_600, "queue=8192", "delay=300", "loss=50"),
        _link("fast-0", 10_000_000, "queue=262144", "delay=25"),
        _link("fast-10", 10_000_000, "queue=262144", "delay=25", "loss=10"),
        _link("fast-30", 10_000_000, "queue=262144", "delay=25", "loss=30"),
        _link("fast-50", 10_000_000, "queue=262144", "delay=25", "loss=50"),
        # 2 Mbit/s and 50 ms there and back: 12,500 bytes are one bandwidth-delay product.
        _link("share-1", 2_000_000, "queue=12500", "delay=25"),
        _link("share-4", 2_000_000, "queue=50000", "delay=25"),
        # For the work `radio`: a serial line at 8 bits a byte; the option is the percentage of frames that are lost.
        Link("R75", 75, ("10",)),
        Link("R9600", 9_600, ("10",)),
    )
}
