#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Carry a known stream over TCP and compare every byte.

  stream.py serve ADDRESS PORT             for any number of clients
  stream.py send ADDRESS PORT BYTES [N]    N connections carry BYTES in all to the server
  stream.py recv ADDRESS PORT BYTES [N]    ... from the server
  stream.py both ADDRESS PORT BYTES [N]    ... each way, at the same time

The stream is a block of random bytes of a fixed seed, over and over, each copy
numbered, so that a lost, doubled, moved or changed byte cannot hide. The reader
compares and the two ends exchange the CRC of what they saw. Prints a line per
client; status 0 when all was exact.
"""
import random
import socket
import struct
import sys
import threading
import time
import zlib

BLOCK = 1 << 18
PATTERN = random.Random(2026).randbytes(BLOCK)


def block(n, conn):
    return struct.pack("!QQ", n, conn) + PATTERN[16:]


def produce(sock, total, conn):
    crc = sent = n = 0
    while sent < total:
        b = block(n, conn)[:total - sent]
        sock.sendall(b)
        crc = zlib.crc32(b, crc)
        sent += len(b)
        n += 1
    return crc


def consume(sock, total, conn):
    crc = got = n = 0
    buf = memoryview(bytearray(BLOCK))
    while got < total:
        want = min(BLOCK, total - got)
        have = 0
        while have < want:
            r = sock.recv_into(buf[have:want])
            if not r:
                raise EOFError("closed after %d of %d bytes" % (got + have, total))
            have += r
        if buf[:want] != block(n, conn)[:want]:
            expect = block(n, conn)
            at = next(i for i in range(want) if buf[i] != expect[i])
            raise ValueError("byte %d is %#x, want %#x" % (got + at, buf[at], expect[at]))
        crc = zlib.crc32(buf[:want], crc)
        got += want
        n += 1
    return crc


def exact(sock, n):
    data = b""
    while len(data) < n:
        d = sock.recv(n - len(data))
        if not d:
            raise EOFError("closed early")
        data += d
    return data


def trade(sock, total, conn, out, into):
    """Send and receive as asked; then both ends tell their CRCs."""
    result, errors = {}, []

    def work(name, fn):
        try:
            result[name] = fn(sock, total, conn)
        except (OSError, EOFError, ValueError) as e:
            errors.append("%s: %s" % (name, e))
            sock.close()
    threads = [threading.Thread(target=work, args=x) for x in
               ([("send", produce)] if out else []) + ([("recv", consume)] if into else [])]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if errors:
        raise ValueError("; ".join(errors))
    sock.sendall(struct.pack("!II", result.get("send", 0), result.get("recv", 0)))
    theirs = struct.unpack("!II", exact(sock, 8))
    if (out and theirs[1] != result["send"]) or (into and theirs[0] != result["recv"]):
        raise ValueError("the ends saw different data")
    sock.shutdown(socket.SHUT_WR)
    if sock.recv(1):
        raise ValueError("data after the end")


def serve(address, port):
    listener = socket.create_server((address, port), backlog=128)

    def one(c):
        try:
            total, conn, out, into = struct.unpack("!QQBB", exact(c, 18))
            trade(c, total, conn, into, out)
        except (OSError, EOFError, ValueError) as e:
            print("server:", e, flush=True)
        c.close()
    while True:
        c, _ = listener.accept()
        threading.Thread(target=one, args=(c,), daemon=True).start()


def client(how, address, port, total, count):
    share = [total // count + (1 if i < total % count else 0) for i in range(count)]
    failed = []
    start = time.monotonic()

    def one(i):
        try:
            c = socket.create_connection((address, port))
            out, into = how != "recv", how != "send"
            c.sendall(struct.pack("!QQBB", share[i], i, out, into))
            trade(c, share[i], i, out, into)
            c.close()
        except (OSError, EOFError, ValueError) as e:
            failed.append("connection %d: %s" % (i, e))
    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    took = time.monotonic() - start
    for f in failed:
        print(f)
    if failed:
        return 1
    print("%s: %d bytes over %d connections in %.1f s, every byte compared"
          % (how, total, count, took))
    return 0


def main():
    a = sys.argv[1:]
    if a[0] == "serve":
        serve(a[1], int(a[2]))
        return 0
    return client(a[0], a[1], int(a[2]), int(a[3]), int(a[4]) if len(a) > 4 else 1)


sys.exit(main())
