package dev.reclaim.bench.reclaim;

/**
 * Who does the work of one turn.
 *
 * @param connections transactions that one worker has open at a time
 * @param workers how many there are; 0 where only the planner is measured
 * @param apart which roles are processes of their own
 * @param heapMiBMax of each process
 */
public record Crew(int connections, int workers, Apart apart, int heapMiBMax) {
  private static final int HEAP_MIB = 128;
  private static final int BESIDE = 6;

  /** Roles that are processes of their own; broker and metrics job never are. */
  enum Apart {
    NONE,
    WORKERS,
    WORKERS_AND_PLANNER
  }

  /** The planner and one worker in this process. */
  public static Crew here(int connections) {
    return new Crew(connections, 1, Apart.NONE, HEAP_MIB);
  }

  /** Connections that a process may have: each deletion counts on another, and a planner reads. */
  int poolMax() {
    return 2 * connections + BESIDE;
  }

  /** The planner in this process and nobody who does what it says. */
  static Crew plannerAlone() {
    return new Crew(1, 0, Apart.NONE, HEAP_MIB);
  }

  /** Several workers, each a process; the planner in this one. */
  public static Crew workers(int workers, int connections) {
    return new Crew(connections, workers, Apart.WORKERS, HEAP_MIB);
  }

  /** The planner and one worker, each a process with a heap of 128 MiB at most. */
  public static Crew apart(int connections) {
    return new Crew(connections, 1, Apart.WORKERS_AND_PLANNER, HEAP_MIB);
  }
}
