#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Openline and other systems on the same work over the same emulated links, in network namespaces made for it. Needs root.

  bench/link/run.py --programs build/bench/bin --system openline,mqtt,nats --links L1,L2 --seeds 1-20 --out runs.jsonl
Each run is a system, a link, a seed and a content; several go at once, since they mostly wait. A line is printed for
each, and with --out kept as a line of JSON, of which bench/link/report.py makes tables and plots.
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import pathlib
import signal
import sys
import time
from dataclasses import dataclass

from lab import Lab, close_all
from links import LINKS, Link
from radio import radio
from report import table_of
from systems import NAMES, can, system
from works import WORKS


def seeds(text):
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True, help="folder of openline, openlined and openline-link-emulator")
    parser.add_argument("--system", default="openline", help="some of " + ",".join(NAMES))
    parser.add_argument("--work", default="messages", choices=(*WORKS, "radio"))
    parser.add_argument("--links", default="L1,L2,L3,L6")
    parser.add_argument("--seeds", default="1-5", help="3, or 1-20")
    parser.add_argument("--peer-seeds", help="of the others; usually the same")
    parser.add_argument("-j", "--jobs", type=int, default=8)
    parser.add_argument("--content", default="random", help="random, prose, or both: random,prose (peers: the first)")
    parser.add_argument("--rate", default="declared", choices=("declared", "measured"), help="what stations are told")
    parser.add_argument("--precedence", default="flash")
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--size", type=int, default=500)
    parser.add_argument("--file-size", type=int, default=256 * 1024)
    parser.add_argument("--packet", type=int, default=1472, help="bytes of UDP payload")
    parser.add_argument("--frame", type=int, default=64, help="bytes of a serial frame, for the work radio")
    parser.add_argument("--packet-time", help="such as 500ms")
    parser.add_argument("--congestion", default="bbr", help="control of the peers' TCP and QUIC: bbr, cubic, or both")
    parser.add_argument("--patience", type=float, default=180, help="after the last message was given; a file: in all")
    parser.add_argument("--out", type=pathlib.Path)
    options = parser.parse_args()
    options.links = [LINKS[name] for name in options.links.split(",")]
    options.peer_seeds = seeds(options.peer_seeds or options.seeds)
    options.seeds = seeds(options.seeds)
    options.systems, options.contents = options.system.split(","), options.content.split(",")
    options.congestions = options.congestion.split(",")
    unknown = set(options.systems) - set(NAMES) | set(options.contents) - {"random", "prose"}
    if unknown:
        parser.error("unknown: " + ", ".join(sorted(unknown)))
    return options


@dataclass(frozen=True)
class Job:
    system: str
    link: Link
    seed: int
    content: str
    congestion: str  # Openline has its own

    def __str__(self):
        return f"{self.system}-{self.link.name}-{self.seed}-{self.content}-{self.congestion}"


def jobs_of(options):
    """The links that take longest first, so that none is left over at the end."""
    links = sorted(options.links, key=lambda link: link.rate)
    for link, name in itertools.product(links, options.systems):
        if not can(name, options.work, link):
            continue
        if name == "openline":
            contents = options.contents if options.work == "messages" else options.contents[:1]
            yield from (Job(name, link, *each, "own") for each in itertools.product(options.seeds, contents))
        else:  # what others do not compress they carry alike, whatever it says
            each = itertools.product(options.peer_seeds, options.contents[:1], options.congestions)
            yield from (Job(name, link, *one) for one in each)


def run(job, options):
    about = {"system": job.system, "link": job.link.name, "seed": job.seed, "work": options.work}
    if options.work == "radio":
        return {**about, **radio(job.link, job.seed, options)}
    options = argparse.Namespace(**{**vars(options), "content": job.content, "congestion": job.congestion})
    emulator = str(pathlib.Path(options.programs) / "openline-link-emulator")
    with Lab(emulator, job.link, job.seed, str(job)) as lab:
        measured = system(job.system, lab, options)
        figures = WORKS[options.work](lab, measured, options)
    kind = {"messages": {"content": job.content}, "file": {"bytes": options.file_size}, "urgent": {"bytes": options.file_size}}
    return {**about, **kind.get(options.work, {}), **measured.facts(), **figures}


def shown(value):
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def keep(result, file):
    if file:
        with file.open("a") as out:
            out.write(json.dumps(result) + "\n")
    print(" ".join(f"{name}={shown(value)}" for name, value in result.items() if name != "times"), flush=True)


def run_all(options):
    """The figures of the runs that could be done, and how many could not."""
    results, failed = [], 0
    pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
    waiting = {pool.submit(run, job, options): job for job in jobs_of(options)}
    for done in concurrent.futures.as_completed(waiting):
        try:
            results.append(done.result())
            keep(results[-1], options.out)
        except Exception as problem:  # the others go on
            failed += 1
            print(f"{waiting[done]}: {problem!r}", file=sys.stderr)
    return results, failed


def main():
    options, began = read_arguments(), time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        results, failed = run_all(options)
    except KeyboardInterrupt:
        close_all()
        os._exit(1)  # what still waits for a message would do so for minutes
    print(f"\n{len(results)} runs in {(time.monotonic() - began) / 60:.0f} minutes, {failed} failed\n\n{table_of(results)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
