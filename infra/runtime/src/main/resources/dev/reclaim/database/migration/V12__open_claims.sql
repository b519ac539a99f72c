-- Which events may have open intents. So nobody looks for these among all intents, and no index of the intents has a
-- column that changes when one is closed: with that, closing one would write every index again (it was 4 times slower).
CREATE TABLE open_claim (
  store      text NOT NULL,
  planned_on date NOT NULL,
  source     text NOT NULL,
  id         text NOT NULL,
  PRIMARY KEY (store, planned_on, source, id)
);
COMMENT ON TABLE open_claim IS 'events that may have open intents; every open intent''s event is here';
INSERT INTO open_claim SELECT DISTINCT store, planned_on, source, id FROM store_intent WHERE state = 'intent';
DROP INDEX store_intent_open;
