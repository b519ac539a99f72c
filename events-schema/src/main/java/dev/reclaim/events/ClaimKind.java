package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The two kinds of claims, and of outcomes after them. */
public enum ClaimKind {
  @JsonProperty("expired-records")
  EXPIRED_RECORDS("dev.reclaim.expired-records.v1", ExpiredRecords.class),
  @JsonProperty("orphaned-files")
  ORPHANED_FILES("dev.reclaim.orphaned-files.v1", OrphanedFiles.class);

  private final String type;
  private final Class<? extends Claim> payload;

  ClaimKind(String type, Class<? extends Claim> payload) {
    this.type = type;
    this.payload = payload;
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
