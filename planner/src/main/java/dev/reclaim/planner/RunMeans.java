package dev.reclaim.planner;

/** What carrying a run out takes, of whatever policy. */
record RunMeans(
    PolicyScans scans,
    ClaimPublisher publisher,
    RunLedger ledger,
    Standstills standstills,
    Clockwork clockwork) {}
