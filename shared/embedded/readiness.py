"""Is the embedded broker, or the embedded database, ready? Asked in their own protocols.

An open port says little: the broker accepts connections before its data is loaded. So each is
asked the smallest real question, over a plain socket, because the stack starts before any client
of the services exists and must not need one.
"""

import random
import socket
import struct

HOST = "127.0.0.1"
PORTS = range(20_000, 32_000)
"""Below those that Linux gives to outgoing connections (from 32 768 on)."""

_CLIENT = b"ansvar"
_METADATA_OF_NO_TOPIC = struct.pack(">hhih", 3, 1, 1, len(_CLIENT)) + _CLIENT + struct.pack(">i", 0)
_PING = (
    b"\x10ping\x00" + struct.pack("<i", 1) + b"\x02$db\x00" + struct.pack("<i", 6) + b"admin\x00"
)
_OP_MSG = 2013
_OK = b"\x01ok\x00" + struct.pack("<d", 1.0)


def broker_answers(port: int, timeout: float = 2.0) -> bool:
    """Whether the broker answers a metadata request with at least one broker in it."""
    question = struct.pack(">i", len(_METADATA_OF_NO_TOPIC)) + _METADATA_OF_NO_TOPIC
    try:
        with socket.create_connection((HOST, port), timeout) as line:
            line.sendall(question)
            (size,) = struct.unpack(">i", _exactly(line, 4))
            answer = _exactly(line, size)
    except OSError:
        return False
    correlation, brokers = struct.unpack_from(">ii", answer)
    return bool(correlation == 1 and brokers >= 1)


def database_answers(port: int, timeout: float = 2.0) -> bool:
    """Whether the database answers a ping with ok."""
    document = struct.pack("<i", len(_PING) + 5) + _PING + b"\x00"
    body = struct.pack("<i", 0) + b"\x00" + document
    question = struct.pack("<iiii", 16 + len(body), 1, 0, _OP_MSG) + body
    try:
        with socket.create_connection((HOST, port), timeout) as line:
            line.sendall(question)
            (size,) = struct.unpack("<i", _exactly(line, 4))
            answer = _exactly(line, size - 4)
    except OSError:
        return False
    return _OK in answer


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports that nothing listens on at this moment, none of which an outgoing connection takes
    before they are used, as happens to those that the system chooses itself."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"fewer than {count} ports from {PORTS.start} to {PORTS.stop} are free")


def _exactly(line: socket.socket, count: int) -> bytes:
    parts = b""
    while len(parts) < count:
        part = line.recv(count - len(parts))
        if not part:
            raise ConnectionError("the other side closed the connection")
        parts += part
    return parts
