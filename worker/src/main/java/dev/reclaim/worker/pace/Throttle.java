package dev.reclaim.worker.pace;

/**
 * How many transactions at a time, and how large: added to by steps, halved under pressure, never
 * below one transaction of {@value #ROWS_MIN} rows. Starts at full speed.
 */
final class Throttle {
  static final int ROWS_MIN = 100;
  static final int ROWS_START = 1_000;
  static final int ROWS_MAX = 5_000;
  static final int ROWS_STEP = 100;

  /** Beyond the start, where transactions are short enough to be larger. */
  static final int ROWS_STEP_BEYOND = 1_000;

  /** Samples after a halving in which its effect is waited for. */
  static final int SETTLE_SAMPLES = 2;

  private int connectionsMax;
  private int connections;
  private int rows = ROWS_START;
  private int settling;

  Throttle(int connectionsMax) {
    this.connectionsMax = connectionsMax;
    this.connections = connectionsMax;
  }

  int connections() {
    return connections;
  }

  int connectionsMax() {
    return connectionsMax;
  }

  int rows() {
    return rows;
  }

  /** Whether it is below what it starts with. */
  boolean isSlowed() {
    return connections < connectionsMax || rows < ROWS_START;
  }

  /** Another maximum: a pace that was full stays full. */
  void limit(int most) {
    boolean full = connections == connectionsMax;
    connectionsMax = Math.max(1, most);
    connections = full ? connectionsMax : Math.min(connections, connectionsMax);
  }

  /** Answers one sample. */
  void answer(Pressure pressure, TransactionLength length) {
    settling = Math.max(0, settling - 1);
    switch (pressure) {
      case NONE, UNSEEN -> faster(length);
      case HOLD -> smallerIfLong(length);
      case SLOW, HALT -> slower();
      case AT_ONCE -> atOnce();
    }
  }

  /** How long transactions take, in words that decide about their size. */
  enum TransactionLength {
    /** Larger ones would not be felt, either. */
    SHORT,
    MEDIUM,
    /** Others may feel them. */
    LONG
  }

  private void faster(TransactionLength length) {
    smallerIfLong(length);
    if (connections < connectionsMax) {
      connections++;
    } else if (rows < ROWS_START && length != TransactionLength.LONG) {
      rows = Math.min(ROWS_START, rows + ROWS_STEP);
    } else if (length == TransactionLength.SHORT) {
      rows = Math.min(ROWS_MAX, rows + ROWS_STEP_BEYOND);
    }
  }

  private void smallerIfLong(TransactionLength length) {
    if (length == TransactionLength.LONG && settling == 0) {
      rows = Math.max(ROWS_MIN, rows / 2);
      settling = SETTLE_SAMPLES;
    }
  }

  private void slower() {
    if (settling > 0) {
      return;
    }
    rows = connections == 1 ? Math.max(ROWS_MIN, rows / 2) : Math.min(rows, ROWS_START);
    connections = Math.max(1, connections / 2);
    settling = SETTLE_SAMPLES;
  }

  private void atOnce() {
    rows = Math.max(ROWS_MIN, Math.min(rows, ROWS_START) / 2);
    connections = Math.max(1, connections / 2);
    settling = SETTLE_SAMPLES;
  }
}
