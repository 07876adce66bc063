-- Version 3: the request without its headers, and as it was before its redirects.

ALTER TABLE payments ADD COLUMN bare BLOB;         -- digest of method, URL and body; null in old entries
ALTER TABLE payments ADD COLUMN asked_method TEXT; -- where redirects changed the method or the URL
ALTER TABLE payments ADD COLUMN asked_url TEXT;

CREATE INDEX payments_bare ON payments (bare, valid_before)
  WHERE state IN ('signed', 'sent', 'rejected', 'unknown')
    OR (state = 'settled' AND delivered_at IS NULL);
