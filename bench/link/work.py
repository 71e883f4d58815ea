# SPDX-License-Identifier: Apache-2.0
"""What is done over a link with two stations, and the figures of it."""

import base64
import pathlib
import random
import sys
import time

from lab import ENDS, Events, wait_for

LINE = "defense"


def random_text(size, seed):
    """Letters of which nobody can guess one from the others."""
    bytes_ = random.Random(seed).randbytes(size)
    return base64.b64encode(bytes_).decode().replace("+", "x").replace("/", "y")[:size]


def contents(kind, count, size, seed, prose):
    if kind == "random":
        return [random_text(size, seed * 1000 + number) for number in range(count)]
    return [prose[number % len(prose)] for number in range(count)]


def _send(station, text, precedence, more=None):
    body = {"text": text, "class": "live", "precedence": precedence, **(more or {})}
    return station.post(f"/v1/lines/{LINE}/entries", body, timeout=60)["entries"][0]["id"]


def _percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def messages(lab, stations, options):
    """50 messages a second apart; from the request until the far station says that it is durable and shows it."""
    sender, receiver = stations
    events = Events(receiver)
    lab.go()
    events.wait(_send(sender, "The line is open.", options.precedence), options.patience)
    time.sleep(3)
    texts = contents(options.content, options.count, options.size, lab.seed, options.prose)
    start, sent = time.monotonic(), {}
    for number, text in enumerate(texts):
        time.sleep(max(0, start + number - time.monotonic()))
        began = time.monotonic()
        sent[_send(sender, text, options.precedence)] = began
    late = []
    for entry, began in sent.items():
        try:
            late.append(events.wait(entry, options.patience) - began)
        except AssertionError:
            pass
    counted = lab.stats.between(start, time.monotonic())
    return {"sent": len(sent), "arrived": len(late), "p50": _percentile(late, 0.5), "p99": _percentile(late, 0.99),
            "worst": max(late), "bytes_there": counted[0]["bytes"], "bytes_back": counted[1]["bytes"]}


def cold(lab, stations, options):
    """From the start of the sender's process until its first 200 bytes are durable at the far end."""
    sender, receiver = stations
    events = Events(receiver)
    sender.stop()
    lab.go()
    time.sleep(1)
    start = time.monotonic()
    sender.start(wait=False)
    while True:
        try:
            entry = _send(sender, random_text(200, lab.seed), "flash")
            break
        except OSError:
            time.sleep(0.002)
    taken = events.wait(entry, options.patience) - start
    counted = lab.stats.between(start - 0.1, start + taken)
    return {"cold": taken, "bytes": counted[0]["bytes"] + counted[1]["bytes"]}


def _attach(sender, size, seed, precedence="routine"):
    data = random.Random(seed).randbytes(size)
    made = sender.request("POST", "/v1/attachments?name=file.bin", data)
    return made["hash"], _send(sender, "A file.", precedence, {"attachments": [{"hash": made["hash"], "name": "file.bin"}]})


def _holds(receiver, hash_):
    return all(one["hash"] != hash_ for one in receiver.get("/v1/status").get("attachments", []))


def _file(lab, stations, options, urgent):
    sender, receiver = stations
    events = Events(receiver)
    lab.go()
    events.wait(_send(sender, "The line is open.", options.precedence), options.patience)
    time.sleep(3)
    start = time.monotonic()
    hash_, entry = _attach(sender, options.file_size, lab.seed)
    figures = {}
    if urgent:
        time.sleep(20 - (time.monotonic() - start))
        began = time.monotonic()
        figures["urgent"] = events.wait(_send(sender, random_text(200, lab.seed), "flash"), options.patience) - began
    events.wait(entry, options.patience)
    wait_for("the file at the far end", lambda: _holds(receiver, hash_), options.patience)
    taken = time.monotonic() - start
    counted = lab.stats.between(start, start + taken)[0]
    loss = counted["lost"] / max(1, counted["packets"])
    figures.update(file=taken, loss=loss, dropped=counted["dropped"],
                   of_capacity=options.file_size * 8 / taken / (lab.link.rate * (1 - loss)),
                   of_offered=options.file_size / (counted["bytes"] * (1 - loss)))
    return figures


def file(lab, stations, options):
    return _file(lab, stations, options, urgent=False)


def urgent(lab, stations, options):
    return _file(lab, stations, options, urgent=True)


def share(lab, stations, options):
    """An attachment beside a TCP flow (cubic): what arrives of each in a minute."""
    span, port = 60, "4900"
    flow = str(pathlib.Path(__file__).with_name("tcp_flow.py"))
    sender, receiver = stations
    events = Events(receiver)
    lab.run_in(1, sys.executable, flow, "take", ENDS[1], port)
    lab.go()
    events.wait(_send(sender, "The line is open.", options.precedence), options.patience)
    time.sleep(3)
    lab.run_in(0, sys.executable, flow, "give", ENDS[1], port)
    _attach(sender, lab.link.rate // 8 * span, lab.seed)
    start = time.monotonic()
    time.sleep(span)
    counted = lab.stats.between(start, start + span)[0]
    udp, tcp = counted["udp_delivered"], counted["tcp_delivered"]
    return {"openline": udp / (udp + tcp), "tcp": tcp / (udp + tcp), "used": (udp + tcp) * 8 / span / lab.link.rate,
            "dropped": counted["dropped"]}


WORKS = {"messages": messages, "cold": cold, "file": file, "urgent": urgent, "share": share}
