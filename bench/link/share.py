# SPDX-License-Identifier: Apache-2.0
"""An attachment beside a TCP flow (cubic), which is what most other traffic is: what arrives of each in a minute."""

import pathlib
import random
import sys
import time

from lab import ENDS
from work import open_line

SPAN = 60  # seconds
PORT = "4900"
FLOW = str(pathlib.Path(__file__).with_name("tcp_flow.py"))


def share(lab, system, options):
    lab.run_in(1, sys.executable, FLOW, "take", ENDS[1], PORT)
    open_line(lab, system, options)
    lab.run_in(0, sys.executable, FLOW, "give", ENDS[1], PORT)
    system.send_file(random.Random(lab.seed).randbytes(lab.link.rate // 8 * SPAN))
    start = time.monotonic()
    time.sleep(SPAN)
    counted = lab.stats.between(start, start + SPAN)[0]
    udp, tcp = counted["udp_delivered"], counted["tcp_delivered"]
    return {"openline": udp / (udp + tcp), "tcp": tcp / (udp + tcp), "used": (udp + tcp) * 8 / SPAN / lab.link.rate,
            "dropped": counted["dropped"]}
