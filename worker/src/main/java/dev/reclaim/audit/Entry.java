package dev.reclaim.audit;

import java.nio.ByteBuffer;

/**
 * What one account says of one event, in 80 bytes.
 *
 * @param high first half of the digest of the event's identity and policy
 * @param low second half
 * @param group policy and run, as {@link Groups} numbers them
 * @param completedMicros microseconds since 1970
 * @param source number of the database, or partition of the topic
 * @param place flags of a ledger row, or offset of a record
 */
record Entry(
    long high,
    long low,
    int group,
    long completedMicros,
    long rows,
    long files,
    long bytes,
    long deleted,
    long marked,
    int source,
    long place) {
  static final int SIZE_BYTES = 9 * Long.BYTES + 2 * Integer.BYTES;

  /** The ledger row is noted as said. */
  static final long SAID = 1;

  /** The columns of the ledger row are not what its own outcome says. */
  static final long TORN = 2;

  /** The ledger row was not there yet when the ledger was read first. */
  static final long NEW = 4;

  /** By what an event is known again: 128 bits, so that two alike are one. */
  record Key(long high, long low) {}

  Key key() {
    return new Key(high, low);
  }

  boolean is(long flag) {
    return (place & flag) != 0;
  }

  boolean sameAs(Entry other) {
    return group == other.group
        && rows == other.rows
        && files == other.files
        && bytes == other.bytes
        && deleted == other.deleted
        && marked == other.marked
        && completedMicros == other.completedMicros;
  }

  void put(ByteBuffer buffer) {
    buffer.putLong(high).putLong(low).putInt(group).putLong(completedMicros);
    buffer.putLong(rows).putLong(files).putLong(bytes).putLong(deleted).putLong(marked);
    buffer.putInt(source).putLong(place);
  }

  static Entry get(ByteBuffer buffer) {
    return new Entry(
        buffer.getLong(),
        buffer.getLong(),
        buffer.getInt(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.getInt(),
        buffer.getLong());
  }
}
