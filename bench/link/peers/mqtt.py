# SPDX-License-Identifier: Apache-2.0
"""MQTT 3.1.1: a mosquitto broker at the far end, QoS 1 over TLS, sessions that survive a lost connection."""

import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from peers.peer import Peer, arrived, certificate, given_messages, ready, run  # noqa: E402

PEER = Peer(
    title="MQTT (mosquitto, QoS 1)",
    packages=("mosquitto", "python3-paho-mqtt", "openssl"),
    durable="the broker saves its state after every change, and delivers without waiting for it",
    protected="TLS, sender to broker",
    several_paths=True,
)
TLS_PORT, LOCAL_PORT, TOPIC = 8883, 1883, "line"
KEEPALIVE_S = 600  # the shorter usual one ends connections whose answers wait behind a queue of minutes

BROKER = """user root
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_interval 1
autosave_on_changes true
max_queued_messages 0
listener {tls_port} 0.0.0.0
certfile {certificate}
keyfile {key}
listener {local_port} 127.0.0.1
"""


def far(ends):
    import paho.mqtt.client as mqtt  # here, since only the peer's own process has it

    certificate_file, key_file = certificate(ends.folder)
    settings = ends.folder / "mosquitto.conf"
    settings.write_text(BROKER.format(folder=ends.folder, tls_port=TLS_PORT, local_port=LOCAL_PORT,
                                      certificate=certificate_file, key=key_file))
    with subprocess.Popen(["mosquitto", "-c", str(settings)], stdout=sys.stderr):
        subscriber = mqtt.Client("far", clean_session=False)
        subscriber.on_connect = lambda *_: subscriber.subscribe(TOPIC, qos=1)
        subscriber.on_subscribe = lambda *_: ready()
        subscriber.on_message = lambda _client, _data, message: arrived(message.payload)
        subscriber.reconnect_delay_set(1, 1)
        subscriber.connect_async("127.0.0.1", LOCAL_PORT)
        subscriber.loop_forever(retry_first_connection=True)


def connection(ends, name):
    import paho.mqtt.client as mqtt

    client = mqtt.Client(name, clean_session=False)
    client.tls_set(str(certificate(ends.folder)[0]))
    client.max_queued_messages_set(0)  # no limit
    client.reconnect_delay_set(1, 5)
    client._connect_timeout = 60  # no setter in this version; its 5 s are too short for a handshake on these links
    client.connect_async(ends.address, TLS_PORT, keepalive=KEEPALIVE_S)
    client.loop_start()
    return client


def near(ends):
    ordinary = connection(ends, "near")
    apart = connection(ends, "near-urgent") if ends.urgent_apart else ordinary
    for urgent, message in given_messages():
        (apart if urgent else ordinary).publish(TOPIC, message, qos=1)
    os._exit(0)  # the harness is gone: the library's threads would wait for the link


if __name__ == "__main__":
    run(near, far)
