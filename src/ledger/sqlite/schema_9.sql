-- Version 9: what was signed and never left counts where the owner wants proof, as what was refused does:
-- that it never left is known to one process of this machine alone. Both are in the second sum.

DROP TRIGGER counted_first;
DROP TRIGGER counted_again;

-- Until now it was in none.
UPDATE counted SET refused = refused + coalesce((
  SELECT sum(p.counted) FROM payments AS p
  WHERE p.state = 'unsent'
    AND counted.unit IN (upper(p.symbol), CASE WHEN p.dollar THEN '$' END)
    AND counted.scope IN ('', p.host, p.authority)
    AND counted.hour IN (-1, p.reserved_at / 3600)), 0);

CREATE TRIGGER counted_first AFTER INSERT ON payments BEGIN
  INSERT INTO counted
    SELECT unit, scope, hour, iif(NEW.state IN ('rejected', 'unsent'), 0, NEW.counted),
           iif(NEW.state IN ('rejected', 'unsent'), NEW.counted, 0)
    FROM (SELECT upper(NEW.symbol) AS unit UNION ALL SELECT '$' WHERE NEW.dollar),
         (SELECT '' AS scope UNION ALL SELECT NEW.host UNION ALL SELECT NEW.authority),
         (SELECT -1 AS hour UNION ALL SELECT NEW.reserved_at / 3600)
    WHERE true -- tells SQLite's parser that ON belongs to the insertion
    ON CONFLICT DO UPDATE
      SET amount = amount + excluded.amount, refused = refused + excluded.refused;
END;

CREATE TRIGGER counted_again AFTER UPDATE OF counted, state ON payments
WHEN NEW.counted <> OLD.counted
  OR (NEW.state IN ('rejected', 'unsent')) <> (OLD.state IN ('rejected', 'unsent'))
BEGIN
  UPDATE counted
    SET amount = amount + iif(NEW.state IN ('rejected', 'unsent'), 0, NEW.counted)
                        - iif(OLD.state IN ('rejected', 'unsent'), 0, OLD.counted),
        refused = refused + iif(NEW.state IN ('rejected', 'unsent'), NEW.counted, 0)
                          - iif(OLD.state IN ('rejected', 'unsent'), OLD.counted, 0)
    WHERE unit IN (upper(NEW.symbol), CASE WHEN NEW.dollar THEN '$' END)
      AND scope IN ('', NEW.host, NEW.authority)
      AND hour IN (-1, NEW.reserved_at / 3600);
END;
