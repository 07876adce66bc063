-- Version 6: URLs without their fragments, as they are looked up. None is ever sent.

UPDATE payments SET url = substr(url, 1, instr(url, '#') - 1) WHERE instr(url, '#') > 0;
UPDATE payments SET asked_url = substr(asked_url, 1, instr(asked_url, '#') - 1)
  WHERE instr(asked_url, '#') > 0;
