"""A server that only moves bytes: what is measured is the client.

GET answers with as many zeros as its first argument says; any other method has its body read and
thrown away. With a certificate and a key as second and third argument it does so over TLS. Prints
its port, and ends when its standard input does.
"""

import os
import socket
import ssl
import sys
import threading

LENGTH = int(sys.argv[1])
PIECE = bytes(1 << 20)
CONTEXT = None
if len(sys.argv) > 2:
    CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CONTEXT.load_cert_chain(sys.argv[2], sys.argv[3])


def serve(connection):
    with connection:
        if CONTEXT:
            connection = CONTEXT.wrap_socket(connection, server_side=True)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65536)
            if not piece:
                return
            head += piece
        head, _, body = head.partition(b"\r\n\r\n")
        if head.startswith(b"GET"):
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % LENGTH)
            left = LENGTH
            while left:
                left -= connection.send(PIECE[:left] if left < len(PIECE) else PIECE)
        else:
            lines = head.lower().split(b"\r\n")
            left = next(int(line[15:]) for line in lines if line.startswith(b"content-length:")) - len(body)
            if any(line.startswith(b"expect:") for line in lines):
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            buffer = bytearray(1 << 20)
            while left:
                left -= connection.recv_into(buffer, min(left, len(buffer)))
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        if CONTEXT:
            try:
                connection.unwrap()
            except OSError:
                pass  # the client has what it wanted, and is gone


listener = socket.create_server(("127.0.0.1", 0), backlog=16)
print(listener.getsockname()[1], flush=True)


def accept():
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
os._exit(0)
