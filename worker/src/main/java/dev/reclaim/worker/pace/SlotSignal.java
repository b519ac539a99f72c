package dev.reclaim.worker.pace;

import java.util.List;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/**
 * The log that replication slots keep. A slot that is in use and about to be cut off stops
 * deleting; one that nobody uses slows it only, since nothing will become of waiting for it.
 */
final class SlotSignal implements Signal {
  /** Part of {@code max_slot_wal_keep_size} that has to be left. */
  static final double LEFT_MIN = 0.1;

  /** Part that has to be left before a stop ends. */
  static final double LEFT_AGAIN = 0.3;

  /** What a slot in use may keep where the server sets no limit. */
  static final long KEPT_MAX_BYTES = 8L << 30;

  private static final String SLOTS =
      """
      SELECT slot_name, active, wal_status, safe_wal_size,
             pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint AS kept
        FROM pg_replication_slots
       WHERE restart_lsn IS NOT NULL AND wal_status <> 'lost'
      """;

  private boolean stopped;

  /**
   * One slot.
   *
   * @param endangered the server may cut it off at its next checkpoint
   * @param kept bytes of the log it keeps
   * @param left bytes until it is cut off; empty where there is no such limit
   */
  record Slot(String name, boolean active, boolean endangered, long kept, OptionalLong left) {
    /** Part of what it may keep that is left, from 0 to 1. */
    double leftPart() {
      double room = Math.max(0, left.orElse(Long.MAX_VALUE));
      return endangered ? 0 : room / (room + Math.max(1, kept));
    }
  }

  @Override
  public Reading read(Handle handle) {
    return judge(
        handle
            .createQuery(SLOTS)
            .map(
                (row, context) -> {
                  long left = row.getLong("safe_wal_size");
                  boolean unlimited = row.wasNull();
                  return new Slot(
                      row.getString("slot_name"),
                      row.getBoolean("active"),
                      "unreserved".equals(row.getString("wal_status")),
                      row.getLong("kept"),
                      unlimited ? OptionalLong.empty() : OptionalLong.of(left));
                })
            .list());
  }

  /** What the slots at one moment mean. */
  Reading judge(List<Slot> slots) {
    double part = stopped ? LEFT_AGAIN : LEFT_MIN;
    Reading reading = Reading.CALM;
    for (Slot slot : slots) {
      reading = reading.or(judge(slot, part));
    }
    stopped = reading.pressure() == Pressure.HALT;
    return reading;
  }

  private Reading judge(Slot slot, double part) {
    String words =
        "the replication slot %s keeps %.1f GiB of the log"
            .formatted(slot.name(), slot.kept() / (double) (1L << 30));
    if (slot.leftPart() < part) {
      return new Reading(
          slot.active() ? Pressure.HALT : Pressure.SLOW,
          name(),
          words + " and is about to be cut off by max_slot_wal_keep_size");
    }
    boolean much = slot.active() && slot.left().isEmpty() && slot.kept() > KEPT_MAX_BYTES;
    return much ? new Reading(Pressure.SLOW, name(), words) : Reading.CALM;
  }

  @Override
  public String name() {
    return "replication slots";
  }
}
