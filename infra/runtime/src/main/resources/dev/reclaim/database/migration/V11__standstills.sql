-- Policies that workers had to stop, and why; who waits for their events looks here. A row goes when a claim of the policy
-- is carried out again; what nobody has seen for a while says nothing.
CREATE TABLE stopped_policy (
  policy  text        PRIMARY KEY,
  reason  text        NOT NULL,
  since   timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN stopped_policy.seen_at IS 'when a claim of the policy met it last';

-- Where an event lies, so that it is known whose events the brokers have dropped unread.
ALTER TABLE run_event ADD COLUMN topic text, ADD COLUMN record_partition int, ADD COLUMN record_offset bigint;
