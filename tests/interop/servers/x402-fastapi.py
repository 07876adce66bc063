"""Python x402 with FastAPI: version 2 of the protocol."""

import asyncio
import json
import os
import socket
import sys
import threading

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from goods import ARTICLE, ARTICLES, BINARY, FREE, PIECE, PIECES, SHOP, SLOW, WAIT
from x402 import x402ResourceServer
from x402.extensions.bazaar import declare_discovery_extension
from x402.extensions.payment_identifier import (
    declare_payment_identifier_extension,
    payment_identifier_resource_server_extension,
)
from x402.extensions.sign_in_with_x import (
    CreateSIWxResourceServerExtensionOptions,
    DeclareSIWxOptions,
    InMemorySIWxStorage,
    create_siwx_resource_server_extension,
    declare_siwx_extension,
)
from x402.http import HTTPFacilitatorClient
from x402.http.middleware.fastapi import payment_middleware
from x402.http.types import PaymentOption, RouteConfig
from x402.mechanisms.evm.exact import ExactEvmServerScheme
from x402.schemas import AssetAmount

SEPOLIA = "eip155:84532"
MAINNET = "eip155:8453"
USDC = "0x036CbD53842c5426634e7929541eC2318f3dCF7e"
OCTETS = "application/octet-stream"

settings = json.loads(sys.argv[1])
listener = socket.create_server(("127.0.0.1", settings.get("port") or 0))
port = listener.getsockname()[1]
origin = f"http://127.0.0.1:{port}"


def exact(price, **more):
    option = {"scheme": "exact", "network": SEPOLIA, "pay_to": settings["payTo"], "price": price}
    return PaymentOption(**(option | more))


def usdc(amount, **extra):
    return AssetAmount(amount=amount, asset=USDC, extra={"version": "2"} | extra)


# The cheapest, which the program passes over.
permit2 = exact(usdc("500", name="USDC", assetTransferMethod="permit2"))


routes = {
    "GET /dynamic": RouteConfig(
        accepts=exact(lambda context: f"$0.00{context.adapter.get_query_param('words')}"),
        description="so many words, a tenth of a cent each",
    ),
    "GET /offers": RouteConfig(
        accepts=[exact("$0.50"), permit2, exact("$0.001", network=MAINNET), exact("$0.002")],
        description="dear, by Permit2, on another chain, and cheap",
    ),
    "GET /extensions": RouteConfig(
        accepts=exact("$0.001"),
        description="with every extension there is",
        extensions={
            **declare_discovery_extension(),
            **declare_siwx_extension(DeclareSIWxOptions(statement="Read again")),
            "payment-identifier": declare_payment_identifier_extension(True),
        },
    ),
    "GET /upfront": RouteConfig(
        accepts=exact("$0.001", extra={"paymentFlow": "upfront"}),
        description="settled before it is served",
    ),
    "GET /mislabelled": RouteConfig(
        accepts=exact(usdc("1000", name="USD Coin")),
        description="the name of another chain's USDC",
    ),
    # The hook that forces an underpayment.
    "GET /dearer": RouteConfig(
        accepts=exact(lambda context: "$0.002" if context.payment_header else "$0.001"),
        description="the price has risen when the payment comes",
    ),
}
for name, good in SHOP.items():
    routes[f"{good['method']} /{name}"] = RouteConfig(
        accepts=exact(good["price"]), description=name, mime_type=good["mime"]
    )

server = x402ResourceServer(HTTPFacilitatorClient({"url": settings["facilitator"]}))
for network in [SEPOLIA, MAINNET]:
    server.register(network, ExactEvmServerScheme())
server.register_extension(payment_identifier_resource_server_extension)
server.register_extension(
    create_siwx_resource_server_extension(
        CreateSIWxResourceServerExtensionOptions(origin=origin, storage=InMemorySIWxStorage())
    )
)

app = FastAPI()
app.middleware("http")(payment_middleware(routes, server))


@app.get("/free")
def free():
    return PlainTextResponse(FREE)


def article():
    return Response(ARTICLE, media_type="application/json")


for path in ARTICLES:
    app.get(path)(article)


@app.post("/echo")
async def echo(request: Request):
    return Response(await request.body(), media_type=OCTETS)


@app.get("/binary")
def binary():
    return Response(BINARY, media_type=OCTETS)


@app.get("/large")
def large():
    return StreamingResponse((PIECE for _ in range(PIECES)), media_type=OCTETS)


@app.get("/slow")
async def slow():
    await asyncio.sleep(WAIT)
    return PlainTextResponse(SLOW)


@app.get("/fails")
def fails():
    return PlainTextResponse("no goods today\n", status_code=500)


def end_with_the_driver():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_the_driver, daemon=True).start()
print("listening", port, flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listener])
