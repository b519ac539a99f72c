-- What kinds there are is the events' schema's to say.
ALTER TABLE ledger DROP CONSTRAINT ledger_kind_check;
ALTER TABLE ledger ADD CONSTRAINT ledger_kind_check CHECK (kind ~ '^[a-z]+(-[a-z]+)*$');

COMMENT ON COLUMN store_intent.size IS 'bytes that are counted when it goes: none where it is only hidden behind a delete marker';
COMMENT ON COLUMN store_intent.version IS 'the content of a file, as tag@second; or version:id or upload:id of what is no file any more';
