#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""All vectors of tests/vectors, checked by the independent implementation.

  vectors_test.py
"""

import json
import unittest

import coding
import packed_bodies
import small_packets
from agreements import LABEL, Agreement, signers
from canonical_cbor import CborError, decode, encode
from cards import CardError, CardFile, Party, armour, fingerprint, pair_psk, read_courier_key, unarmour
from cddl import FormatError, openline
from crypto import SigningKey, blake2b_256, exchange_public, is_point, is_signed, seal
from entries import make_run, rebuild, run_is_signed
from export_verify import Export
from harness import VECTORS, main
from noise import Initiator, Responder, transport_nonce
from record import Record

unhex = bytes.fromhex


def vectors(name):
    return json.loads((VECTORS / f"{name}.json").read_text())


class Cbor(unittest.TestCase):
    def test_accepts_and_refuses_as_the_profile_says_and_at_the_same_byte(self):
        for data, expected in vectors("cbor_profile")["expected"].items():
            with self.subTest(data=data):
                try:
                    found = encode(decode(unhex(data))).hex()
                except CborError as error:
                    self.assertTrue(expected.endswith(f"(at byte {error.offset})"), f"{error}, not {expected}")
                else:
                    self.assertEqual((expected, found), ("accepted", data))

    def test_reads_the_values_of_the_rfc(self):
        expected = vectors("cbor_profile")["expected"]
        for one in vectors("cbor_rfc8949_appendix_a"):
            if "decoded" in one and expected[one["hex"]] == "accepted" and not isinstance(one["decoded"], dict):
                with self.subTest(data=one["hex"]):
                    self.assertEqual(decode(unhex(one["hex"])), one["decoded"])

    def test_counts_levels_from_the_outermost_item(self):
        decode(b"\x81" * 7 + b"\x00")
        for deeper in (b"\x81" * 8 + b"\x00", b"\xa1\x00" * 8 + b"\x00"):
            with self.assertRaises(CborError):
                decode(deeper)


class Identity(unittest.TestCase):
    def setUp(self):
        self.vectors = vectors("identity")
        self.file = CardFile(unhex(self.vectors["card_file"]))

    def seed(self, name):
        return SigningKey(unhex(self.vectors[f"{name}_seed"])).public

    def test_card_file_holds_and_its_keys_are_those_of_the_seeds(self):
        first, second = self.file.party.cards
        self.assertEqual([blake2b_256(signed[1]).hex() for signed in self.file.party.signed_cards],
                         self.vectors["card_hashes"])
        self.assertEqual((first[1], second[1]), (self.seed("root"), self.seed("next_root")))
        self.assertEqual(first[8], blake2b_256(second[1]))
        self.assertEqual({station[1]: 3 in station for station in second[6]},
                         {self.seed("station"): False, self.seed("revoked_station"): True})
        self.assertEqual(self.file.party.fingerprint, self.vectors["fingerprint"].replace(" ", ""))

    def test_armour_may_have_text_around_it_and_white_space_in_it(self):
        bare = unhex(self.vectors["card_file"])
        armoured = armour("CARD", bare)
        for data in (armoured, f"Our card:\n{armoured}Regards\n", armoured.replace("\n", "\r\n"), 2 * armoured):
            self.assertEqual(unarmour("CARD", data.encode()), bare)
        for data in (armoured.replace("=", ""), armoured.replace("CARD", "KEY"), armoured[:-30]):
            with self.assertRaises(CardError):
                unarmour("CARD", data.encode())

    def test_locator_names_the_session_key(self):
        session_key = exchange_public(unhex(self.vectors["session_secret"]))
        self.assertEqual(session_key.hex(), self.vectors["session_key"])
        self.assertEqual(self.file.locators[self.seed("station")][3], session_key)

    def test_courier_key_gives_the_psk_of_the_pair(self):
        key, generation = read_courier_key(self.vectors["courier_key_file"].encode())
        self.assertEqual(self.seed("peer_station").hex(), self.vectors["peer_station_key"])
        pair = self.seed("station"), self.seed("peer_station")
        for one, other in (pair, pair[::-1]):
            self.assertEqual(pair_psk(one, other, key, generation).hex(), self.vectors["psk"])

    def test_refuses_points_of_small_order_and_encodings_that_are_not_canonical(self):
        near_prime = [bytes([low]) + b"\xff" * 30 + b"\x7f" for low in (0xec, 0xed, 0xee)]
        for encoded in (bytes(32), b"\x01" + bytes(31), b"\x02" + bytes(31), *near_prime):
            self.assertFalse(is_point(encoded), encoded.hex())


class Noise(unittest.TestCase):
    def test_makes_and_reads_every_message(self):
        for one in vectors("noise")["vectors"]:
            self._check(one, one["messages"])

    def _check(self, one, messages):
        initiator = Initiator(*(unhex(one[name]) for name in ("init_prologue", "init_static", "init_remote_static")),
                              unhex(one["init_psks"][0]), unhex(one["init_ephemeral"]))
        responder = Responder(unhex(one["resp_prologue"]), unhex(one["resp_static"]))
        first = initiator.write(unhex(messages[0]["payload"]))
        self.assertEqual(first.hex(), messages[0]["ciphertext"])
        self.assertEqual(responder.read_static(first), exchange_public(unhex(one["init_static"])))
        self.assertEqual(responder.read_payload(unhex(one["resp_psks"][0])).hex(), messages[0]["payload"])
        second, *responder_keys, responder_hash = responder.write(unhex(messages[1]["payload"]),
                                                                  unhex(one["resp_ephemeral"]))
        self.assertEqual(second.hex(), messages[1]["ciphertext"])
        payload, *initiator_keys, initiator_hash = initiator.read(second)
        self.assertEqual((payload.hex(), initiator_hash.hex()), (messages[1]["payload"], one["handshake_hash"]))
        self.assertEqual((initiator_keys, initiator_hash), (responder_keys[::-1], responder_hash))
        for place, message in enumerate(messages[2:]):
            sealed = seal(initiator_keys[place % 2], transport_nonce(place // 2), b"", unhex(message["payload"]))
            self.assertEqual(sealed.hex(), message["ciphertext"])


class RecordOfALine(unittest.TestCase):
    def setUp(self):
        self.vectors = vectors("record")
        self.parties = [Party([openline().decode("signed-card", unhex(one["signed_card"]))])
                        for one in self.vectors["parties"]]
        self.line = unhex(self.vectors["line"])
        self.runs = [openline().decode("run", unhex(run)) for run in self.vectors["runs"]]

    def test_cards_and_fingerprints(self):
        for party, one in zip(self.parties, self.vectors["parties"]):
            root, station = (SigningKey(unhex(one[name])).public for name in ("root_seed", "station_seed"))
            self.assertEqual((party.root, party.stations(), fingerprint(root)), (root, {station}, one["fingerprint"]))

    def test_agreement_and_amendment_are_signed_by_all(self):
        first, second = (openline().decode("signed-agreement", unhex(self.vectors[name]))
                         for name in ("signed_agreement", "signed_amendment"))
        agreement, amendment = Agreement(first[1]), Agreement(second[1])
        self.assertEqual((agreement.data.hex(), agreement.hash), (self.vectors["agreement"], self.line))
        self.assertTrue(amendment.amends(agreement, self.line))
        self.assertEqual(signers(agreement, first[2], self.parties), set(agreement.members))
        self.assertEqual(signers(amendment, second[2], self.parties, self.line), set(agreement.members))

    def test_statements_and_refusal_are_signed(self):
        for name, label in (("heads", "openline heads 1"), ("presence", "openline presence 1")):
            line, signer, data, signature = openline().decode(f"signed-{name}", unhex(self.vectors[f"signed_{name}"]))
            self.assertTrue(is_signed(signer, label, line, data, signature))
        refusal = openline().decode("signed-refusal", unhex(self.vectors["signed_refusal"]))
        self.assertTrue(is_signed(refusal[2], "openline refusal 1", b"", refusal[1], refusal[3]))

    def test_signatures_are_those_of_the_seeds(self):
        keys = {key.public: key for key in (SigningKey(unhex(one["station_seed"])) for one in self.vectors["parties"])}
        signed = openline().decode("signed-agreement", unhex(self.vectors["signed_agreement"]))
        for one in signed[2]:
            self.assertEqual(keys[one[1]].sign(LABEL, b"", signed[1]), one[2])

    def test_headers_are_rebuilt_from_runs(self):
        entries = {}
        for run in self.runs:
            rebuilt = rebuild(run)
            self.assertTrue(run_is_signed(run, rebuilt))
            self.assertEqual(make_run(rebuilt, run[8]), run)
            entries |= {entry.id.hex(): entry for entry in rebuilt}
        self.assertEqual({one: (entry.header_bytes.hex(), entry.body.hex()) for one, entry in entries.items()},
                         {one["id"]: (one["header"], one["body"]) for one in self.vectors["entries"]})

    def test_canonical_order_and_heads(self):
        record = Record([entry for run in self.runs for entry in rebuild(run)])
        self.assertEqual([one.hex() for one in record.canonical_order()], self.vectors["canonical_order"])
        heads = openline().decode("signed-heads", unhex(self.vectors["signed_heads"]))
        self.assertEqual(openline().decode("heads", heads[2])[2], record.heads())

    def test_tree_hash_of_an_attachment(self):
        chunks = [b"\x01" * 65536, b"\x02" * 10]
        leaves = [blake2b_256(b"\0" + chunk) for chunk in chunks]
        size = sum(map(len, chunks)).to_bytes(8, "big")
        self.assertEqual([leaf.hex() for leaf in leaves], self.vectors["attachment"]["leaves"])
        self.assertEqual(blake2b_256(b"\1" + size + b"".join(leaves)).hex(), self.vectors["attachment"]["tree"])

    def test_export_holds(self):
        roots = [one["fingerprint"] for one in self.vectors["parties"]]
        export = Export(unhex(self.vectors["export"]), roots)
        self.assertEqual(export.problems, [])
        self.assertEqual([one.hex() for one in export.record.canonical_order()], self.vectors["canonical_order"])
        self.assertFalse(Export(unhex(self.vectors["export"]), roots[:1]).holds)

    def test_bodies_have_the_forms_of_their_kinds(self):
        rules = {1: "text-body", 3: "acknowledged-body"}
        for one in self.vectors["entries"]:
            openline().decode(rules[decode(unhex(one["header"]))[8]], unhex(one["body"]))
        with self.assertRaises(FormatError):
            openline().decode("text-body", encode({1: "words"}))


class Compression(unittest.TestCase):
    def setUp(self):
        self.vectors = vectors("compression")

    def test_dictionaries_are_those_of_the_table(self):
        self.assertEqual(self.vectors["edition"], packed_bodies.EDITION)
        for one in self.vectors["dictionaries"]:
            data = packed_bodies.dictionary(one["number"])
            self.assertEqual((len(data), blake2b_256(data).hex(), packed_bodies.LANGUAGES[one["number"]]),
                             (one["size"], one["hash"], one["language"]))

    def test_unpacks_and_what_it_packs_unpacks(self):
        for one in self.vectors["packed"]:
            with self.subTest(what=one["what"]):
                body = packed_bodies.unpack(one["dictionary"], unhex(one["packed"]))
                self.assertEqual((len(body), blake2b_256(body).hex()), (one["size"], one["hash"]))
                self.assertEqual(one.get("body", body.hex()), body.hex())
                again = packed_bodies.pack(one["dictionary"], body)
                self.assertEqual(packed_bodies.unpack(one["dictionary"], again), body)

    def test_refuses(self):
        for one in self.vectors["refused"]:
            with self.subTest(what=one["what"]), self.assertRaises(packed_bodies.UnpackError):
                packed_bodies.unpack(one["dictionary"], unhex(one["packed"]))


class Coding(unittest.TestCase):
    def test_repairs_and_what_any_k_give_back(self):
        found = vectors("coding")
        self.assertEqual(found["polynomial"], coding.POLYNOMIAL)
        for one in found["inverses"]:
            self.assertEqual(coding.INVERSES[one["of"]], one["is"])
        for generation in found["generations"]:
            data, k = list(map(unhex, generation["data"])), generation["k"]
            repairs = {one["index"]: unhex(one["symbol"]) for one in generation["repairs"]}
            self.assertEqual({index: coding.symbol(data, index) for index in repairs}, repairs)
            self.assertEqual(coding.decode(k, repairs | dict(enumerate(data))), data)


class Narrow(unittest.TestCase):
    def setUp(self):
        self.vectors = vectors("narrow")
        self.key = unhex(self.vectors["sending_key"])

    def test_symbols_of_a_block(self):
        number, path, symbols = self.vectors["number"], self.vectors["path_id"], map(unhex, self.vectors["symbols"])
        block, k = small_packets.block(self.key, self.vectors["receiver_index"], path, number,
                                       unhex(self.vectors["plain"]), largest_symbol=46)
        self.assertEqual((block.hex(), k), (self.vectors["block"], self.vectors["k"]))
        for packet in symbols:
            self.assertEqual(small_packets.symbol_packet(self.key, path, number, block, k, packet[3]), packet)

    def test_reports_are_authentic(self):
        for one in self.vectors["reports"]:
            packet = unhex(one["packet"])
            self.assertTrue(small_packets.report_is_authentic(self.key, packet, one["newest"]))
            self.assertFalse(small_packets.report_is_authentic(self.key, packet, one["newest"] + 65536))
        self.assertEqual(small_packets.read_report(unhex(self.vectors["reports"][1]["packet"]))["missing"], 128)

    def test_pieces_of_a_handshake_packet(self):
        packet, wanted = unhex(self.vectors["handshake_packet"]), list(map(unhex, self.vectors["pieces"]))
        k, piece = small_packets.pieces(packet, unhex(self.vectors["responder_key"]), unhex(self.vectors["psk"]),
                                        len(wanted[0]) - 5 - small_packets.MAC)
        self.assertEqual([piece(one[4]) for one in wanted], wanted)
        symbols = {one[4]: one[5:-small_packets.MAC] for one in wanted}
        self.assertEqual(small_packets.whole_packet(b"".join(coding.decode(k, symbols))), packet)


if __name__ == "__main__":
    main()
