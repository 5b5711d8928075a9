#!/usr/bin/python3
"""A broker that misbehaves in one chosen way.

It speaks just enough MQTT 5 and 3.1.1 to get a display as far as the switch wants it: CONNECT, an
answer, SUBSCRIBE, an answer, PINGREQ and QoS 1 publications. A switch is a class whose methods take
the place of those of the polite broker, so that each says only what it does wrong.

By hand: hostile_broker.py --port 1883 --switch rst-mid-packet (--list names them all).

Refused: a proxy that damages a real broker's bytes. What comes out is then a matter of chance, and
several of these faults (a refusal with a code, a length that never ends) cannot be made that way.
"""

import argparse
import asyncio
import json
import socket
import struct
import threading

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 8, 9, 12, 13, 14
EVENT = "hallcall/1/demo/hall/main/event"
CALL = {"id": "hostile-1", "n": 1, "ticket": "A101", "counter": "3"}
BYTE_SECONDS = 0.002


def length_bytes(length):
    """MQTT's variable byte integer."""
    out = bytearray()
    while True:
        length, low = length // 128, length % 128
        out.append(low | (128 if length else 0))
        if not length:
            return bytes(out)


def packet(kind, body=b"", flags=0):
    return bytes([kind << 4 | flags]) + length_bytes(len(body)) + body


def publish(topic, payload, version):
    name = topic.encode()
    properties = b"\0" if version == 5 else b""
    return packet(PUBLISH, struct.pack(">H", len(name)) + name + properties + payload)


class Polite:
    """One connection, answered as a broker should; what every switch starts from."""

    version = 5

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def read_packet(self):
        first = (await self.reader.readexactly(1))[0]
        length = shift = 0
        while True:
            byte = (await self.reader.readexactly(1))[0]
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        return first >> 4, first & 15, await self.reader.readexactly(length)

    async def serve(self):
        while True:
            kind, flags, body = await self.read_packet()
            if kind == CONNECT:
                self.version = body[6]
                await self.connected()
            elif kind == SUBSCRIBE:
                await self.subscribed(body)
            elif kind == PINGREQ:
                await self.pinged()
            elif kind == PUBLISH and flags >> 1 & 3 == 1:
                size = struct.unpack(">H", body[:2])[0]
                await self.send(packet(PUBACK, body[2 + size:4 + size]))
            elif kind == DISCONNECT:
                return

    async def connected(self):
        await self.connack(0)

    async def connack(self, code):
        await self.send(packet(CONNACK, bytes([0, code]) + (b"\0" if self.version == 5 else b"")))

    async def subscribed(self, body):
        await self.suback(body, 1)

    async def suback(self, body, code):
        skip = 2
        if self.version == 5:
            skip += 1 + body[2]
        count, at = 0, skip
        while at < len(body):
            at += 3 + struct.unpack(">H", body[at:at + 2])[0]
            count += 1
        properties = b"\0" if self.version == 5 else b""
        await self.send(packet(SUBACK, body[:2] + properties + bytes([code] * count)))

    async def pinged(self):
        await self.send(packet(PINGRESP))

    async def call(self):
        await self.send(publish(EVENT, json.dumps(CALL).encode(), self.version))

    async def reset(self):
        """The connection ends with RST, as when a machine was switched off and on."""
        await self.writer.drain()
        raw = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


def refusing(code):
    class Refusing(Polite):
        async def connected(self):
            await self.connack(code)
            self.writer.close()
    return Refusing


class ConnackTooShort(Polite):
    async def connected(self):
        await self.send(packet(CONNACK, b"\0"))
        self.writer.close()


class ConnackTooLong(Polite):
    async def connected(self):
        await self.send(packet(CONNACK, b"\0\0" + b"\xff" * 198))
        self.writer.close()


class OtherPacketThanConnack(Polite):
    async def connected(self):
        await self.send(packet(SUBACK, b"\0\1\0\0"))
        self.writer.close()


class NotMqtt(Polite):
    async def connected(self):
        await self.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        self.writer.close()


class ClosesAfterConnect(Polite):
    async def connected(self):
        self.writer.close()


class NeverAnswers(Polite):
    async def connected(self):
        pass


class RefusesMqtt5(Polite):
    """As brokers do that know 3.1.1 only: that version's answer and code."""

    async def connected(self):
        if self.version == 5:
            await self.send(packet(CONNACK, b"\0\1"))
            self.writer.close()
        else:
            await self.connack(0)

    async def subscribed(self, body):
        await super().subscribed(body)
        await self.call()


class PublishBeforeSuback(Polite):
    async def subscribed(self, body):
        await self.call()
        await super().subscribed(body)


class ByteByByte(Polite):
    async def send(self, data):
        for byte in data:
            self.writer.write(bytes([byte]))
            await self.writer.drain()
            await asyncio.sleep(BYTE_SECONDS)

    async def subscribed(self, body):
        await super().subscribed(body)
        await self.call()


class GiantLength(Polite):
    """Announces the largest packet that MQTT knows, sends a little of it, and waits."""

    async def subscribed(self, body):
        await super().subscribed(body)
        await self.send(bytes([PUBLISH << 4]) + length_bytes(268435455) + b"\0\5hello" * 100)

    async def pinged(self):
        pass


class EndlessLength(Polite):
    """A length of more bytes than there may be."""

    async def subscribed(self, body):
        await super().subscribed(body)
        await self.send(bytes([PUBLISH << 4]) + b"\xff" * 16)


class Garbage(Polite):
    async def subscribed(self, body):
        await super().subscribed(body)
        await self.send(bytes(range(255, 0, -1)) * 16)


def disconnecting(code):
    class Disconnecting(Polite):
        async def subscribed(self, body):
            await super().subscribed(body)
            await self.send(packet(DISCONNECT, bytes([code, 0])))
            self.writer.close()
    return Disconnecting


class ResetMidPacket(Polite):
    async def subscribed(self, body):
        await super().subscribed(body)
        whole = publish(EVENT, json.dumps(CALL).encode(), self.version)
        await self.send(whole[:len(whole) // 2])
        await self.reset()


class NoPingresp(Polite):
    async def pinged(self):
        pass


class SubackRefused(Polite):
    async def subscribed(self, body):
        await self.suback(body, 135 if self.version == 5 else 128)


class SubackNever(Polite):
    async def subscribed(self, body):
        pass


SWITCHES = {
    "connack-not-authorised": refusing(135),
    "connack-bad-password": refusing(134),
    "connack-unavailable": refusing(136),
    "connack-banned": refusing(138),
    "connack-unknown-code": refusing(200),
    "connack-too-short": ConnackTooShort,
    "connack-too-long": ConnackTooLong,
    "connack-other-packet": OtherPacketThanConnack,
    "not-mqtt": NotMqtt,
    "closes-after-connect": ClosesAfterConnect,
    "never-answers": NeverAnswers,
    "refuses-mqtt-5": RefusesMqtt5,
    "publish-before-suback": PublishBeforeSuback,
    "byte-by-byte": ByteByByte,
    "giant-length": GiantLength,
    "endless-length": EndlessLength,
    "garbage": Garbage,
    "disconnect-taken-over": disconnecting(142),
    "disconnect-shutting-down": disconnecting(139),
    "rst-mid-packet": ResetMidPacket,
    "no-pingresp": NoPingresp,
    "suback-refused": SubackRefused,
    "suback-never": SubackNever,
}


class HostileBroker:
    """Serves one switch on a port of 127.0.0.1, in a thread of its own, until it is stopped."""

    def __init__(self, port, switch):
        self.port = port
        self.kind = SWITCHES[switch]
        self.connections = 0
        self.writers = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.listening = threading.Event()

    async def accept(self, reader, writer):
        self.connections += 1
        self.writers.add(writer)
        try:
            await self.kind(reader, writer).serve()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(
            asyncio.start_server(self.accept, "127.0.0.1", self.port, reuse_address=True))
        self.listening.set()
        self.loop.run_forever()

    def start(self):
        self.thread.start()
        assert self.listening.wait(10), f"port {self.port} cannot be listened to"
        return self

    def close(self):
        self.server.close()
        for writer in list(self.writers):
            writer.transport.abort()
        # One more turn of the loop, so that the aborted sockets are really closed.
        self.loop.call_later(0.05, self.loop.stop)

    def stop(self):
        if self.thread.is_alive():
            self.loop.call_soon_threadsafe(self.close)
            self.thread.join(5)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=1883)
    parser.add_argument("--switch", choices=sorted(SWITCHES), default="closes-after-connect")
    parser.add_argument("--list", action="store_true", help="name the switches and end")
    arguments = parser.parse_args()
    if arguments.list:
        print("\n".join(SWITCHES))
        return
    HostileBroker(arguments.port, arguments.switch).start().thread.join()


if __name__ == "__main__":
    main()
