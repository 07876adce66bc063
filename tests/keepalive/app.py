"""A shop for uvicorn. TERMS, RECEIPT and LOG are in the environment."""

import os

TERMS, RECEIPT = os.environ["TERMS"].encode(), os.environ["RECEIPT"].encode()


async def app(scope, _receive, send):
    if scope["type"] != "http":
        return
    payment = dict(scope["headers"]).get(b"payment-signature")
    if payment is None:
        status, headers, body = 402, [(b"payment-required", TERMS)], b"{}"
    else:
        with open(os.environ["LOG"], "ab") as log:
            log.write(payment + b"\n")
        status, headers, body = 200, [(b"payment-response", RECEIPT)], b"paid\n"
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
