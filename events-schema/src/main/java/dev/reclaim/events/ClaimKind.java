package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of claims, and of outcomes after them. */
public enum ClaimKind {
  @JsonProperty("expired-records")
  EXPIRED_RECORDS("dev.reclaim.expired-records.v1", ExpiredRecords.class),
  @JsonProperty("orphaned-files")
  ORPHANED_FILES("dev.reclaim.orphaned-files.v1", OrphanedFiles.class),
  @JsonProperty("expired-partition")
  EXPIRED_PARTITION("dev.reclaim.expired-partition.v1", ExpiredPartition.class),
  @JsonProperty("store-leftovers")
  STORE_LEFTOVERS("dev.reclaim.store-leftovers.v1", StoreLeftovers.class),
  @JsonProperty("quarantined-files")
  QUARANTINED_FILES("dev.reclaim.quarantined-files.v1", QuarantinedFiles.class);

  private final String type;
  private final Class<? extends Claim> payload;

  ClaimKind(String type, Class<? extends Claim> payload) {
    this.type = type;
    this.payload = payload;
  }

  /** The kind of that CloudEvents type. */
  public static Optional<ClaimKind> ofType(String type) {
    return Arrays.stream(values()).filter(kind -> kind.type.equals(type)).findFirst();
  }

  /** The CloudEvents type, {@code ce_type}. */
  public String type() {
    return type;
  }

  /** The record that the value of such an event is read into. */
  public Class<? extends Claim> payload() {
    return payload;
  }
}
