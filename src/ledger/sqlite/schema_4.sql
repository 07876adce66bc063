-- Version 4: what is remembered of sellers.

-- The latest payments to an origin that settled.
CREATE INDEX payments_bought ON payments (authority, reserved_at, seq) WHERE state = 'settled';

-- The owner's word on what an origin may ask; an empty text leaves that open.
CREATE TABLE trusted (
  origin  TEXT NOT NULL,    -- scheme://host, with the port where it is not the scheme's own
  network TEXT NOT NULL,    -- CAIP-2
  asset   TEXT NOT NULL,    -- symbol or contract
  payee   TEXT NOT NULL,
  since   INTEGER NOT NULL, -- Unix seconds
  PRIMARY KEY (origin, network, asset, payee)
) STRICT, WITHOUT ROWID;
