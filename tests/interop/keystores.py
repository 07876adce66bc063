"""The other implementation of keystores: eth-account's. Secrets come by standard input, as JSON."""

import json
import sys

from eth_account import Account

asked = json.load(sys.stdin)
if "keystore" in asked:
    print("0x" + Account.decrypt(asked["keystore"], asked["password"]).hex().removeprefix("0x"))
else:
    # The least that is still the format: what a key costs to derive is tried elsewhere.
    iterations = {"scrypt": 4096, "pbkdf2": 1000}[asked["kdf"]]
    written = Account.encrypt(asked["key"], asked["password"], asked["kdf"], iterations)
    json.dump(written, sys.stdout)
