-- Version 1 of the ledger. Times are Unix seconds. Amounts of tokens are decimal text in atomic
-- units, because they reach 2^256; what budgets count is integer millionths of a whole token.

CREATE TABLE payments (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  state        TEXT NOT NULL CHECK (state IN
                 ('reserved', 'signed', 'sent', 'rejected', 'unknown', 'settled', 'expired')),
  outcome      TEXT,             -- what the last answer was
  reason       TEXT,             -- the server's words on a refusal
  fingerprint  BLOB NOT NULL,    -- of the purchase
  owner        TEXT,             -- the process that is busy with it: a file under live/
  reserved_at  INTEGER NOT NULL,
  signed_at    INTEGER,
  sent_at      INTEGER,          -- the last time
  closed_at    INTEGER,          -- when the state was last changed by an answer or a proof
  sendings     INTEGER NOT NULL DEFAULT 0,
  delivered_at INTEGER,          -- when what it bought had come whole
  method       TEXT NOT NULL,
  url          TEXT NOT NULL,    -- without user and password
  host         TEXT NOT NULL,
  authority    TEXT NOT NULL,    -- host:port
  version      INTEGER,          -- of the protocol
  scheme       TEXT NOT NULL,
  network      TEXT NOT NULL,    -- CAIP-2
  asset        TEXT NOT NULL,    -- the token contract
  symbol       TEXT NOT NULL,
  decimals     INTEGER NOT NULL,
  dollar       INTEGER NOT NULL,
  payer        TEXT NOT NULL,
  payee        TEXT NOT NULL,
  amount       TEXT NOT NULL,    -- the most that can settle
  settled      TEXT,             -- what did
  nonce        TEXT NOT NULL,
  digest       TEXT NOT NULL,
  valid_after  INTEGER NOT NULL,
  valid_before INTEGER NOT NULL,
  max_timeout  INTEGER NOT NULL, -- what the server asked for, in seconds
  tx           TEXT,             -- hash of the settling transaction
  proof        TEXT,             -- who says how it ended: 'server', 'chain', 'clock'
  counted      INTEGER NOT NULL CHECK (counted >= 0)
) STRICT;

-- The history, newest first, and what a budget counts within one hour, from the index alone.
CREATE INDEX payments_time ON payments
  (reserved_at, seq, dollar, symbol, host, authority, counted);
CREATE INDEX payments_host ON payments (host, reserved_at, seq);
CREATE INDEX payments_state ON payments (state, reserved_at, seq);
CREATE INDEX payments_owner ON payments (owner) WHERE owner IS NOT NULL;
CREATE INDEX payments_open ON payments (valid_before)
  WHERE state IN ('reserved', 'signed', 'sent', 'rejected', 'unknown');
CREATE INDEX payments_refused ON payments (valid_before)
  WHERE state = 'rejected' AND counted > 0;
CREATE INDEX payments_purchase ON payments (fingerprint, valid_before)
  WHERE state IN ('signed', 'sent', 'rejected', 'unknown')
    OR (state = 'settled' AND delivered_at IS NULL);

-- The signed bytes, for as long as they may be sent again.
CREATE TABLE headers (
  seq   INTEGER PRIMARY KEY REFERENCES payments ON DELETE CASCADE,
  name  TEXT NOT NULL,
  value TEXT NOT NULL
) STRICT;

-- What the entries count, summed by unit ('$' or a symbol), scope ('' for all, host, host:port) and
-- the hour of the reservation; hour -1 is the sum of all hours. Kept by triggers, so that the sums
-- cannot drift from the entries.
CREATE TABLE counted (
  unit   TEXT NOT NULL,
  scope  TEXT NOT NULL,
  hour   INTEGER NOT NULL,
  amount INTEGER NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (unit, scope, hour)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER counted_first AFTER INSERT ON payments BEGIN
  INSERT INTO counted
    SELECT unit, scope, hour, NEW.counted
    FROM (SELECT upper(NEW.symbol) AS unit UNION ALL SELECT '$' WHERE NEW.dollar),
         (SELECT '' AS scope UNION ALL SELECT NEW.host UNION ALL SELECT NEW.authority),
         (SELECT -1 AS hour UNION ALL SELECT NEW.reserved_at / 3600)
    WHERE true -- tells SQLite's parser that ON belongs to the insertion
    ON CONFLICT DO UPDATE SET amount = amount + excluded.amount;
END;

CREATE TRIGGER counted_again AFTER UPDATE OF counted ON payments
WHEN NEW.counted <> OLD.counted BEGIN
  UPDATE counted SET amount = amount + NEW.counted - OLD.counted
    WHERE unit IN (upper(NEW.symbol), CASE WHEN NEW.dollar THEN '$' END)
      AND scope IN ('', NEW.host, NEW.authority)
      AND hour IN (-1, NEW.reserved_at / 3600);
END;

CREATE TRIGGER counted_never BEFORE DELETE ON payments WHEN OLD.counted <> 0 BEGIN
  SELECT RAISE(ABORT, 'an entry that counts cannot be deleted');
END;

-- What settled, by UTC day (since 1970), host and asset, exactly.
CREATE TABLE settled (
  day      INTEGER NOT NULL,
  host     TEXT NOT NULL,
  network  TEXT NOT NULL,
  asset    TEXT NOT NULL,
  symbol   TEXT NOT NULL,
  decimals INTEGER NOT NULL,
  payments INTEGER NOT NULL,
  amount   TEXT NOT NULL,
  PRIMARY KEY (day, host, network, asset)
) STRICT, WITHOUT ROWID;
