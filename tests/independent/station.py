# SPDX-License-Identifier: Apache-2.0
"""A station of one party with one peer, over UDP: docs/protocol.md sections 5, 7 and 8."""

import select
import socket
import time

import brief_forms
from agreements import Agreement, sign, signers
from canonical_cbor import encode
from cards import Party, checked_locator, pair_psk
from cddl import openline
from crypto import exchange_public
from frames import (CLOSING, FRAGMENT, PING, STATEMENT, WHOLE_OBJECT, Assembly, encode_frames, read_frames)
from line import TEST, TEST_ANSWER, TEST_CLASS, Line, LineError
from noise import Initiator, NoiseError, Responder
from session import Session
from transport import (COOKIE, FIRST_MESSAGE, RESPONSE, first_message, handshake_payload, prologue, read_cookie,
                       read_first_message, read_handshake_payload, read_response, receiver_index, response)

(HELLO, CARDS, LOCATOR, AGREEMENT, REFUSAL, RUN, HEADS, PRESENCE, ATTACHMENT_REQUEST, ATTACHMENT_DATA,
 ATTACHMENT_MISSING, HEADS_WANTED, BRIEF_RUN, BRIEF_HEADS, BRIEF_PRESENCE, WHOLE_WANTED) = range(1, 17)
SOFTWARE = "independent"
HEADS_INTERVAL = 0.02
DECLINES = 2.5  # seconds for which the winner of a collision does not answer (section 15, 5.4)


class Call:
    """A first message of this station that was not answered yet."""

    def __init__(self, station):
        peer = station.peer
        self.index = station.random_index()
        self.noise = Initiator(prologue(peer.generation), station.identity.session_secret, peer.session_key, peer.psk,
                               station.random.randbytes(32))
        frames = encode_frames([station.number_object(message) for message in station.urgent])
        self._message = self.noise.write(handshake_payload(station.epoch, station.locator, frames))
        self.repeat_at, self._wait = 0.0, 1.0
        self.declines_until = time.monotonic() + DECLINES
        self._peer = peer

    def packet(self, cookie=None):
        packet = first_message(self._peer.generation, self.index, self._message, self._peer.session_key, cookie)
        self.mac1 = packet[-32:-16]
        self.repeat_at, self._wait = time.monotonic() + self._wait, min(2 * self._wait, 30)
        return packet


class Peer:
    """Another party's station as its card file and later locators tell."""

    def __init__(self, card_file, own_station, courier_key):
        self.party = card_file.party
        (self.station, self.locator), = card_file.locators.items()
        key, self.generation = courier_key or (bytes(32), 0)
        self.psk = pair_psk(own_station, self.station, key, self.generation)
        self.assemblies = {}
        self.epoch = None
        self.hello = None

    @property
    def session_key(self):
        return self.locator[3]

    @property
    def address(self):
        endpoint = next(address[2] for address in self.locator[4] if address[1] == "udp")
        host, port = endpoint.rsplit(":", 1)
        return host, int(port)


class Station:
    """Reads packets, takes messages, and answers what the protocol asks of a member's station."""

    def __init__(self, identity, peer_card_file, random, port, courier_key=None, editions=()):
        self.identity, self.random = identity, random
        self.epoch = random.randbytes(8)
        self.peer = Peer(peer_card_file, identity.station.public, courier_key)
        self.own_party = Party([identity.signed_card])
        self.locator = identity.signed_locator(1, exchange_public(identity.session_secret),
                                               [["main", "udp", f"127.0.0.1:{port}"]], editions)
        self.urgent = []  # messages that go in the first message already
        self.lines, self.proposals = {}, {}
        self.session = self.call = None
        self.sessions = {}
        self.counts = {}
        self.answers_tests = True
        self._cookie = None
        self._answered = {}  # ephemeral key of a first message -> its response
        self._next_object = 0
        self._heads_due = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))

    def restart(self):
        """As after a crash: no session, a new epoch, new incarnations; the record is still there."""
        self.session, self.sessions, self.epoch = None, {}, self.random.randbytes(8)
        self._next_object, self.peer.assemblies = 0, {}
        for line in self.lines.values():
            line.begin_incarnation(self.random.randbytes(8))

    def renew_session_key(self, counter):
        """A new session key, told by a newer locator (section 4.3)."""
        self.identity.session_secret = self.random.randbytes(32)
        addresses = openline().decode("locator", self.locator[1])[4]
        self.locator = self.identity.signed_locator(counter, exchange_public(self.identity.session_secret), addresses)

    def close(self):
        if self.session:
            self.session.send([[CLOSING, "done"]])
        self._socket.close()

    def card_file(self):
        return self.identity.card_file(self.locator)

    def random_index(self):
        return self.random.getrandbits(32)

    def count(self, what):
        self.counts[what] = self.counts.get(what, 0) + 1

    # The clock.

    def wait_for(self, what, holds, patience=60.0):
        """Runs the station until `holds()`; its value."""
        end = time.monotonic() + patience
        while not (value := holds()):
            if time.monotonic() > end:
                raise AssertionError(f"did not come true within {patience:.0f} s: {what}; counted: {self.counts}")
            self.turn()
        return value

    def turn(self, patience=0.02):
        """Takes what came, then says what is due."""
        while select.select([self._socket], [], [], patience)[0]:
            self._take(*self._socket.recvfrom(65536))
            patience = 0
        if self.call and time.monotonic() > self.call.repeat_at:
            self._send(self.call.packet(self._cookie))
        self._send_heads()
        if self.session:
            self.session.acknowledge()
            self.session.send_again()

    def _send(self, packet):
        self._socket.sendto(packet, self.peer.address)

    # Sessions.

    def start_call(self):
        self.call = Call(self)

    def _take(self, packet, source):
        kind = packet[0] if packet else None
        if kind == FIRST_MESSAGE:
            self._take_first_message(packet, source)
        elif kind == RESPONSE:
            self._take_response(packet)
        elif kind == COOKIE:
            self._take_cookie(packet)
        elif len(packet) > 7 + 16 and receiver_index(packet) in self.sessions:
            self._take_transport(self.sessions[receiver_index(packet)], packet)
        else:
            self.count("packets of no session")

    def _take_cookie(self, packet):
        found = self.call and read_cookie(packet, self.peer.session_key, self.call.mac1)
        if found and found[0] == self.call.index:
            self.count("cookies")
            self._cookie = found[1]
            self.call.repeat_at = 0.0

    def _take_response(self, packet):
        read = read_response(packet, exchange_public(self.identity.session_secret))
        if read is None or self.call is None or read[1] != self.call.index:
            return self.count("responses of no call")
        payload, sending, receiving, _ = self.call.noise.read(read[2])
        session = Session(self.call.index, read[0], sending, receiving, self._send)
        self.call = None
        self.count("sessions called")
        self._open(session)
        self._take_handshake(payload)
        session.send([[PING]])
        return self._greet()

    def _take_first_message(self, packet, source):
        """Section 5.2 and 5.3: who calls, and an answer to it."""
        read = read_first_message(packet, exchange_public(self.identity.session_secret))
        if read is None or read[0] != self.peer.generation:
            return self.count("first messages dropped")
        ephemeral = read[2][:32]
        if ephemeral in self._answered:
            return self._socket.sendto(self._answered[ephemeral], source)
        noise = Responder(prologue(read[0]), self.identity.session_secret)
        try:
            noise.read_static(read[2])
            payload = noise.read_payload(self.peer.psk)
        except NoiseError:
            return self.count("first messages that do not open")
        if self._wins_collision():
            self.count("first messages declined")
        else:
            self._answered[ephemeral] = self._answer(noise, read[1])
            self._socket.sendto(self._answered[ephemeral], source)
        return self._take_handshake(payload)

    def _wins_collision(self):
        """Section 5.4: both call, and the lower session key is ours."""
        own = exchange_public(self.identity.session_secret)
        return self.call is not None and own < self.peer.session_key and time.monotonic() < self.call.declines_until

    def _answer(self, noise, peer_index):
        index = self.random_index()
        message, sending, receiving, _ = noise.write(handshake_payload(self.epoch), self.random.randbytes(32))
        self.sessions[index] = Session(index, peer_index, sending, receiving, self._send)
        self.count("first messages answered")
        return response(index, peer_index, message, self.peer.session_key)

    def _open(self, session):
        self.sessions[session.own_index] = self.session = session

    def _take_handshake(self, payload):
        """Only whole-object and padding frames count in it (section 15, 5.1)."""
        self.peer.epoch, locator, offset = read_handshake_payload(payload)
        if locator:
            self._take_locator(locator)
        for frame in read_frames(payload, offset):
            if frame[0] == WHOLE_OBJECT:
                self.count("early objects")
                self._take_object(frame)

    def _take_transport(self, session, packet):
        was_confirmed = session.confirmed
        frames = session.take(packet)
        if frames is None:
            return self.count("packets that do not open")
        if not was_confirmed and session is not self.session:
            self.count("sessions answered")
            self._open(session)
            self._greet()
        for frame in frames:
            if frame[0] in (WHOLE_OBJECT, FRAGMENT, STATEMENT):
                self._take_object(frame)
            elif frame[0] == CLOSING:
                self.count("goodbyes")
        if session is not self.session:
            session.acknowledge()
        return None

    def _greet(self):
        """What goes after each session opened (section 7)."""
        known = self.peer.locator[2]
        self.send([HELLO, 1, 1, len(self.peer.party.cards), known, SOFTWARE])
        for data, signatures in self.proposals.values():
            self.send([AGREEMENT, {1: data, 2: signatures}])
        for line in self.lines.values():
            self._heads_due[line.id] = 0.0
            for run in line.lacking(self.peer.station):
                self.send([RUN, run])

    # Messages.

    def number_object(self, message):
        """A message as the whole-object that it travels in."""
        data = encode(openline().check("message", message))
        number, self._next_object = self._next_object, self._next_object + 1
        return [WHOLE_OBJECT, number, data]

    def send(self, message):
        if self.session:
            _, number, data = self.number_object(message)
            self.session.send_object(number, data)

    def _take_object(self, frame):
        assembly = self.peer.assemblies.setdefault(self.peer.epoch, Assembly())
        data = assembly.take(frame)
        if data is None:
            return
        message = openline().decode("message", data)
        self.count(f"message {message[0]}")
        try:
            self._messages[message[0]](self, message)
        except brief_forms.WholeWanted:
            self.count("wholes wanted")
            self.send([WHOLE_WANTED])
        except LineError as error:
            self.count(str(error))

    def _take_hello(self, message):
        _, edition, locator, own_edition, own_locator, _ = message
        self.peer.hello = edition, locator
        if own_edition < 1:
            self.send([CARDS, [self.identity.signed_card]])
        if own_locator < 1:
            self.send([LOCATOR, self.locator])

    def _take_locator(self, signed):
        locator = checked_locator(signed)
        if locator[1] == self.peer.station and locator[2] > self.peer.locator[2]:
            self.count("newer locators")
            self.peer.locator = locator

    def _take_agreement(self, message):
        """Merges the signatures; with all of them the line is there (section 8)."""
        agreement = Agreement(message[1][1])
        parties = [self.own_party, self.peer.party]
        parties.sort(key=lambda party: party.fingerprint)
        signers(agreement, message[1][2], parties)
        known = self.proposals.get(agreement.hash, (agreement.data, []))[1]
        merged = {one[1]: one for one in known + message[1][2]}
        self.proposals[agreement.hash] = agreement.data, [merged[key] for key in sorted(merged)]
        self._make_line(agreement, parties)

    def _make_line(self, agreement, parties):
        signatures = self.proposals[agreement.hash][1]
        if agreement.hash in self.lines or len(signatures) < len(agreement.members):
            return
        self.lines[agreement.hash] = Line(agreement, signatures, parties, self.identity.station,
                                          self.random.randbytes(8))
        self._heads_due[agreement.hash] = 0.0

    def sign_agreement(self, agreement_hash):
        """This party's signature under a proposal, sent to the peer."""
        data, signatures = self.proposals[agreement_hash]
        signatures = sorted([*signatures, sign(self.identity.station, data)], key=lambda one: one[1])
        self._take_agreement([AGREEMENT, {1: data, 2: signatures}])
        self.send([AGREEMENT, {1: data, 2: signatures}])

    def _line(self, name):
        found = [line for line in self.lines.values() if line.id.startswith(name)]
        if len(found) != 1:
            raise brief_forms.WholeWanted("no such line")
        return found[0]

    def _take_run(self, message):
        self._take_run_of(self._line(message[1][1]), message[1])

    def _take_brief_run(self, message):
        line = self._line(message[1])
        if any(short[1] >> 4 for short in message[3]):
            self.count("packed bodies")
        self._take_run_of(line, brief_forms.read_run(message, line.id, self.peer.station, line.record))

    def _take_run_of(self, line, run):
        for entry in line.take_run(run):
            if entry.kind == TEST and self.answers_tests:
                self.write(line, TEST_ANSWER, {1: entry.id}, class_=TEST_CLASS)
        self._heads_due.setdefault(line.id, time.monotonic() + HEADS_INTERVAL)

    def _take_heads(self, message):
        self._line(message[1][0]).take_heads(message[1])

    def _take_brief_heads(self, message):
        line = self._line(message[1])
        line.take_heads(brief_forms.read_heads(message, line.id, self.peer.station, line.record))

    def _take_presence(self, message):
        self._line(message[1][0]).take_presence(message[1])

    def _take_brief_presence(self, message):
        line = self._line(message[1])
        line.take_presence(brief_forms.read_presence(message, line.id, self.peer.station))

    def _ignore(self, message):
        """Of no use to a station with one peer and no attachments."""

    _messages = {
        HELLO: _take_hello, CARDS: _ignore, LOCATOR: lambda self, message: self._take_locator(message[1]),
        AGREEMENT: _take_agreement, REFUSAL: _ignore, RUN: _take_run, HEADS: _take_heads, PRESENCE: _take_presence,
        ATTACHMENT_REQUEST: _ignore, ATTACHMENT_DATA: _ignore, ATTACHMENT_MISSING: _ignore, HEADS_WANTED: _ignore,
        BRIEF_RUN: _take_brief_run, BRIEF_HEADS: _take_brief_heads, BRIEF_PRESENCE: _take_brief_presence,
        WHOLE_WANTED: _ignore,
    }

    # What goes to the peer.

    def write(self, line, kind, body, brief=None, **more):
        """Puts an entry on record and sends it; `brief`: the dictionary of a brief form, 0 for none."""
        run, entry = line.write(kind, body, **more)
        if brief is None:
            self.send([RUN, run])
        else:
            self.send(brief_forms.write_run(run, self.identity.station.public, brief))
        return entry

    def _send_heads(self):
        for line_id, due in list(self._heads_due.items()):
            if self.session and time.monotonic() >= due:
                del self._heads_due[line_id]
                self.send([HEADS, self.lines[line_id].signed_heads()])
