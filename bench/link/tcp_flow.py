#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A TCP flow that always has something to send, with the congestion control that most hosts have.

  tcp_flow.py take ADDRESS PORT        tcp_flow.py give ADDRESS PORT
"""

import socket
import sys


def take(address):
    with socket.create_server(address) as listening:
        connection, _ = listening.accept()
        while connection.recv(1 << 16):
            pass


def give(address):
    with socket.socket() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
        connection.connect(address)
        block = bytes(1 << 16)
        while True:
            connection.sendall(block)


if __name__ == "__main__":
    direction, host, port = sys.argv[1:]
    {"take": take, "give": give}[direction]((host, int(port)))
