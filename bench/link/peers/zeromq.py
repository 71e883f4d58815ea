# SPDX-License-Identifier: Apache-2.0
"""ZeroMQ: PUSH at the near end, PULL at the far end, encrypted by CURVE."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers.peer import Peer, arrived, given_messages, ready, run  # noqa: E402

PEER = Peer(
    title="ZeroMQ (CURVE)",
    packages=("python3-zmq",),
    durable="nothing; what was under way in a connection that breaks is lost",
    protected="CURVE, end to end",
    several_paths=True,
)
PORT = 5555
HANDSHAKE_PATIENCE_MS = 120_000  # its usual 30 s are too short for the worst of the links


def far(ends):
    import zmq  # here, since only the peer's own process has it

    public, secret = zmq.curve_keypair()
    inbox = zmq.Context().socket(zmq.PULL)
    inbox.curve_server = True
    inbox.curve_secretkey = secret
    inbox.handshake_ivl = HANDSHAKE_PATIENCE_MS
    inbox.rcvhwm = 0  # no limit
    inbox.bind(f"tcp://0.0.0.0:{PORT}")
    (ends.folder / "public-key").write_bytes(public)
    ready()
    while True:
        arrived(inbox.recv())


def connection(context, ends):
    import zmq

    outbox = context.socket(zmq.PUSH)
    outbox.curve_publickey, outbox.curve_secretkey = zmq.curve_keypair()
    outbox.curve_serverkey = (ends.folder / "public-key").read_bytes()
    outbox.handshake_ivl = HANDSHAKE_PATIENCE_MS
    outbox.sndhwm = 0
    outbox.connect(f"tcp://{ends.address}:{PORT}")
    return outbox


def near(ends):
    import zmq

    context = zmq.Context()
    ordinary = connection(context, ends)
    apart = connection(context, ends) if ends.urgent_apart else ordinary
    for urgent, message in given_messages():
        (apart if urgent else ordinary).send(message)
    os._exit(0)  # the harness is gone: nobody waits for what is still queued


if __name__ == "__main__":
    run(near, far)
