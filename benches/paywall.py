"""A paywall that does nothing but answer: what is measured is the client.

Without a payment header it answers 402 with version 2 terms, with one it answers 200. It checks
nothing. Prints its port, and ends when its standard input does.
"""

import base64
import json
import socket
import sys
import threading
import time

DELAY = float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0.0


def header(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


TERMS = header({
    "x402Version": 2,
    "error": "Payment required",
    "resource": {"url": "http://127.0.0.1/", "description": "a benchmark", "mimeType": "text/plain"},
    "accepts": [{
        "scheme": "exact", "network": "eip155:84532", "amount": "1000",
        "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
        "payTo": "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
        "maxTimeoutSeconds": 60, "extra": {"name": "USDC", "version": "2"},
    }],
})
RECEIPT = header({"success": True, "transaction": "0x" + "ab" * 32, "network": "eip155:84532"})
BODY = b"hello\n"
ASKED = f"HTTP/1.1 402 Payment Required\r\nPAYMENT-REQUIRED: {TERMS}\r\nContent-Length: 2\r\n\r\n{{}}".encode()
SERVED = f"HTTP/1.1 200 OK\r\nPAYMENT-RESPONSE: {RECEIPT}\r\nContent-Length: {len(BODY)}\r\n\r\n".encode() + BODY


def serve(connection):
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffered = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in buffered:
                piece = connection.recv(65536)
                if not piece:
                    return
                buffered += piece
            head, _, buffered = buffered.partition(b"\r\n\r\n")
            if DELAY:
                time.sleep(DELAY)
            connection.sendall(SERVED if b"\npayment-signature:" in head.lower() else ASKED)


listener = socket.create_server(("127.0.0.1", 0), backlog=128)
print(listener.getsockname()[1], flush=True)


def accept():
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
