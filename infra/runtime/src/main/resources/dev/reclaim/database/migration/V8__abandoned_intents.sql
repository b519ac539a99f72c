-- What is needed to account for an intent whose event never comes back.
ALTER TABLE store_intent ADD COLUMN policy text, ADD COLUMN run text, ADD COLUMN fenced_at timestamptz;
CREATE INDEX store_intent_open ON store_intent (opened_at) WHERE state = 'intent';

COMMENT ON COLUMN store_intent.opened_at IS 'when the right was taken, or taken again';
COMMENT ON COLUMN store_intent.fenced_at IS 'when a sweep took it from an event that seems to be gone; no older attempt can close it';
