# SPDX-License-Identifier: Apache-2.0
"""XMPP: a prosody server at the far end, TLS, stream management (XEP-0198), chat messages from one user to another."""

import asyncio
import os
import pathlib
import ssl
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers.peer import Peer, arrived, certificate, given_messages, ready, run  # noqa: E402

PEER = Peer(
    title="XMPP (prosody)",
    packages=("prosody", "python3-slixmpp", "openssl"),
    durable="nothing while the receiver is there; the server stores what waits for one that is not",
    protected="TLS, sender to server",
    works=("messages", "cold"),
)
HOST, PORT = "far.test", 5222
SERVER = """run_as_root = true
pidfile = "{folder}/prosody.pid"
data_path = "{folder}/data"
interfaces = {{ "0.0.0.0" }}
modules_enabled = {{ "roster", "saslauth", "tls", "disco", "smacks", "offline" }}
c2s_require_encryption = true
authentication = "internal_hashed"
ssl = {{ certificate = "{certificate}", key = "{key}" }}
limits = {{}}
c2s_ports = {{ {port} }}
s2s_ports = {{}}
log = {{ warn = "*console" }}
VirtualHost "{host}"
"""


def client(user, address):
    """A slixmpp client that connects, and connects again."""
    import slixmpp  # here, since only the peer's own process has it

    made = slixmpp.ClientXMPP(f"{user}@{HOST}/desk", "password")
    made.register_plugin("xep_0198")
    made.ssl_context.check_hostname = False
    made.ssl_context.verify_mode = ssl.CERT_NONE
    made.ca_certs = None
    made.connect_timeout = 60
    made.add_event_handler("disconnected", lambda _: made.connect((address, PORT)))
    made.connect((address, PORT))
    return made


def far(ends):
    certificate_file, key_file = certificate(ends.folder)
    (ends.folder / "data").mkdir()
    settings = ends.folder / "prosody.lua"
    settings.write_text(SERVER.format(folder=ends.folder, certificate=certificate_file, key=key_file, host=HOST, port=PORT))
    for user in ("near", "far"):
        subprocess.run(["prosodyctl", "--config", str(settings), "register", user, HOST, "password"], check=True,
                       stdout=sys.stderr)
    with subprocess.Popen(["prosody", "--config", str(settings), "-F"], stdout=sys.stderr):
        asyncio.set_event_loop(asyncio.new_event_loop())
        receiver = client("far", "127.0.0.1")

        def start(_):
            receiver.send_presence()
            ready()

        receiver.add_event_handler("session_start", start)
        receiver.add_event_handler("message", lambda stanza: arrived(stanza["body"].encode()))
        receiver.loop.run_forever()


def near(ends):
    asyncio.set_event_loop(asyncio.new_event_loop())
    sender, waiting, online = client("near", ends.address), [], [False]

    def put(message):
        if online[0]:
            sender.send_message(f"far@{HOST}/desk", message.decode(), mtype="chat")
        else:
            waiting.append(message)

    def started(_):
        sender.send_presence()
        online[0] = True
        while waiting:
            put(waiting.pop(0))

    def ended(_):
        online[0] = False

    sender.add_event_handler("session_start", started)
    sender.add_event_handler("session_resumed", started)
    sender.add_event_handler("disconnected", ended)

    def read():
        for _, message in given_messages():
            sender.loop.call_soon_threadsafe(put, message)
        os._exit(0)  # the harness is gone

    threading.Thread(target=read, daemon=True).start()
    sender.loop.run_forever()


if __name__ == "__main__":
    run(near, far)
