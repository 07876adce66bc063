-- Version 5: what was paid behind redirects, by where it was asked for and by where it was paid.

CREATE INDEX payments_led ON payments (asked_url)
  WHERE state = 'settled' AND asked_url IS NOT NULL;
CREATE INDEX payments_place ON payments (url, valid_before)
  WHERE state IN ('signed', 'sent', 'rejected', 'unknown')
    OR (state = 'settled' AND delivered_at IS NULL);
