"""Pays servers that others wrote while they close the connection on which they asked.

    check.py PROGRAM NODE NGINX UVICORN

The password of the wallet comes through a pipe, later than the server keeps an idle connection: by then
the connection is closed, or is being closed. Each payment must be made once, settle, and be in the
ledger once.
"""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PROGRAM, NODE, NGINX, UVICORN = sys.argv[1:5]
HERE = Path(__file__).resolve().parent
PASSWORD = "correct horse"
TERMS = {
    "x402Version": 2,
    "resource": {"url": "http://127.0.0.1/thing"},
    "accepts": [
        {
            "scheme": "exact",
            "network": "eip155:84532",
            "amount": "10000",
            "asset": "0x036CbD53842c5426634e7929541eC2318f3dCF7e",
            "payTo": "0x209693Bc6afc0C5328bA36FaF03C514EF312287C",
            "maxTimeoutSeconds": 120,
            "extra": {"name": "USDC", "version": "2"},
        }
    ],
}
RECEIPT = {"success": True, "transaction": "0x" + "12" * 32, "network": "eip155:84532"}


def coded(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


class Server:
    """A server in a directory of its own, with a log of the payments it was sent."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.log = self.directory / "payments"
        self.log.touch()
        self.process = None
        self.port = None

    def payments(self):
        lines = self.log.read_text().splitlines()
        return [line for line in lines if line not in ("", "-")]

    def close(self):
        self.process.terminate()
        self.process.wait(30)


class Node(Server):
    def __init__(self, directory, *keep_alive):
        super().__init__(directory)
        words = [NODE, HERE / "node.mjs", coded(TERMS), coded(RECEIPT), self.log, *keep_alive]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())


class Uvicorn(Server):
    def __init__(self, directory):
        super().__init__(directory)
        # Bound here and handed over, so that the port is known and nobody else has it.
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        self.port = listener.getsockname()[1]
        known = {"TERMS": coded(TERMS), "RECEIPT": coded(RECEIPT), "LOG": str(self.log)}
        words = [UVICORN, "app:app", "--app-dir", HERE, "--fd", str(listener.fileno())]
        words += ["--timeout-keep-alive", "1", "--log-level", "warning"]
        self.process = subprocess.Popen(
            words, env={**os.environ, **known}, pass_fds=[listener.fileno()]
        )
        listener.close()


class Nginx(Server):
    def __init__(self, directory, options, listen=""):
        super().__init__(directory)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = self.directory / "nginx.conf"
        config.write_text(
            f"""
            daemon off; pid {self.directory}/pid; error_log {self.directory}/errors;
            events {{}}
            http {{
              client_body_temp_path {self.directory}/1; proxy_temp_path {self.directory}/2;
              fastcgi_temp_path {self.directory}/3; uwsgi_temp_path {self.directory}/4;
              scgi_temp_path {self.directory}/5;
              large_client_header_buffers 4 32k;
              log_format payment '$http_payment_signature';
              access_log {self.log} payment;
              server {{
                listen 127.0.0.1:{self.port} {listen}; {options}
                location / {{
                  if ($http_payment_signature = "") {{
                    add_header PAYMENT-REQUIRED "{coded(TERMS)}" always;
                    return 402 "{{}}";
                  }}
                  add_header PAYMENT-RESPONSE "{coded(RECEIPT)}" always;
                  return 200 "paid\\n";
                }}
              }}
            }}
            """
        )
        self.process = subprocess.Popen([NGINX, "-c", config])
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def reload(self):
        self.process.send_signal(signal.SIGHUP)


def run(home, *words, **more):
    env = {"PATH": os.environ["PATH"], "PAY402_HOME": str(home)}
    return subprocess.run([PROGRAM, *words], env=env, capture_output=True, text=True, **more)


def buy(home, server, after, words, meanwhile=None):
    """Buys once; the password is there after so many seconds."""
    pipe = server.directory / "password"
    os.mkfifo(pipe, 0o600)

    def type_it():
        with open(pipe, "w") as password:
            if meanwhile:
                time.sleep(after / 2)
                meanwhile()
            time.sleep(after)
            password.write(PASSWORD)

    typist = threading.Thread(target=type_it, daemon=True)
    typist.start()
    url = f"http://127.0.0.1:{server.port}/thing"
    limits = ["-m", "90", "--max-price", "0.05", "--password-file", str(pipe)]
    return run(home, *limits, *words, url)


def check(name, open_server, after, words=(), meanwhile=None):
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory) / "home"
        home.mkdir(mode=0o700)
        (home / "word").write_text(PASSWORD)
        (home / "word").chmod(0o600)
        made = run(home, "wallet", "new", "--lightkdf", "--password-file", str(home / "word"))
        assert made.returncode == 0, made.stderr
        server = open_server(directory)
        try:
            act = (lambda: meanwhile(server)) if meanwhile else None
            bought = buy(home, server, after, list(words), act)
        finally:
            server.close()
        told = f"{name}: exit {bought.returncode}\n{bought.stdout}{bought.stderr}"
        assert bought.returncode == 0 and bought.stdout == "paid\n", told
        payments = server.payments()
        assert payments and len(set(payments)) == 1, f"{told}{len(set(payments))} payments"
        history = run(home, "history", "--format", "json")
        entries = json.loads(history.stdout)["payments"]
        assert [entry["state"] for entry in entries] == ["settled"], f"{told}{history.stdout}"
        print(f"ok: {name}")


def race(name, open_server, words=()):
    """Buys twenty times, from a server that closes about when the payment is sent."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory) / "home"
        home.mkdir(mode=0o700)
        key = home / "key"
        key.write_text("59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d")
        key.chmod(0o600)
        server = open_server(directory)
        try:
            for number in range(20):
                url = f"http://127.0.0.1:{server.port}/thing/{number}"
                limits = ["-m", "60", "--max-price", "0.05", "--private-key-file", str(key)]
                bought = run(home, *limits, *words, url)
                told = f"{name}: exit {bought.returncode}\n{bought.stdout}{bought.stderr}"
                assert bought.returncode == 0 and bought.stdout == "paid\n", told
        finally:
            server.close()
        assert len(set(server.payments())) == 20, f"{name}: {len(set(server.payments()))} payments"
        history = run(home, "history", "--format", "json")
        states = [entry["state"] for entry in json.loads(history.stdout)["payments"]]
        assert states == ["settled"] * 20, f"{name}: {states}"
        print(f"ok: {name}")


H2 = ["--http2-prior-knowledge"]
check("node keeps a connection for five seconds", Node, 6.5)
check("node keeps it for half a second", lambda d: Node(d, "500"), 1.5)
check("node closes as the password comes", lambda d: Node(d, "1000"), 1.0)
check("uvicorn keeps it for a second", Uvicorn, 2.5)
check("nginx: keepalive_timeout 1", lambda d: Nginx(d, "keepalive_timeout 1;"), 2.5)
check("nginx: as the password comes", lambda d: Nginx(d, "keepalive_timeout 1;"), 1.0)
check("nginx: keepalive_requests 1", lambda d: Nginx(d, "keepalive_requests 1;"), 0.1)
check("nginx is reloaded", lambda d: Nginx(d, ""), 1.0, meanwhile=Nginx.reload)
check(
    "nginx, HTTP/2: keepalive_requests 1",
    lambda d: Nginx(d, "keepalive_requests 1;", "http2"),
    0.1,
    H2,
)
check(
    "nginx, HTTP/2: keepalive_timeout 1",
    lambda d: Nginx(d, "keepalive_timeout 1;", "http2"),
    2.5,
    H2,
)
check("nginx, HTTP/2, is reloaded", lambda d: Nginx(d, "", "http2"), 1.0, H2, Nginx.reload)
for milliseconds in ("2", "5", "10"):
    race(f"node, {milliseconds} ms", lambda d, ms=milliseconds: Node(d, ms))
    keep = f"keepalive_timeout {milliseconds}ms;"
    race(f"nginx, {milliseconds} ms", lambda d, keep=keep: Nginx(d, keep))
    race(f"nginx, HTTP/2, {milliseconds} ms", lambda d, keep=keep: Nginx(d, keep, "http2"), H2)
