#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sessions of the independent station with a real one over UDP on loopback.

  session_test.py --programs DIR [--seed N]
Waits are for conditions, never for a time.
"""

import json
import os
import pathlib
import select
import signal
import tempfile
import unittest

import brief_forms
from cards import CardFile, Identity, read_courier_key
from crypto import exchange_public
from export_verify import Export
from export_write import write_export
from harness import Settings, main
from line import ACKNOWLEDGED, FLASH, TEST, TEST_ANSWER, TEXT
from station import RUN, WHOLE_WANTED, Call, Station
from transport import COOKIE, RESPONSE, read_cookie, transport

from stations import AGREEMENT, Station as RealStation, all_stored, free_ports

QUICK = '\n[link]\nheartbeat_idle = "1s"\nheartbeat_busy = "1s"\nhandshake_repeat_max = "1s"\n'
DICTIONARIES = [1]


class Sessions(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="openline-independent-")
        self.addCleanup(folder.cleanup)
        self.work = pathlib.Path(folder.name)
        self.random = Settings.random(self.id())
        self.real = RealStation(Settings.programs, self.work, "CHN", settings=QUICK)
        self.addCleanup(self.real.stop)

    # The steps that engineers take.

    def meet(self, courier_key=False, calls=False):
        """Both have the other's card; a session opens."""
        words, key = [], None
        if courier_key:
            file = self.work / "courier.key"
            self.real.cli("courier-key", "-o", str(file), station=False)
            words, key = ["--courier-key", str(file)], read_courier_key(file.read_bytes())
        card = CardFile((self.real.folder / "card.openline").read_bytes())
        identity = Identity("USA", self.random.randbytes(32), self.random.randbytes(32), self.session_secret(card))
        self.ours = Station(identity, card, self.random, free_ports(1)[0], key, DICTIONARIES)
        self.addCleanup(self.ours.close)
        (self.work / "usa.card").write_bytes(self.ours.card_file())
        self.real.start()
        told = self.real.cli("accept", str(self.work / "usa.card"), "--yes", *words).stdout
        self.assertIn(self.ours.own_party.fingerprint, told.replace(" ", "").replace("\n", ""))
        if calls:
            self.ours.start_call()
        self.ours.wait_for("a session", lambda: self.ours.session and self.ours.peer.hello)

    def session_secret(self, card):
        """One whose public key is the lower of both, so that our calls win (section 5.4)."""
        (locator,) = card.locators.values()
        while True:
            secret = self.random.randbytes(32)
            if exchange_public(secret) < locator[3]:
                return secret

    def agree(self, record="attested"):
        """The real station proposes, this one signs."""
        roots = {"USA": self.ours.own_party.fingerprint, "CHN": self.ours.peer.party.fingerprint}
        members = ", ".join(f'{{ party = "{code}", root = "{root}", desk = "defense" }}'
                            for code, root in roots.items())
        terms = self.work / "defense.toml"
        terms.write_text(AGREEMENT.format(name="defense", members=members, record=record,
                                          languages='USA = "en", CHN = "en"'))
        self.real.cli("agree", str(terms))
        self.ours.wait_for("the proposal", lambda: self.ours.proposals)
        self.assertFalse(self.ours.lines, "a line before both have signed")
        self.ours.sign_agreement(next(iter(self.ours.proposals)))
        (self.line,) = self.ours.wait_for("the line", lambda: list(self.ours.lines.values()))
        self.ours.wait_for("the line there", lambda: self.real.get("/v1/lines")["lines"])
        self.assertEqual(self.real.get("/v1/lines")["lines"][0]["line"], self.line.id.hex())

    # What officers do.

    def say(self, words, **more):
        """A text of ours, until the other's signed heads cover it."""
        entry = self.ours.write(self.line, TEXT, {1: words, 2: "en"}, **more)
        self.until_stored(entry.id)
        return entry

    def until_stored(self, entry_id):
        self.ours.wait_for("stored there", lambda: entry_id in self.line.covered_by(self.ours.peer.station))

    def hear(self, words, *options):
        """A text of theirs, until it is here and the real station knows that we have it."""
        told = json.loads(self.real.cli("--json", "send", "defense", "--live", *options, words).stdout)
        entry_id = told["entries"][0]["id"]
        entry = self.ours.wait_for("their text", lambda: self.line.record.entries.get(bytes.fromhex(entry_id)))
        if self.line.attested:
            self.ours.wait_for("our heads there", lambda: self.there(entry_id)["receipts"]["stored"] == ["USA"])
        return entry

    def there(self, entry_id):
        return self.real.get(f"/v1/lines/defense/record/{entry_id}")

    def counters(self):
        return self.real.get("/v1/status")["counters"]

    # What shows that both hold the same.

    def until_settled(self):
        """Heads that only their signer's own entries changed come later (section 10): each is asked of the other's."""
        def holds():
            theirs = self.real.record("defense")
            return (not self.line.lacking(self.ours.peer.station) and self.ours.session.is_all_acknowledged()
                    and len(theirs) == len(self.line.record)
                    and (not self.line.attested or all_stored(self.real, "defense")))
        self.ours.wait_for("one record", holds)

    def assert_one_record(self):
        """The real station's export holds, agrees with our record and heads, and `openline verify` says so of ours."""
        self.until_settled()
        theirs, ours = self.work / "theirs.export", self.work / "ours.export"
        self.real.cli("export", "defense", "-o", str(theirs))
        roots = [party.fingerprint for party in self.line.parties]
        export = Export(theirs.read_bytes(), roots)
        self.assertEqual(export.problems, [])
        self.assertEqual(export.record.canonical_order(), self.line.record.canonical_order())
        self.assertEqual(export.manifest[5], self.line.record.heads())
        self.assertEqual([station for station, _ in export.statements], [self.ours.identity.station.public])
        if self.line.attested:
            ours.write_bytes(write_export(self.line, self.ours.identity.station))
            told = self.real.cli("verify", str(ours), str(theirs), "--root", roots[0], "--root", roots[1],
                                 station=False)
            self.assertIn(f"IDENTICAL at their common frontier: {len(self.line.record)} entries", told.stdout)

    def assert_nothing_dropped(self):
        found = self.counters()
        found.pop("unknown_session")  # of a session that one side no longer has after a restart
        self.assertEqual(set(found.values()), {0}, found)

    # The tests.

    def a_flash_and_its_receipts(self):
        flash = self.say("Our aircraft is in distress. Hold your fire.", precedence=FLASH)
        self.assertEqual(self.there(flash.id.hex())["text"], "Our aircraft is in distress. Hold your fire.")
        self.assertTrue(self.there(flash.id.hex())["signed"])
        self.real.cli("ack", "defense", flash.id.hex()[:12], "--role", "duty officer")
        (receipt,) = self.ours.wait_for("the acknowledgement", lambda: self.entries(ACKNOWLEDGED))
        self.assertEqual((receipt.author, receipt.header[9]), (self.ours.peer.station, FLASH))
        self.assertIn(flash.id, receipt.body)
        self.assertIn(flash.id, self.line.record.ancestry([receipt.id]))
        heard = self.hear("We see it. Please let it pass.", "-p", "immediate")
        self.assertIn(b"We see it.", heard.body)

    def entries(self, kind):
        return [entry for entry in self.line.record.entries.values() if entry.kind == kind]

    def test_calls_and_holds_a_line(self):
        self.meet(calls=True)
        self.assertEqual(self.ours.counts["sessions called"], 1)
        self.agree()
        self.a_flash_and_its_receipts()
        self.ours.wait_for("a test and its answer", lambda: self.entries(TEST) and self.entries(TEST_ANSWER))
        self.assertGreater(self.ours.session.short_heads_taken, 0)
        self.assert_one_record()
        self.assert_nothing_dropped()

    def test_is_called_and_holds_a_line_with_a_courier_key(self):
        self.meet(courier_key=True)
        self.assertEqual(self.ours.counts["sessions answered"], 1)
        self.assertEqual(self.ours.peer.generation, 1)
        self.agree()
        self.a_flash_and_its_receipts()
        self.assert_one_record()
        self.assert_nothing_dropped()

    def test_a_new_session_key_is_taken_with_the_locator_in_the_first_message(self):
        """Section 5.2: the caller's session key is unknown, its psk is not."""
        self.meet()
        self.ours.restart()
        self.ours.renew_session_key(counter=2)
        self.ours.start_call()
        self.ours.wait_for("a session by the new key", lambda: self.ours.counts.get("sessions called"))
        self.agree()
        self.say("By a new key.")
        self.assert_one_record()

    def test_brief_forms_packed_bodies_and_long_runs_go_both_ways(self):
        self.meet()
        self.agree()
        self.say("Please confirm that you can read this.", brief=1)
        self.hear("We can read it. Please confirm that you can read this.")
        texts = [{"text": f"{place}", "class": "live"} for place in range(40)]
        last = self.real.post("/v1/lines/defense/entries", texts)["entries"][-1]["id"]
        self.ours.wait_for("all of it", lambda: bytes.fromhex(last) in self.line.record)
        self.assertGreater(max(len(entries) for _, entries in self.line.runs), 1)
        self.assertGreater(self.ours.counts["packed bodies"], 0)
        self.assertGreater(self.ours.counts[f"message {brief_forms.BRIEF_HEADS}"], 0)
        self.assertNotIn("wholes wanted", self.ours.counts)
        self.assertNotIn(f"message {WHOLE_WANTED}", self.ours.counts)
        self.assert_one_record()

    def test_what_fits_no_packet_goes_in_fragments(self):
        self.meet()
        self.agree()
        self.say("x" * 20000)
        self.hear(f"{self.random.getrandbits(64):x}" * 1250)
        self.assert_one_record()

    def test_both_start_again_and_an_early_flash_goes_with_the_first_message(self):
        self.meet()
        self.agree()
        self.say("Before.")
        self.real.stop()
        self.ours.wait_for("a goodbye", lambda: self.ours.counts.get("goodbyes"))
        self.real.start()
        self.ours.wait_for("a session again", lambda: self.ours.counts.get("sessions answered") == 2)
        self.hear("After our restart.")
        self.ours.restart()
        run, flash = self.line.write(TEXT, {1: "After ours.", 2: "en"}, precedence=FLASH)
        self.ours.urgent = [[RUN, run]]
        self.ours.start_call()
        self.until_stored(flash.id)
        self.assertEqual({entry.sequence for entry in self.line.record.entries.values() if 6 in entry.header}, {0})
        self.assertEqual(self.real.line("defense")["conditions"], [])
        self.assert_one_record()

    def test_a_deniable_line_has_no_signature(self):
        self.meet()
        self.agree("deniable")
        self.say("Between us.", precedence=FLASH, brief=1)
        self.hear("Between us.")
        self.assertFalse(any(8 in run for run, _ in self.line.runs))
        self.assert_one_record()

    def test_under_load_a_cookie_opens_the_door(self):
        """More first messages in a turn than a station answers (section 5.5)."""
        self.meet()
        os.kill(self.real.process.pid, signal.SIGSTOP)
        calls = [Call(self.ours) for _ in range(60)]
        for call in calls:
            self.ours._send(call.packet())
        os.kill(self.real.process.pid, signal.SIGCONT)
        packets = self.packets(lambda found: len(found) == len(calls))
        responses = sum(packet[0] == RESPONSE for packet in packets)
        cookies = {found for call in calls for packet in packets if packet[0] == COOKIE
                   and (found := read_cookie(packet, self.ours.peer.session_key, call.mac1))}
        self.assertTrue(cookies)
        self.assertGreaterEqual(responses, 20)
        self.assertEqual((responses + len(cookies), len({cookie for _, cookie in cookies})), (len(calls), 1))
        index, cookie = min(cookies)
        self.ours.call = next(call for call in calls if call.index == index)
        self.ours._send(self.ours.call.packet(cookie))
        self.ours.wait_for("a session", lambda: self.ours.counts.get("sessions called"))

    def packets(self, enough):
        """Handshake packets and cookies that come, until they are enough."""
        found = []
        while not enough(found):
            self.assertTrue(select.select([self.ours._socket], [], [], 20)[0], f"{len(found)} packets came")
            packet = self.ours._socket.recv(65536)
            found += [packet] if packet[0] in (RESPONSE, COOKIE) else []
        return found

    def test_forged_and_repeated_packets_do_nothing(self):
        self.meet()
        self.agree()
        sent = []
        self.ours.session._send_packet = lambda packet: (sent.append(packet), self.ours._send(packet))
        run, entry = self.line.write(TEXT, {1: "Once.", 2: "en"})
        self.ours.send([RUN, run | {8: bytes(64)}])
        self.ours.send([RUN, run])
        self.until_stored(entry.id)
        self.ours._send(sent[0])
        self.ours._send(transport(bytes(32), self.ours.session.peer_index, 0, 500, b"\x81\x04"))  # by another key
        self.ours._send(Call(self.ours).packet()[:-32] + bytes(32))
        for name in ("replayed", "failed_authentication", "bad_mac"):
            self.ours.wait_for(f"{name} is counted: {self.counters()}", lambda: self.counters()[name] == 1)
        self.assert_one_record()


if __name__ == "__main__":
    main()
