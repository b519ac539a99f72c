-- Every intent is updated once, when its file is gone. With room for the new version on the same page neither of the
-- indexes is written again.
ALTER TABLE store_intent SET (fillfactor = 45);
