"""What every server sells, byte for byte the same as goods.mjs: prices are in shop.json."""

import json
from hashlib import sha256
from pathlib import Path

SHOP = json.loads((Path(__file__).parent / "shop.json").read_text())

FREE = "free words\n"
ARTICLE = '{"title":"402","words":"paid for"}\n'
# Where the article is to be had: on terms that differ.
ARTICLES = ["/article", "/dynamic", "/offers", "/extensions", "/upfront", "/mislabelled", "/dearer"]
SLOW = "worth the wait\n"

# How long the slow one takes, in seconds.
WAIT = 2

# 64 KiB that are no text.
BINARY = b"".join(sha256(str(index).encode()).digest() for index in range(2048))

# The large one is 32 MiB, in pieces of 1 MiB: the middleware copies all it has for every piece.
PIECE = BINARY * 16
PIECES = 32
