# SPDX-License-Identifier: Apache-2.0
"""Parties, cards, locators and courier keys: docs/protocol.md section 4."""

import base64
import hashlib

from canonical_cbor import encode
from cddl import FormatError, openline
from crypto import SigningKey, blake2b_256, hkdf_sha256, is_point, is_signed

NO_LINE = b""


class CardError(ValueError):
    """A card, a locator or a file of them that is to be refused."""


def fingerprint(root_key):
    """Section 4.2: 60 digits."""
    digest = hashlib.blake2b(b"openline fingerprint 1" + root_key, digest_size=64).digest()
    groups = (int.from_bytes(digest[5 * i:5 * i + 5], "big") % 100000 for i in range(12))
    return "".join(f"{group:05}" for group in groups)


def armour(what, data):
    """Section 4.5; `what` is CARD or COURIER KEY."""
    text = base64.b64encode(data).decode()
    rows = [text[i:i + 64] for i in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN OPENLINE {what}-----", *rows, f"-----END OPENLINE {what}-----", ""])


def unarmour(what, data):
    """The CBOR in a file that may be in armour, with text around it, or bare."""
    if b"-----BEGIN" not in data:
        return data
    begin, end = f"-----BEGIN OPENLINE {what}-----".encode(), f"-----END OPENLINE {what}-----".encode()
    after = data.partition(begin)[2]
    if end not in after:
        raise CardError(f"this is no armour of a {what.lower()}")
    try:
        return base64.b64decode(b"".join(after.partition(end)[0].split()), validate=True)
    except ValueError as error:
        raise CardError(f"base64: {error}") from None


class Party:
    """A party by its chain of cards (section 4.1)."""

    def __init__(self, signed_cards):
        self.signed_cards = signed_cards
        self.cards = _checked_chain(signed_cards)
        self.root = self.cards[0][1]
        self.fingerprint = fingerprint(self.root)
        self.code = self.cards[-1][3]

    def stations_now(self):
        """The keys of the stations on the newest edition."""
        return {station[1] for station in self.cards[-1][6]}

    def stations(self):
        """The keys of all stations on any edition."""
        return {station[1] for card in self.cards for station in card[6]}


def _checked_chain(signed_cards):
    if len(signed_cards) > 64:
        raise CardError("more than 64 editions")
    cards = []
    for place, signed in enumerate(signed_cards):
        card = openline().decode("card", signed[1])
        _check_card(card, signed)
        if place == 0 and (card[2] != 1 or 7 in card):
            raise CardError("the chain does not begin with edition 1")
        if place > 0:
            _check_succession(cards[-1], signed_cards[place - 1][1], card)
        cards.append(card)
    return cards


def _check_card(card, signed):
    if not is_signed(card[1], "openline card 1", NO_LINE, signed[1], signed[2]):
        raise CardError(f"edition {card[2]} is not signed by its root key")
    keys = [station[1] for station in card[6]]
    if len(set(keys)) != len(keys):
        raise CardError(f"edition {card[2]} lists a station key twice")
    if not all(map(is_point, keys)):
        raise CardError(f"edition {card[2]} lists a key that is no point")


def _check_succession(previous, previous_bytes, card):
    if card[2] != previous[2] + 1 or card.get(7) != blake2b_256(previous_bytes):
        raise CardError(f"edition {card[2]} does not follow edition {previous[2]}")
    if card[1] != previous[1] and previous.get(8) != blake2b_256(card[1]):
        raise CardError(f"edition {card[2]} has a root key that edition {previous[2]} does not name")


def checked_locator(signed):
    """The locator in a signed-locator, if its station signed it."""
    locator = openline().decode("locator", signed[1])
    if not is_signed(locator[1], "openline locator 1", NO_LINE, signed[1], signed[2]):
        raise CardError("a locator is not signed by its station")
    editions = locator.get(5, [])
    if editions != sorted(set(editions)):
        raise CardError("a locator's editions of dictionaries do not ascend")
    return locator


class CardFile:
    """What is in a card file: a party, and its stations' newest locators."""

    def __init__(self, data):
        try:
            found = openline().decode("card-file", unarmour("CARD", data))
            self.party = Party(found[1])
            locators = [checked_locator(signed) for signed in found[2]]
        except FormatError as error:
            raise CardError(str(error)) from None
        self.locators = {}
        for locator in locators:
            if locator[1] not in self.party.stations_now():
                raise CardError("a locator of a station that is not on the newest card")
            if locator[2] > self.locators.get(locator[1], {2: -1})[2]:
                self.locators[locator[1]] = locator


class Identity:
    """A party of one station that this program itself speaks for."""

    def __init__(self, code, root_seed, station_seed, session_secret, language="en"):
        self.root = SigningKey(root_seed)
        self.station = SigningKey(station_seed)
        self.session_secret = session_secret
        card = {1: self.root.public, 2: 1, 3: code, 4: f"Party {code}", 5: [language],
                6: [{1: self.station.public, 2: "primary"}]}
        self.signed_card = _signed(self.root, "openline card 1", "card", card)

    def signed_locator(self, counter, session_key, addresses, editions=()):
        locator = {1: self.station.public, 2: counter, 3: session_key, 4: addresses}
        if editions:
            locator[5] = sorted(editions)
        return _signed(self.station, "openline locator 1", "locator", locator)

    def card_file(self, signed_locator):
        found = {1: [self.signed_card], 2: [signed_locator]}
        return armour("CARD", encode(openline().check("card-file", found))).encode()


def _signed(key, label, rule, value):
    data = encode(openline().check(rule, value))
    return {1: data, 2: key.sign(label, NO_LINE, data)}


def read_courier_key(data):
    """(key, generation) from a courier key file."""
    found = openline().decode("courier-key-file", unarmour("COURIER KEY", data))
    return found[1], found[2]


def pair_psk(station, other, courier_key=bytes(32), generation=0):
    """Section 4.4: what both stations of a pair put into their handshakes."""
    lower, higher = sorted((station, other))
    return hkdf_sha256(b"openline courier key 1", courier_key, bytes([generation]) + lower + higher)
