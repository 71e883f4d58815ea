# SPDX-License-Identifier: Apache-2.0
"""What is measured: Openline, and the others by their names. All are used in the same way, by works that know none of them.

  prepare()            while the link is clean: far end up, and what a system has agreed with its far end beforehand
  connect()            the link is bad by now: near end up, so that messages can be given to it
  stop_near(), start_near()     of the process at the near end, for a cold start; start_near() does not wait
  send(text, urgent)   gives a message to the near end; what it returns names it for wait()
  send_file(bytes)     likewise
  wait(what, patience) the time of the monotonic clock when the far end had it; Late if it did not come
"""

from peers.peer import Late, PeerSystem, peer_of

from openline import Openline

PEERS = ("mqtt", "nats", "zeromq", "xmpp", "quic")
NAMES = ("openline", *PEERS)


def system(name, lab, options):
    return Openline(lab, options) if name == "openline" else PeerSystem(name, lab, options)


def can(name, work, link):
    """Whether a system has a way to do this work; a link of two paths is for those that can use both."""
    if name == "openline":
        return True
    peer = peer_of(name)
    return work in peer.works and (not link.second or peer.several_paths)


__all__ = ["NAMES", "PEERS", "Late", "can", "system"]
