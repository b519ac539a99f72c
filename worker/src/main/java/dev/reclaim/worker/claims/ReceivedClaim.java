package dev.reclaim.worker.claims;

import dev.reclaim.events.Claim;
import dev.reclaim.events.EventIdentity;
import java.util.Map;

/**
 * A claim as it was delivered.
 *
 * @param payloadDigest SHA-256 of the record's value, by which a reused id is found out
 */
public record ReceivedClaim(EventIdentity identity, Claim claim, String payloadDigest) {
  /** The identity as the ledger's columns name it. */
  public Map<String, Object> identityColumns() {
    return columns(identity);
  }

  /** An identity as the ledger's columns name it. */
  public static Map<String, Object> columns(EventIdentity identity) {
    return Map.of(
        "plannedOn", identity.plannedOn(), "source", identity.source(), "id", identity.id());
  }
}
