# SPDX-License-Identifier: Apache-2.0
"""What is done over a link, with any system, and the figures of it. Times are seconds."""

import random
import time

from contents import contents, random_text
from peers.peer import Late

SETTLE = 3  # between the first message and what is measured
URGENT_AFTER = 20


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


def open_line(lab, system, options):
    """A system that has just delivered a message over the link as it is measured."""
    system.prepare()
    lab.go()
    system.connect()
    system.wait(system.send("The line is open."), options.patience)
    time.sleep(SETTLE)


def traffic(lab, start, end):
    """IP bytes that both ends gave to the link, whatever became of them, and for how long what its queue took keeps one
    direction busy."""
    counted = lab.stats.between(start, end)
    carried = sum(way["bytes"] - way["dropped_bytes"] for way in counted)
    return {"bytes_there": counted[0]["bytes"], "bytes_back": counted[1]["bytes"],
            **({"air": carried * 8 / lab.link.rate} if lab.link.rate else {})}


def messages(lab, system, options):
    """A message a second; each from when it was given to the near end until the far end has it."""
    texts = contents(options.content, options.count, options.size, lab.seed)
    try:
        open_line(lab, system, options)
    except Late:
        return {"sent": options.count, "arrived": 0, "times": []}
    start, sent = time.monotonic(), []
    for number, text in enumerate(texts):
        time.sleep(max(0, start + number - time.monotonic()))
        sent.append((time.monotonic(), system.send(text)))
    end, taken = time.monotonic() + options.patience, []
    for began, what in sent:
        try:
            taken.append(system.wait(what, max(0, end - time.monotonic())) - began)
        except Late:
            taken.append(None)
    arrived = [one for one in taken if one is not None]
    ranked = arrived + [float("inf")] * (len(taken) - len(arrived))
    figures = {f"p{share}": percentile(ranked, share / 100) for share in (50, 99)}
    return {"sent": len(sent), "arrived": len(arrived),
            **{name: value for name, value in figures.items() if value != float("inf")},
            **({"worst": max(arrived)} if len(arrived) == len(sent) else {}),
            **traffic(lab, start, time.monotonic()), "times": [one and round(one, 4) for one in taken]}


def cold(lab, system, options):
    """From the start of the sender's process until the far end has its first 200 bytes."""
    system.prepare()
    time.sleep(SETTLE)  # what both ends have to say after they met is said
    system.stop_near()
    lab.go()
    time.sleep(1)
    start = time.monotonic()
    system.start_near()
    try:
        end = system.wait(system.send(random_text(200, lab.seed), urgent=True), options.patience)
    except Late:
        return {}
    counted = traffic(lab, start, end)
    return {"cold": end - start, "both_ways": counted["bytes_there"] + counted["bytes_back"], "air": counted.get("air")}


def file(lab, system, options):
    """A file, from when the near end is first given of it until the far end has all of it.

    `given`: seconds until the near end had all of it, on disk where that system keeps files.
    """
    try:
        open_line(lab, system, options)
        data = _file_of(lab, options)
        start, what = time.monotonic(), system.send_file(data)
        given = time.monotonic() - start
        return {"given": given, **_wait_for_file(lab, system, options, start, what)}
    except Late:
        return {}


def urgent(lab, system, options):
    """An urgent message while a file is under way."""
    figures = {}
    try:
        open_line(lab, system, options)
        data = _file_of(lab, options)
        start, what = time.monotonic(), system.send_file(data)
        time.sleep(max(0, URGENT_AFTER - (time.monotonic() - start)))
        began = time.monotonic()
        figures["urgent"] = system.wait(system.send(random_text(200, lab.seed), urgent=True), options.patience) - began
        figures.update(_wait_for_file(lab, system, options, start, what))
    except Late:
        pass
    return figures


def _file_of(lab, options):
    return random.Random(lab.seed).randbytes(options.file_size)


def _wait_for_file(lab, system, options, start, what):
    taken = system.wait(what, max(0, start + options.patience - time.monotonic())) - start
    counted = lab.stats.between(start, start + taken)[0]
    loss = counted["lost"] / max(1, counted["packets"])
    capacity = lab.link.rate * lab.paths * (1 - loss)
    return {"file": taken, "loss": loss, "dropped": counted["dropped"],
            "of_capacity": options.file_size * 8 / taken / capacity,
            "of_offered": options.file_size / (counted["bytes"] * (1 - loss)), **traffic(lab, start, start + taken)}
