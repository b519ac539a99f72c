package dev.reclaim.events;

/**
 * The topics' names under one prefix.
 *
 * @param prefix {@code reclaim.} unless an installation shares its cluster with another
 */
public record Topics(String prefix) {
  public static final Topics DEFAULT = new Topics("reclaim.");

  /** {@link ExpiredRecords} and {@link ExpiredPartition}; any key. */
  public String expiredRecords() {
    return prefix + "expired-records";
  }

  /** {@link OrphanedFiles}, {@link StoreLeftovers} and {@link QuarantinedFiles}; any key. */
  public String orphanedFiles() {
    return prefix + "orphaned-files";
  }

  /**
   * Claims that wait for a backend that is away, as they came, with a time before which to wait.
   */
  public String deferred() {
    return prefix + "deferred";
  }

  /** {@link CleanupOutcome} by policy. */
  public String outcomes() {
    return prefix + "outcomes";
  }

  /** {@link ReclaimedSpace} by {@link MetricsKey}, compacted. */
  public String metrics() {
    return prefix + "metrics";
  }

  /** From {@code metrics rebuild} to the metrics job; of interest to nobody else. */
  public String metricsRebuild() {
    return prefix + "metrics-rebuild";
  }

  /** Records as they came, the reason in headers. */
  public String deadLetters() {
    return prefix + "dead-letters";
  }

  /** The topic on which claims of a kind travel. */
  public String of(ClaimKind kind) {
    return switch (kind) {
      case EXPIRED_RECORDS, EXPIRED_PARTITION -> expiredRecords();
      case ORPHANED_FILES, STORE_LEFTOVERS, QUARANTINED_FILES -> orphanedFiles();
    };
  }
}
