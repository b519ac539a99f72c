package dev.reclaim.worker;

import dev.reclaim.worker.claims.ReceivedClaim;

/** A delivery and the claim that was read from it. */
record Taken(Delivery delivery, ReceivedClaim claim) {}
