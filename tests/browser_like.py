# SPDX-License-Identifier: Apache-2.0
"""What a browser does at the console's door, by hand: cookies, origins, and a WebSocket (RFC 6455)."""

import base64
import http.client
import json
import os
import socket
import ssl
import struct
import urllib.parse


class Answer:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.bytes = answer.read()

    @property
    def body(self):
        return json.loads(self.bytes)


class Browser:
    """One page of the console at `url`. A certificate is taken as it is: who uses it compares the fingerprint."""

    def __init__(self, url):
        self.url = urllib.parse.urlsplit(url)
        self.origin = f"{self.url.scheme}://{self.url.netloc}"
        self.cookie = None
        self.tls = None
        if self.url.scheme == "https":
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self.tls.check_hostname = False
            self.tls.verify_mode = ssl.CERT_NONE

    def _headers(self, method, more):
        headers = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
        if method == "POST":
            headers |= {"Origin": self.origin, "Content-Type": "application/json"}
        if self.cookie:
            headers["Cookie"] = f"theme=night; {self.cookie}"
        headers |= more or {}
        return {name: value for name, value in headers.items() if value is not None}

    def ask(self, method, target, body=None, headers=None):
        """`headers` with None take one away."""
        port = self.url.port or (443 if self.tls else 80)
        if self.tls:
            connection = http.client.HTTPSConnection(self.url.hostname, port, timeout=30, context=self.tls)
        else:
            connection = http.client.HTTPConnection(self.url.hostname, port, timeout=30)
        try:
            data = body if isinstance(body, (bytes, type(None))) else json.dumps(body)
            if method == "POST" and data is None:
                data = "{}"
            connection.request(method, target, data, self._headers(method, headers))
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        given = answer.headers.get("Set-Cookie")
        if given:
            self.cookie = None if "Max-Age=0" in given else given.split(";")[0]
        return answer

    def get(self, target, **more):
        return self.ask("GET", target, **more)

    def post(self, target, body=None, **more):
        return self.ask("POST", target, body, **more)

    def socket(self):
        """A connection to the console's port, with nothing said."""
        raw = socket.create_connection((self.url.hostname, self.url.port), timeout=30)
        return self.tls.wrap_socket(raw, server_hostname=self.url.hostname) if self.tls else raw

    def web_socket(self, target, **headers):
        return WebSocket(self, target, headers)


class WebSocket:
    def __init__(self, browser, target, headers):
        self.stream = browser.socket()
        self.left = b""
        fields = {"Host": browser.url.netloc, "Connection": "Upgrade", "Upgrade": "websocket", "Origin": browser.origin,
                  "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()}
        if browser.cookie:
            fields["Cookie"] = browser.cookie
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"GET {target} HTTP/1.1"] + [f"{name}: {value}" for name, value in fields.items()]
        self.stream.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
        while b"\r\n\r\n" not in self.left:
            piece = self.stream.recv(65536)
            if not piece:
                raise ConnectionError("the station closed")
            self.left += piece
        head, self.left = self.left.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])

    def _take(self, size):
        while len(self.left) < size:
            piece = self.stream.recv(65536)
            if not piece:
                raise ConnectionError("the station closed")
            self.left += piece
        taken, self.left = self.left[:size], self.left[size:]
        return taken

    def frame(self):
        """(opcode, payload) of the next frame."""
        first, size = self._take(2)
        size &= 0x7F
        if size == 126:
            size = struct.unpack(">H", self._take(2))[0]
        elif size == 127:
            size = struct.unpack(">Q", self._take(8))[0]
        return first & 0x0F, self._take(size)

    def events(self, *names, patience=30):
        """The next event of one of these names."""
        self.stream.settimeout(patience)
        while True:
            kind, payload = self.frame()
            if kind == 8:
                raise ConnectionError("the station closed the socket")
            if kind == 9:
                self.send(10, payload)
            if kind == 1:
                event = json.loads(payload)
                if event["event"] in names:
                    return event

    def send(self, kind, payload):
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.stream.sendall(bytes([0x80 | kind, 0x80 | len(payload)]) + mask + masked)

    def close(self):
        self.stream.close()
