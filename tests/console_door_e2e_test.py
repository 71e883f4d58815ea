#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The browsers' door of two real stations: whose pages may ask, what a page is given, and who keeps whom out.

  console_door_e2e_test.py --programs DIR
"""

import argparse
import gzip
import hashlib
import pathlib
import re
import socket
import ssl
import sys
import tempfile
import threading
import time
import unittest

from browser_like import Browser
from stations import Station, UnixConnection, acquaint, agree, free_ports, wait_for

PROGRAMS = None
QUICK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'
PASSWORD = "a long enough word"


class Manned(Station):
    """Asked by its socket with a session of its own, so that the test sees what the browser does not."""

    token = None

    def request(self, method, target, body=None, headers=None, timeout=30):
        if self.token:
            headers = {**(headers or {}), "Authorization": f"Bearer {self.token}"}
        return super().request(method, target, body, headers, timeout)

    def first_officer(self, roles=("supervisor", "officer", "releaser", "auditor")):
        self.post("/v1/officers", {"name": "smith", "title": "Cdr. J. Smith", "password": PASSWORD,
                                   "grants": [{"desk": "*", "roles": list(roles)}]})
        self.sign_in()

    def sign_in(self):
        self.token = None
        self.token = self.post("/v1/sign-in", {"name": "smith", "password": PASSWORD})["token"]


class AConsole(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="openline-console-")
        cls.addClassCleanup(folder.cleanup)
        cls.work = pathlib.Path(folder.name)
        plain, tls = free_ports(2)
        console = '\n[console]\nlisten = "127.0.0.1:{}"\n'
        cls.usa = Manned(PROGRAMS, cls.work, "USA", settings=QUICK + console.format(plain))
        cls.chn = Manned(PROGRAMS, cls.work, "CHN",
                         settings=QUICK + console.format(tls) + 'tls = true\nnames = ["desk.example"]\n')
        for station in (cls.usa, cls.chn):
            cls.addClassCleanup(station.stop)
            station.start()
        acquaint([cls.usa, cls.chn], cls.work)
        agree([cls.usa, cls.chn], cls.work)
        cls.line = cls.usa.line("defense")["line"]

    def page(self, station=None):
        url = (station or self.usa).get("/v1/status")["console"]["url"]
        return Browser(url.replace("desk.example", "127.0.0.1"))  # no name is asked of anybody

    def stream(self, page, target):
        stream = page.web_socket(target)
        self.addCleanup(stream.close)
        self.assertEqual(stream.status, 101)
        return stream

    @staticmethod
    def upgrade(page, target, **headers):
        """The answer's status."""
        stream = page.web_socket(target, **headers)
        stream.close()
        return stream.status

    def signed_in(self, station=None):
        page = self.page(station)
        answer = page.post("/v1/sign-in", {"name": "smith", "password": PASSWORD})
        self.assertEqual(answer.status, 200, answer.bytes)
        return page

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.body["error"]["code"]), (status, code))
        return answer.body["error"]["message"]

    # In the order of a station's life.

    def test_01_nobody_speaks_for_a_station_without_officers(self):
        page = self.page()
        self.assertIn("openline officer add", self.refused(page.get("/v1/status"), 403, "officers_needed"))
        self.refused(page.get("/v1/me"), 403, "officers_needed")
        eve = {"name": "eve", "title": "E", "password": PASSWORD, "grants": [{"desk": "*", "roles": ["supervisor"]}]}
        for more in ({}, {"root": {}}, {"root": None}, {"root": {"challenge": "0" * 64, "signature": "0" * 128}}):
            self.refused(page.post("/v1/officers", {**eve, **more}), 403, "officers_needed")
        for target in ("/v1/sign-in", "/v1/enrol", "/v1/officers/eve/enable", "/v1/lines/defense/entries"):
            self.refused(page.post(target, {"root": {}}), 403, "officers_needed")
        self.assertTrue(self.usa.get("/v1/me")["unpeopled"])
        self.assertEqual(page.get("/").status, 200)
        for station in (self.usa, self.chn):
            station.first_officer()

    def test_02_the_console_is_inside_the_program(self):
        page = self.page()
        index = page.get("/")
        self.assertEqual(index.status, 200)
        self.assertEqual(index.headers["Content-Type"], "text/html; charset=utf-8")
        policy = index.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        html = gzip.decompress(index.bytes).decode() if index.headers.get("Content-Encoding") == "gzip" else index.bytes.decode()
        self.assertNotIn("http://", html.replace("http://www.w3.org", ""))
        self.assertNotIn("https://", html)
        assets = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', html))
        self.assertTrue(assets)
        for asset in assets:
            packed, whole = page.get(asset), page.get(asset, headers={"Accept-Encoding": None})
            self.assertEqual((packed.status, whole.status), (200, 200))
            self.assertEqual(packed.headers["Content-Encoding"], "gzip")
            self.assertEqual(gzip.decompress(packed.bytes), whole.bytes)
            self.assertIn("immutable", packed.headers["Cache-Control"])
            again = page.get(asset, headers={"If-None-Match": packed.headers["ETag"]})
            self.assertEqual((again.status, again.bytes), (304, b""))
        self.assertEqual(page.get("/assets/none.js").status, 404)
        self.assertEqual(page.get("/..%2fstation.key").status, 404)
        self.assertEqual(page.get("/metrics").status, 404)

    def test_03_a_session_is_a_cookie_that_no_script_reads(self):
        page = self.page()
        self.refused(page.get("/v1/status"), 401, "sign_in")
        self.refused(page.post("/v1/sign-in", {"name": "smith", "password": "not the right one"}), 401, "wrong_credentials")
        self.assertIsNone(page.cookie)
        answer = page.post("/v1/sign-in", {"name": "smith", "password": PASSWORD})
        cookie = answer.headers["Set-Cookie"]
        self.assertIn("; HttpOnly; SameSite=Strict", cookie)
        self.assertNotIn("token", answer.body)
        self.assertEqual(answer.body["officer"]["name"], "smith")
        token = page.cookie.split("=")[1]
        self.assertNotIn(token.encode(), answer.bytes)
        self.assertEqual(page.get("/v1/me").body["officer"]["name"], "smith")
        self.assertEqual(page.get("/v1/me").headers["Cache-Control"], "no-store")
        # A bearer token is the command line's, not a page's.
        other = self.page()
        self.refused(other.get("/v1/me", headers={"Authorization": f"Bearer {token}"}), 401, "sign_in")
        self.assertEqual(page.post("/v1/sign-out").status, 200)
        self.assertIsNone(page.cookie)
        other.cookie = cookie.split(";")[0]
        self.refused(other.get("/v1/me"), 401, "sign_in")

    def test_03b_a_security_key_is_asked_by_a_pages_name(self):
        page = self.signed_in()
        self.assertIn("publickey-credentials-get=(self)", page.get("/").headers["Permissions-Policy"])
        challenge = "/v1/security-keys/challenge"
        self.assertIn("console.names", self.refused(page.post(challenge), 403, "host_name_needed"))
        host = f"localhost:{page.url.port}"
        named = page.post(challenge, headers={"Host": host, "Origin": f"http://{host}"})
        self.assertEqual((named.status, named.body["rp_id"], named.body["keys"]), (200, "localhost", []))
        self.assertEqual(page.get("/v1/security-keys").body, {"keys": [], "required": False})

    def test_04_other_peoples_pages_get_nothing(self):
        page = self.signed_in()
        entry = {"text": "by somebody else's page", "class": "live"}
        target = "/v1/lines/defense/entries"
        for headers, status, code in (
                ({"Origin": "http://evil.example"}, 403, "wrong_origin"),
                ({"Origin": None}, 403, "wrong_origin"),
                ({"Origin": "null"}, 403, "wrong_origin"),
                ({"Origin": page.origin.replace("http:", "https:")}, 403, "wrong_origin"),
                ({"Sec-Fetch-Site": "cross-site"}, 403, "wrong_origin"),
                ({"Sec-Fetch-Site": "same-site"}, 403, "wrong_origin"),
                ({"Content-Type": "text/plain"}, 415, "bad_request"),
                ({"Content-Type": "application/x-www-form-urlencoded"}, 415, "bad_request"),
                ({"Host": "evil.example"}, 421, "wrong_host"),
                ({"Host": "evil.example", "Origin": "http://evil.example"}, 421, "wrong_host")):
            self.refused(page.post(target, entry, headers=headers), status, code)
        self.refused(page.get("/v1/status", headers={"Origin": "http://evil.example"}), 403, "wrong_origin")
        self.refused(page.get("/", headers={"Host": "rebound.example:80"}), 421, "wrong_host")
        for headers, status in (({"Origin": "http://evil.example"}, 403), ({"Host": "evil.example"}, 421)):
            self.assertEqual(self.upgrade(page, "/v1/socket", **headers), status)
        self.assertFalse([one for one in self.usa.record("defense") if one.get("text") == entry["text"]])
        self.assertEqual(page.post(target, entry).status, 201)

    def test_05_events_come_by_web_socket_and_it_is_the_attendance(self):
        far = self.signed_in(self.chn)
        stream = self.stream(far, f"/v1/socket?attend={self.line}")
        self.assertIsNone(stream.events("ready")["data"]["line"])
        wait_for("the desk is attended", lambda: self.usa.line("defense")["members"][0]["desk_state"] == "attended")
        self.assertEqual(self.usa.line("defense")["members"][0]["desk_role"], "defense officer")
        sent = self.signed_in().post("/v1/lines/defense/entries", {"text": "markup <b>stays</b> text", "class": "live"}).body["entries"][0]
        event = stream.events("entry")
        while event["data"]["kind"] != "text":  # the attendance is on record too
            event = stream.events("entry")
        self.assertEqual((event["data"]["id"], event["data"]["text"]), (sent["id"], "markup <b>stays</b> text"))
        stream.close()
        wait_for("the desk is left", lambda: self.usa.line("defense")["members"][0]["desk_state"] == "unattended")
        # What came meanwhile comes first.
        again = self.stream(far, f"/v1/socket?after={event['id'] - 1}")
        self.assertEqual(again.events("entry")["id"], event["id"])
        far.post("/v1/sign-out", {"everywhere": True})
        again.events("signed-out")
        self.chn.sign_in()  # it was everywhere

    def test_06_what_is_no_web_socket_or_not_allowed_there(self):
        page = self.signed_in()
        self.assertEqual(page.get("/v1/socket").status, 426)
        self.assertEqual(self.upgrade(page, "/v1/socket?attend=nowhere"), 404)
        self.assertEqual(self.upgrade(page, f"/v1/socket?attend={self.line},{self.line}"), 400)
        self.assertEqual(self.upgrade(page, "/v1/socket?before=3"), 400)
        self.assertEqual(self.upgrade(self.page(), "/v1/socket"), 401)
        stream = self.stream(page, "/v1/socket")
        stream.events("ready")
        stream.send(1, b"x" * 100)  # nothing is expected, and nothing comes of it
        stream.send(9, b"ping")
        self.assertEqual(stream.frame(), (10, b"ping"))

    def test_07_a_file_goes_and_comes_and_is_no_page(self):
        page = self.signed_in()
        given = page.post("/v1/attachments?name=page.html", b"<script>alert(1)</script>", headers={"Content-Type": "application/octet-stream"})
        self.assertEqual(given.status, 201, given.bytes)
        back = page.get(f"/v1/attachments/{given.body['hash']}")
        self.assertEqual(back.bytes, b"<script>alert(1)</script>")
        self.assertEqual(back.headers["Content-Disposition"], "attachment")
        self.assertEqual(back.headers["X-Content-Type-Options"], "nosniff")
        self.refused(page.post("/v1/attachments?name=a", b"x", headers={"Content-Type": "text/plain"}), 415, "bad_request")

    def test_08_tls_with_a_certificate_of_the_desks_own(self):
        told = self.chn.get("/v1/status")["console"]
        self.assertTrue(told["url"].startswith("https://desk.example:"))
        url = f"https://127.0.0.1:{told['url'].rsplit(':', 1)[1]}"
        page = Browser(url)
        with page.socket() as stream:
            digest = hashlib.sha256(stream.getpeercert(binary_form=True)).hexdigest().upper()
            self.assertEqual(":".join(digest[i:i + 2] for i in range(0, 64, 2)), told["certificate_sha256"])
            self.assertIn(stream.version(), ("TLSv1.2", "TLSv1.3"))
        # Whoever has the file needs no exception: the names and the address are in it.
        strict = ssl.create_default_context(cafile=str(self.chn.folder / "console.crt"))
        for name in ("127.0.0.1", "desk.example"):
            with socket.create_connection(("127.0.0.1", page.url.port)) as raw, strict.wrap_socket(raw, server_hostname=name):
                pass
        answer = page.post("/v1/sign-in", {"name": "smith", "password": PASSWORD})
        self.assertTrue(answer.headers["Set-Cookie"].startswith("__Host-openline-"))
        self.assertIn("; Secure", answer.headers["Set-Cookie"])
        self.assertEqual(self.upgrade(page, "/v1/socket"), 101)
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.options |= ssl.OP_NO_TLSv1_2 | ssl.OP_NO_TLSv1_3
        with socket.create_connection(("127.0.0.1", page.url.port)) as raw, self.assertRaises(ssl.SSLError):
            old.wrap_socket(raw)
        with socket.create_connection(("127.0.0.1", page.url.port)) as raw:
            raw.sendall(b"GET / HTTP/1.1\r\nHost: desk.example\r\n\r\n")
            raw.settimeout(30)
            received = b"".join(iter(lambda: raw.recv(4096), b""))
        self.assertNotIn(b"200", received)

    def test_09_a_key_that_others_can_read_offers_no_console_and_the_line_holds(self):
        key = self.chn.folder / "console.key"
        key.chmod(0o644)
        self.assertEqual(self.chn.stop(), 0)
        self.chn.token, token = None, self.chn.token
        self.chn.start(wait=False)
        self.chn.token = token
        told = wait_for("CHN answers", lambda: self.status_if(self.chn))["console"]
        self.assertEqual(told["url"], "")
        self.assertIn("chmod 600", told["problem"])
        key.chmod(0o600)
        self.assertEqual(self.chn.stop(), 0)
        self.chn.start(wait=False)
        told = wait_for("CHN answers", lambda: self.status_if(self.chn))["console"]
        self.assertNotIn("problem", told)

    @staticmethod
    def status_if(station):
        try:
            return station.get("/v1/status")
        except (OSError, ConnectionError):
            return None

    def test_10_idle_and_slow_clients_keep_nobody_out(self):
        page = self.signed_in()
        idle, stop = [page.socket() for _ in range(500)], threading.Event()

        def drip(stream):
            try:
                stream.sendall(b"POST /v1/sign-in HTTP/1.1\r\nHost: " + page.url.netloc.encode() + b"\r\nContent-Length: 900\r\n")
                while not stop.wait(0.2):
                    stream.sendall(b"X")
            except OSError:
                pass

        drips = [threading.Thread(target=drip, args=(one,)) for one in idle[-40:]]
        for one in drips:
            one.start()
        took = []
        for number in range(5):
            text = f"flash {number} through the crowd"
            began = time.monotonic()
            answer = page.post("/v1/lines/defense/entries", {"text": text, "class": "live", "precedence": "flash"})
            self.assertEqual(answer.status, 201, answer.bytes)
            wait_for("the flash is there", lambda: any(one.get("text") == text for one in self.chn.record("defense")))
            took.append(time.monotonic() - began)
        stop.set()
        for one in drips:
            one.join()
        for one in idle:
            one.close()
        print("five FLASH beside 500 idle connections, 40 of them dripping, took " + ", ".join(f"{one:.2f} s" for one in took))

    def crowd(self, page, says):
        """Connections without a session, each from an address of its own and with room for little, that have said this."""
        crowd = []
        for number in range(200):
            one = socket.socket()
            self.addCleanup(one.close)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            one.bind((f"127.0.1.{number + 1}", 0))
            one.connect((page.url.hostname, page.url.port))
            one.sendall(says)
            crowd.append(one)
        return crowd

    def flash_through(self, page, text):
        answer = page.post("/v1/lines/defense/entries", {"text": text, "class": "live", "precedence": "flash"})
        self.assertEqual(answer.status, 201, answer.bytes)
        wait_for("the flash is there", lambda: any(one.get("text") == text for one in self.chn.record("defense")))

    def test_10b_nor_do_those_who_are_answered_and_do_not_go(self):
        page = self.signed_in()
        # Told that there is no such host, they go on with the body that they announced, a byte at a time.
        crowd = self.crowd(page, b"POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 900000\r\n\r\n")
        crowd += self.crowd(page, b"GET /%zz HTTP/1.1\r\nHost: evil.example\r\n\r\n")
        began = time.monotonic()
        while time.monotonic() - began < 6:
            gone = 0
            for one in crowd:
                try:
                    one.send(b"X")
                except OSError:
                    gone += 1
            time.sleep(0.4)
        self.assertEqual(gone, len(crowd), "who was answered is heard for a second, however slowly it speaks")
        self.flash_through(page, "a flash beside those who dwell")

    def test_10c_nor_do_those_who_never_read_what_they_asked_for(self):
        page = self.signed_in()
        index = page.get("/", headers={"Accept-Encoding": None}).bytes.decode()
        sizes = {asset: len(page.get(asset, headers={"Accept-Encoding": None}).bytes)
                 for asset in re.findall(r'(?:src|href)="(/assets/[^"]+)"', index)}
        largest = max(sizes, key=sizes.get)
        ask = f"GET {largest} HTTP/1.1\r\nHost: {page.url.netloc}\r\n\r\n".encode()
        self.assertGreater(sizes[largest], 50_000, "more than there is room for on the way")
        self.crowd(page, ask * 2)
        self.flash_through(page, "a flash beside those who do not read")

    def test_11_who_asks_too_often_waits(self):
        page = self.page()
        answers = [page.post("/v1/sign-in", {"name": f"nobody-{i}", "password": PASSWORD}) for i in range(25)]
        late = [one for one in answers if one.status == 429]
        self.assertTrue(late)
        self.refused(late[0], 429, "too_many")
        self.assertGreaterEqual(int(late[0].headers["Retry-After"]), 1)
        self.assertFalse([one.status for one in answers if one.status not in (401, 429)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", required=True)
    arguments, rest = parser.parse_known_args()
    PROGRAMS = arguments.programs
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
