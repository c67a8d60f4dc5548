#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""An echo server on epoll, and a client that holds many connections at once.

  echo.py server ADDRESS PORT [edge]
  echo.py client ADDRESS PORT CONNECTIONS ROUNDS [BYTES]

The client opens all connections, then ROUNDS times sends BYTES on every one
before it reads any answer; each answer must be what was sent on that
connection. Prints one line and exits with 0 when all were.
"""
import select
import socket
import sys


def server(address, port, edge):
    listener = socket.create_server((address, port), backlog=4096)
    listener.setblocking(False)
    flags = select.EPOLLIN | (select.EPOLLET if edge else 0)
    ep = select.epoll()
    ep.register(listener.fileno(), flags)
    conns = {}
    waiting = {}        # what could not be sent yet
    while True:
        for fd, event in ep.poll():
            if fd == listener.fileno():
                while True:
                    try:
                        c, _ = listener.accept()
                    except BlockingIOError:
                        break
                    c.setblocking(False)
                    conns[c.fileno()] = c
                    ep.register(c.fileno(), flags)
                continue
            c = conns[fd]
            closed = False
            try:
                while not waiting.get(fd):
                    data = c.recv(65536)
                    if not data:
                        closed = True
                        break
                    sent = c.send(data)
                    if sent < len(data):
                        waiting[fd] = data[sent:]
                if event & select.EPOLLOUT and waiting.get(fd):
                    waiting[fd] = waiting[fd][c.send(waiting[fd]):]
            except BlockingIOError:
                pass
            except ConnectionError:
                closed = True
            if closed:
                ep.unregister(fd)
                waiting.pop(fd, None)
                conns.pop(fd).close()
            else:
                ep.modify(fd, flags | (select.EPOLLOUT if waiting.get(fd) else 0))


def client(address, port, count, rounds, size):
    conns = [socket.create_connection((address, port), timeout=60) for _ in range(count)]
    names = {c.getsockname() for c in conns}
    assert len(names) == count, "two connections have one name"
    for r in range(rounds):
        for i, c in enumerate(conns):
            c.sendall(b"%08d" % (r * count + i) + b"x" * (size - 8))
        for i, c in enumerate(conns):
            got = b""
            while len(got) < size:
                data = c.recv(size - len(got))
                assert data, "closed early"
                got += data
            assert got == b"%08d" % (r * count + i) + b"x" * (size - 8), "not what was sent"
    for c in conns:
        c.shutdown(socket.SHUT_WR)
    for c in conns:
        assert c.recv(1) == b"", "data after the end"
        c.close()
    print("%d connections at once, %d messages of %d bytes each, all came back"
          % (count, rounds, size))


def main():
    a = sys.argv[1:]
    if a[0] == "server":
        server(a[1], int(a[2]), "edge" in a[3:])
    else:
        client(a[1], int(a[2]), int(a[3]), int(a[4]), int(a[5]) if len(a) > 5 else 64)


main()
