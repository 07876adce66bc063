-- Version 8: 'unsent', for what was signed and of which no byte ever left this machine. Nobody else
-- has its signature, so it counts until it cannot settle any more and not after that: it is in none
-- of the sums.

-- The list of states stands in a CHECK and in the conditions of four partial indexes. No entry has
-- the new state yet, so only the words change (sqlite.org/lang_altertable.html, section 7).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '''signed'', ''sent''', '''signed'', ''unsent'', ''sent''')
  WHERE name IN ('payments', 'payments_open', 'payments_purchase', 'payments_bare', 'payments_place');
PRAGMA writable_schema = RESET;

DROP TRIGGER counted_first;
DROP TRIGGER counted_again;

CREATE TRIGGER counted_first AFTER INSERT ON payments BEGIN
  INSERT INTO counted
    SELECT unit, scope, hour, iif(NEW.state IN ('rejected', 'unsent'), 0, NEW.counted),
           iif(NEW.state = 'rejected', NEW.counted, 0)
    FROM (SELECT upper(NEW.symbol) AS unit UNION ALL SELECT '$' WHERE NEW.dollar),
         (SELECT '' AS scope UNION ALL SELECT NEW.host UNION ALL SELECT NEW.authority),
         (SELECT -1 AS hour UNION ALL SELECT NEW.reserved_at / 3600)
    WHERE true -- tells SQLite's parser that ON belongs to the insertion
    ON CONFLICT DO UPDATE
      SET amount = amount + excluded.amount, refused = refused + excluded.refused;
END;

CREATE TRIGGER counted_again AFTER UPDATE OF counted, state ON payments
WHEN NEW.counted <> OLD.counted
  OR (NEW.state = 'rejected') <> (OLD.state = 'rejected')
  OR (NEW.state = 'unsent') <> (OLD.state = 'unsent')
BEGIN
  UPDATE counted
    SET amount = amount + iif(NEW.state IN ('rejected', 'unsent'), 0, NEW.counted)
                        - iif(OLD.state IN ('rejected', 'unsent'), 0, OLD.counted),
        refused = refused + iif(NEW.state = 'rejected', NEW.counted, 0)
                          - iif(OLD.state = 'rejected', OLD.counted, 0)
    WHERE unit IN (upper(NEW.symbol), CASE WHEN NEW.dollar THEN '$' END)
      AND scope IN ('', NEW.host, NEW.authority)
      AND hour IN (-1, NEW.reserved_at / 3600);
END;
