"""A queue system that loses nothing: it sends each message until the broker has acknowledged it.

A broker that is killed may have acknowledged what it had not yet written to its disk, so what was
acknowledged shortly before a loss is sent again too. Displays are made for that: the same call twice
is one call. The Message Expiry is what is left of the call's time at each sending, as MQTT 5 wants
it from whoever stores and forwards.
"""

import datetime
import json
import math
import socket
import threading
import time

import paho.mqtt.client
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from parts import EVENT, PREFIX, mono_us

UNSURE_US = 2000000  # what was acknowledged so shortly before a loss is sent again
TTL_SECONDS = 120


def now_text():
    """RFC 3339, as the contract wants it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Message:
    """One message, from when it was made until it is surely with the broker. Other topics than the
    hall's events are retained; None clears one."""

    def __init__(self, event, topic=EVENT):
        self.event = event
        self.topic = topic
        self.made_us = mono_us()
        self.acknowledged_us = None
        if topic == EVENT:
            event["time"] = now_text()
            event["ttl"] = TTL_SECONDS

    def payload(self):
        return b"" if self.event is None else json.dumps(self.event)

    def expiry_s(self):
        return max(1, math.ceil(TTL_SECONDS - (mono_us() - self.made_us) / 1e6))


class QueueSystem(threading.Thread):
    """Give it events with send(); it deals with a broker that comes and goes."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port = port
        self.lock = threading.Condition()
        self.messages = []
        self.unsent = []
        self.in_flight = {}
        self.early = set()  # acknowledged before publish had answered
        self.sendings = 0
        self.losses = 0
        self.ending = False
        self.lost = threading.Event()

    def send(self, event, topic=EVENT):
        message = Message(event, topic)
        with self.lock:
            self.messages.append(message)
            self.unsent.append(message)
            self.lock.notify()
        return message

    def on_publish(self, _client, _data, mid):
        with self.lock:
            message = self.in_flight.pop(mid, None)
            if message is None:
                self.early.add(mid)
            else:
                message.acknowledged_us = mono_us()

    def connect(self):
        """A connected client, or None."""
        self.lost.clear()
        connected = threading.Event()
        client = paho.mqtt.client.Client(client_id="queue", protocol=paho.mqtt.client.MQTTv5)
        client.on_publish = self.on_publish
        client.on_connect = lambda *_: connected.set()
        client.on_disconnect = lambda *_: self.lost.set()
        client.max_inflight_messages_set(200)
        try:
            client.connect("127.0.0.1", self.port, clean_start=True)
        except (OSError, socket.timeout):
            return None
        client.loop_start()
        if connected.wait(5):
            return client
        client.loop_stop()
        return None

    def publish(self, client, message):
        properties = Properties(PacketTypes.PUBLISH)
        retained = message.topic != EVENT
        if not retained:
            properties.MessageExpiryInterval = message.expiry_s()
        # Not under our lock: Paho calls on_publish with its own held, and publish takes that too.
        info = client.publish(f"{PREFIX}/{message.topic}", message.payload(), qos=1,
                              retain=retained, properties=properties)
        with self.lock:
            self.sendings += 1
            if info.mid in self.early:
                self.early.discard(info.mid)
                message.acknowledged_us = mono_us()
            else:
                self.in_flight[info.mid] = message

    def serve(self, client):
        while not self.ending and not self.lost.is_set():
            with self.lock:
                if not self.unsent:
                    self.lock.wait(0.02)
                batch, self.unsent = self.unsent, []
            for message in batch:
                self.publish(client, message)

    def take_back(self):
        """After a loss: everything that may not have reached the broker's disk is unsent again."""
        now = mono_us()
        with self.lock:
            self.in_flight.clear()
            self.early.clear()
            self.unsent = [m for m in self.messages
                           if m.acknowledged_us is None or now - m.acknowledged_us < UNSURE_US]
            self.losses += 1

    def run(self):
        while not self.ending:
            client = self.connect()
            if client is None:
                time.sleep(0.1)
                continue
            self.serve(client)
            client.loop_stop()
            if not self.ending:
                self.take_back()
            client.disconnect()

    def stop(self):
        self.ending = True
        self.join(10)
