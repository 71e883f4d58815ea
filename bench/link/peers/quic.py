# SPDX-License-Identifier: Apache-2.0
"""QUIC: the server of ngtcp2 at the near end holds files, its client at the far end fetches each over a connection of its own as
soon as it is there. What a message takes includes the handshake."""

import pathlib
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers.peer import Peer, arrived, certificate, given_messages, ready, run  # noqa: E402

PEER = Peer(
    title="QUIC (ngtcp2, HTTP/3)",
    packages=("ngtcp2-client", "ngtcp2-server", "openssl"),
    durable="written to a file, not synced",
    protected="TLS, one transfer",
    works=("file", "urgent"),
)
PORT = 4433
SERVED, FETCHED, SIZES = "served", "fetched", "sizes"  # folders that both ends see


def settings(ends):
    return ("--quiet", "--timeout=120s", "--handshake-timeout=120s", f"--cc={ends.congestion}")


def far(ends):
    certificate(ends.folder)
    for name in (SERVED, FETCHED, SIZES):
        (ends.folder / name).mkdir()
    ready()
    begun = set()
    while True:
        for marker in (ends.folder / SIZES).iterdir():
            if marker.name not in begun and not marker.name.endswith(".new"):
                begun.add(marker.name)
                threading.Thread(target=fetch, args=(ends, marker.name, int(marker.read_text()))).start()
        time.sleep(0.005)


def fetch(ends, name, size):
    fetched = ends.folder / FETCHED / name
    while not (fetched.exists() and fetched.stat().st_size == size):
        subprocess.run(["gtlsclient", ends.near_address, str(PORT), f"https://far.test/{name}",
                        f"--download={fetched.parent}", "--exit-on-all-streams-close", *settings(ends)],
                       stdout=sys.stderr, check=False)
    arrived(fetched.read_bytes())


def near(ends):
    certificate_file, key_file = certificate(ends.folder)
    with subprocess.Popen(["/usr/sbin/gtlsserver", ends.near_address, str(PORT), str(key_file), str(certificate_file),
                           f"--htdocs={ends.folder / SERVED}", *settings(ends)], stdout=sys.stderr):
        for number, (_, message) in enumerate(given_messages()):
            name = f"message-{number}"  # for a number alone this server makes up so many bytes
            (ends.folder / SERVED / name).write_bytes(message)
            marker = ends.folder / SIZES / f"{name}.new"
            marker.write_text(str(len(message)))
            marker.rename(marker.with_suffix(""))


if __name__ == "__main__":
    run(near, far)
