-- Version 2: what was refused is summed apart from the rest, so that whether it counts is a question
-- of the moment that asks and not of a moment that has been.

DROP INDEX payments_refused;
DROP INDEX payments_time;
CREATE INDEX payments_time ON payments
  (reserved_at, seq, state, dollar, symbol, host, authority, counted);

-- Taken out of the sums here; the program counts these entries anew after this script.
UPDATE payments SET counted = 0 WHERE state = 'rejected';

DROP TRIGGER counted_first;
DROP TRIGGER counted_again;
ALTER TABLE counted ADD COLUMN refused INTEGER NOT NULL DEFAULT 0 CHECK (refused >= 0);

CREATE TRIGGER counted_first AFTER INSERT ON payments BEGIN
  INSERT INTO counted
    SELECT unit, scope, hour, iif(NEW.state = 'rejected', 0, NEW.counted),
           iif(NEW.state = 'rejected', NEW.counted, 0)
    FROM (SELECT upper(NEW.symbol) AS unit UNION ALL SELECT '$' WHERE NEW.dollar),
         (SELECT '' AS scope UNION ALL SELECT NEW.host UNION ALL SELECT NEW.authority),
         (SELECT -1 AS hour UNION ALL SELECT NEW.reserved_at / 3600)
    WHERE true -- tells SQLite's parser that ON belongs to the insertion
    ON CONFLICT DO UPDATE
      SET amount = amount + excluded.amount, refused = refused + excluded.refused;
END;

CREATE TRIGGER counted_again AFTER UPDATE OF counted, state ON payments
WHEN NEW.counted <> OLD.counted OR (NEW.state = 'rejected') <> (OLD.state = 'rejected') BEGIN
  UPDATE counted
    SET amount = amount + iif(NEW.state = 'rejected', 0, NEW.counted)
                        - iif(OLD.state = 'rejected', 0, OLD.counted),
        refused = refused + iif(NEW.state = 'rejected', NEW.counted, 0)
                          - iif(OLD.state = 'rejected', OLD.counted, 0)
    WHERE unit IN (upper(NEW.symbol), CASE WHEN NEW.dollar THEN '$' END)
      AND scope IN ('', NEW.host, NEW.authority)
      AND hour IN (-1, NEW.reserved_at / 3600);
END;
