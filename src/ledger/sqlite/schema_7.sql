-- Version 7: what of a purchase arrived, apart from what was said and proved of its money. Of payments from
-- before, as far as it can be told.

ALTER TABLE payments ADD COLUMN delivery TEXT;
ALTER TABLE payments ADD COLUMN came INTEGER;
ALTER TABLE payments ADD COLUMN came_of INTEGER;
ALTER TABLE payments ADD COLUMN came_in TEXT;
ALTER TABLE payments ADD COLUMN came_with INTEGER;

UPDATE payments SET delivery = CASE
  WHEN delivered_at IS NOT NULL THEN 'whole'
  WHEN outcome = 'nothing' THEN 'none'
  WHEN outcome IN ('not-delivered', 'failed', 'refused') THEN 'failed'
END;
