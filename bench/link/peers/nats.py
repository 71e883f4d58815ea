# SPDX-License-Identifier: Apache-2.0
"""NATS JetStream: a nats-server at the far end with a stream on its disk, TLS; messages that were not acknowledged are
published again on a new connection, and the server drops what it has by the message's number."""

import json
import os
import pathlib
import queue
import socket
import ssl
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers.peer import Peer, arrived, certificate, given_messages, ready, run  # noqa: E402

PEER = Peer(
    title="NATS JetStream",
    packages=("nats-server", "openssl"),
    durable="written to the stream's file, not synced (the server syncs every two minutes)",
    protected="TLS, sender to server",
)
PORT, SUBJECT = 4222, "line"
SERVER = """listen: "0.0.0.0:{port}"
ping_interval: "10m"
tls {{ cert_file: "{certificate}", key_file: "{key}", timeout: 120 }}
jetstream {{ store_dir: "{folder}/stream" }}
"""
STREAM = {"name": "LINE", "subjects": [SUBJECT], "storage": "file", "retention": "limits"}
CONSUMER = {"stream_name": "LINE", "config": {"durable_name": "desk", "deliver_subject": "deliver", "ack_policy": "explicit",
                                              "deliver_policy": "all"}}


class Connection:
    """The client's side of NATS's protocol, as far as it is needed (docs.nats.io, reference, protocols, client protocol)."""

    def __init__(self, address, certificate_file):
        plain = socket.create_connection((address, PORT))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while plain.recv(1) != b"\n":  # INFO, before TLS begins
            pass
        context = ssl.create_default_context(cafile=str(certificate_file))
        context.check_hostname = False  # the far end's own client comes by 127.0.0.1
        self.socket = context.wrap_socket(plain)
        self.rows = self.socket.makefile("rb")
        self.writing = threading.Lock()
        self.write(b'CONNECT {"verbose":false,"headers":true,"lang":"python","version":"0"}\r\n')

    def write(self, data):
        with self.writing:
            self.socket.sendall(data)

    def subscribe(self, subject, number):
        self.write(f"SUB {subject} {number}\r\n".encode())

    def publish(self, subject, reply, message, headers=b""):
        if headers:
            head = f"HPUB {subject} {reply} {len(headers)} {len(headers) + len(message)}\r\n"
        else:
            head = f"PUB {subject} {reply} {len(message)}\r\n"
        self.write(head.encode() + headers + message + b"\r\n")

    def deliveries(self):
        """(subject, reply, message) until the connection ends, which is an OSError."""
        for row in self.rows:
            words = row.decode().split()
            if words[0] in ("MSG", "HMSG"):
                counts = 2 if words[0] == "HMSG" else 1
                size, headers = int(words[-1]), int(words[-2]) if counts == 2 else 0
                reply = words[3] if len(words) == 4 + counts else ""
                yield words[1], reply, self.rows.read(size + 2)[headers:size]
            elif words[0] == "PING":
                self.write(b"PONG\r\n")
            elif words[0] == "-ERR":
                raise OSError(row.decode())
        raise OSError("the connection has ended")


def connect_when_up(address, certificate_file):
    while True:
        try:
            return Connection(address, certificate_file)
        except ConnectionRefusedError:
            time.sleep(0.1)


def far(ends):
    certificate_file, key_file = certificate(ends.folder)
    settings = ends.folder / "nats.conf"
    settings.write_text(SERVER.format(port=PORT, certificate=certificate_file, key=key_file, folder=ends.folder))
    with subprocess.Popen(["nats-server", "-c", str(settings)], stdout=sys.stderr):
        client = connect_when_up("127.0.0.1", certificate_file)
        client.subscribe("made.*", 1)
        client.subscribe("deliver", 2)
        client.publish("$JS.API.STREAM.CREATE.LINE", "made.stream", json.dumps(STREAM).encode())
        client.publish("$JS.API.CONSUMER.DURABLE.CREATE.LINE.desk", "made.consumer", json.dumps(CONSUMER).encode())
        for subject, reply, message in client.deliveries():
            if subject.startswith("made."):
                if b'"error"' in message:
                    raise SystemExit(message.decode())
                if subject == "made.consumer":
                    ready()
                continue
            arrived(message)
            client.publish(reply, "", b"+ACK")


class Publisher:
    """Keeps what the server has not acknowledged, and a connection to it."""

    def __init__(self, ends, name):
        self.ends, self.name = ends, name
        self.unanswered, self.next_number, self.connection = {}, 0, None
        self.lock = threading.Lock()
        self.waiting = queue.Queue()
        for loop in (self.stay_connected, self.write_on):
            threading.Thread(target=loop, daemon=True).start()

    def give(self, message):
        self.waiting.put(message)

    def write_on(self):
        while True:
            message = self.waiting.get()
            with self.lock:
                number, self.next_number = self.next_number, self.next_number + 1
                self.unanswered[number] = message
                connection = self.connection
            if connection:
                try:
                    self.put(connection, number, message)
                except OSError as problem:
                    print(problem, file=sys.stderr)  # it is published again once there is a new connection

    def put(self, connection, number, message):
        headers = f"NATS/1.0\r\nNats-Msg-Id: {self.name}{number}\r\n\r\n".encode()
        connection.publish(SUBJECT, f"stored.{number}", message, headers)

    def stay_connected(self):
        while True:
            try:
                connection = Connection(self.ends.address, certificate(self.ends.folder)[0])
                connection.subscribe("stored.*", 1)
                with self.lock:
                    old, self.connection = list(self.unanswered.items()), connection
                for number, message in old:
                    self.put(connection, number, message)
                for subject, _, _ in connection.deliveries():
                    with self.lock:
                        self.unanswered.pop(int(subject.partition(".")[2]), None)
            except OSError as problem:
                print(problem, file=sys.stderr)
                self.connection = None
                time.sleep(1)


def near(ends):
    ordinary = Publisher(ends, "a")
    apart = Publisher(ends, "b") if ends.urgent_apart else ordinary
    for urgent, message in given_messages():
        (apart if urgent else ordinary).give(message)
    os._exit(0)  # the harness is gone: nobody waits for what is still queued


if __name__ == "__main__":
    run(near, far)
