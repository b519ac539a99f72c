package dev.reclaim.planner;

import dev.reclaim.database.Database;
import dev.reclaim.events.Claim;
import dev.reclaim.planner.scan.ClaimedBefore;
import dev.reclaim.planner.scan.OrphanGate;
import dev.reclaim.policy.Policy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The runs of one database. A run is held by a lease; who finds the lease expired takes the run
 * over.
 *
 * <p>At most one run of a policy is unfinished at a time.
 */
final class Runs {
  /** A planner that was killed is missed for so long, with its schedules at most 2 s longer. */
  static final Duration LEASE = Duration.ofSeconds(10);

  /** The moment a run judges by: {@code :at}, never later than the database's now. */
  static final String AT = "least(coalesce(CAST(:at AS timestamptz), now()), now())";

  private static final String START =
      """
      INSERT INTO reclaim.run (id, policy, slot, cutoff, state, owner, lease_until, keep_keys, cluster)
      SELECT coalesce(CAST(:id AS text),
                      :policy || '/' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '-' || :nonce),
             :policy, :slot, %s,
             'planning', :owner, now() + make_interval(secs => :leaseSeconds), :keepKeys, :cluster
      ON CONFLICT DO NOTHING
      """;

  private static final String TAKE_OVER =
      """
      UPDATE reclaim.run
         SET owner = :owner, lease_until = now() + make_interval(secs => :leaseSeconds),
             keep_keys = keep_keys OR :keepKeys
       WHERE policy = :policy AND finished_at IS NULL AND cluster = :cluster
         AND (lease_until < now() OR owner = :owner)
      """;

  private static final String ABANDON =
      """
      WITH abandoned AS (
        UPDATE reclaim.run
           SET state = 'failed', finished_at = now(),
               problem = 'its events are on another Kafka cluster, ' || cluster
         WHERE policy = :policy AND finished_at IS NULL AND cluster <> :cluster AND lease_until < now()
        RETURNING id)
      DELETE FROM reclaim.run_event USING abandoned WHERE run = abandoned.id
      """;

  private static final String MINE =
      """
      SELECT id, policy, cutoff, started_at, pass, position, state
        FROM reclaim.run
       WHERE policy = :policy AND finished_at IS NULL AND owner = :owner
      """;

  private static final String HOLDER =
      "SELECT owner FROM reclaim.run WHERE policy = :policy AND finished_at IS NULL";

  private static final String SLOT_DONE =
      "SELECT EXISTS (SELECT 1 FROM reclaim.run WHERE id = :id AND finished_at IS NOT NULL)";

  private static final String RENEW =
      """
      UPDATE reclaim.run SET lease_until = now() + make_interval(secs => :leaseSeconds)
       WHERE id = :id AND owner = :owner AND finished_at IS NULL
      """;

  private static final String RELEASE =
      """
      UPDATE reclaim.run SET lease_until = now()
       WHERE id = :id AND owner = :owner AND finished_at IS NULL
      """;

  private static final String ADVANCE =
      """
      UPDATE reclaim.run
         SET pass = :pass, position = :position, state = :state, claimed = claimed + :claimed,
             guarded = CASE WHEN :pass = 1 THEN guarded + :guarded ELSE guarded END,
             undated = CASE WHEN :pass = 1 THEN undated + :undated ELSE undated END,
             refused = CASE WHEN :pass = 1 THEN refused + :refused ELSE refused END,
             lease_until = now() + make_interval(secs => :leaseSeconds)
       WHERE id = :id AND owner = :owner AND finished_at IS NULL
      """;

  private static final String NOTE =
      """
      UPDATE reclaim.run SET notes = CAST(:notes AS text[])
       WHERE id = :id AND owner = :owner AND finished_at IS NULL
      """;

  private static final String EVENTS =
      """
      INSERT INTO reclaim.run_event (run, id, source, planned_on, pass, topic, record_partition, record_offset)
      SELECT :run, e.id, e.source, e.planned_on, :pass, e.topic, e.record_partition, e.record_offset
        FROM unnest(:ids, :sources, CAST(:days AS date[]), :topics, :partitions, :offsets)
             AS e(id, source, planned_on, topic, record_partition, record_offset)
      ON CONFLICT DO NOTHING
      """;

  private static final String FINISH =
      """
      UPDATE reclaim.run SET state = :state, problem = :problem, finished_at = now()
       WHERE id = :id AND owner = :owner AND finished_at IS NULL
      """;

  private static final String FORGET_EVENTS = "DELETE FROM reclaim.run_event WHERE run = :id";

  private static final String KEPT_NONE =
      """
      UPDATE reclaim.run SET guarded = 0
       WHERE id = :id AND owner = :owner AND :pass = 1 AND finished_at IS NULL
      """;

  /** Also of runs that were given up. */
  private static final String FORGET_FILES =
      """
      DELETE FROM reclaim.run_claimed_file AS f USING reclaim.run AS r
       WHERE r.id = f.run AND r.policy = :policy AND r.finished_at IS NOT NULL
      """;

  private final Database database;
  private final String owner;
  private final String cluster;

  /** The runs of a database whose events go to one Kafka cluster. */
  Runs(Database database, String owner, String cluster) {
    this.database = database;
    this.owner = owner;
    this.cluster = cluster;
  }

  /** What asking for a run came to. */
  sealed interface Grant {
    /** It is ours. */
    record Held(Run run) implements Grant {}

    /** Somebody else is at it. */
    record Busy(String holder) implements Grant {}

    /** The slot was carried out before. */
    record Done() implements Grant {}
  }

  /**
   * Starts a run, or takes over the unfinished one of the policy if nobody holds it. One whose
   * events are on another cluster would wait for them for ever: it is given up, and its rows are
   * found again.
   */
  Grant acquire(Policy policy, RunRequest request) {
    Optional<String> id = request.id(policy);
    return database
        .jdbi()
        .inTransaction(
            handle -> {
              if (id.isPresent() && slotDone(handle, id.get())) {
                return new Grant.Done();
              }
              abandon(handle, policy);
              boolean started = start(handle, policy, request, id) == 1;
              if (!started) {
                takeOver(handle, policy, request);
              }
              Optional<Run> run = mine(handle, policy, !started);
              return run.isPresent()
                  ? new Grant.Held(run.get())
                  : new Grant.Busy(holder(handle, policy));
            });
  }

  private static boolean slotDone(Handle handle, String id) {
    return handle.createQuery(SLOT_DONE).bind("id", id).mapTo(Boolean.class).one();
  }

  private void abandon(Handle handle, Policy policy) {
    handle.createUpdate(ABANDON).bind("policy", policy.name()).bind("cluster", cluster).execute();
  }

  private int start(Handle handle, Policy policy, RunRequest request, Optional<String> id) {
    return handle
        .createUpdate(START.formatted(Scans.cutoffSql(policy, AT)))
        .bind("id", id.orElse(null))
        .bind("nonce", nonce())
        .bind("policy", policy.name())
        .bind("slot", request.slot().orElse(null))
        .bind("at", request.at().orElse(null))
        .bind("owner", owner)
        .bind("leaseSeconds", (double) LEASE.toSeconds())
        .bind("keepKeys", request.keepKeys())
        .bind("cluster", cluster)
        .execute();
  }

  private void takeOver(Handle handle, Policy policy, RunRequest request) {
    handle
        .createUpdate(TAKE_OVER)
        .bind("owner", owner)
        .bind("policy", policy.name())
        .bind("leaseSeconds", (double) LEASE.toSeconds())
        .bind("keepKeys", request.keepKeys())
        .bind("cluster", cluster)
        .execute();
  }

  private Optional<Run> mine(Handle handle, Policy policy, boolean resumed) {
    return handle
        .createQuery(MINE)
        .bind("policy", policy.name())
        .bind("owner", owner)
        .map((row, context) -> run(row, resumed))
        .findOne();
  }

  private static String holder(Handle handle, Policy policy) {
    return handle
        .createQuery(HOLDER)
        .bind("policy", policy.name())
        .mapTo(String.class)
        .findOne()
        .orElse("nobody any more");
  }

  private static Run run(ResultSet row, boolean resumed) throws SQLException {
    return new Run(
        row.getString("id"),
        row.getString("policy"),
        row.getTimestamp("cutoff").toInstant(),
        row.getTimestamp("started_at").toInstant(),
        row.getInt("pass"),
        row.getString("position"),
        row.getString("state").equals("draining"),
        resumed);
  }

  /**
   * What was found on a step of the way: claimed, kept by something, kept for want of a date, not
   * given up by the database.
   */
  record Found(long claimed, long guarded, long undated, long refused) {
    static final Found NOTHING = new Found(0, 0, 0, 0);
  }

  /**
   * Has a pass about files go over its store from the start, whoever began it: what it had kept is
   * counted anew, and what it had claimed is not claimed again.
   */
  OrphanGate beginAnew(Run run) {
    if (run.position().isEmpty()) {
      return OrphanGate.OPEN;
    }
    database
        .jdbi()
        .useHandle(
            handle ->
                handle
                    .createUpdate(KEPT_NONE)
                    .bind("id", run.id())
                    .bind("pass", run.pass())
                    .bind("owner", owner)
                    .execute());
    return new ClaimedBefore(database, run.id(), run.pass());
  }

  /** Notes what was published, what it claimed, and where the run goes on. */
  void advance(Run run, String state, List<Sent> events, Found found, List<Claim> claims) {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              if (!events.isEmpty()) {
                note(handle, run, events);
              }
              ClaimedBefore.note(handle, run.id(), run.pass(), claims);
              requireHeld(
                  run,
                  handle
                      .createUpdate(ADVANCE)
                      .bind("pass", run.pass())
                      .bind("position", run.position())
                      .bind("state", state)
                      .bind("claimed", found.claimed())
                      .bind("guarded", found.guarded())
                      .bind("undated", found.undated())
                      .bind("refused", found.refused())
                      .bind("leaseSeconds", (double) LEASE.toSeconds())
                      .bind("id", run.id())
                      .bind("owner", owner)
                      .execute());
            });
  }

  private static void note(Handle handle, Run run, List<Sent> events) {
    int unused =
        handle
            .createUpdate(EVENTS)
            .bind("run", run.id())
            .bind("pass", run.pass())
            .bindArray("ids", String.class, each(events, it -> it.event().id()))
            .bindArray("sources", String.class, each(events, it -> it.event().source()))
            .bindArray("days", String.class, each(events, it -> it.event().plannedOn().toString()))
            .bindArray("topics", String.class, each(events, Sent::topic))
            .bindArray("partitions", Integer.class, each(events, Sent::partition))
            .bindArray("offsets", Long.class, each(events, Sent::offset))
            .execute();
  }

  private static Object[] each(List<Sent> events, Function<Sent, Object> what) {
    return events.stream().map(what).toArray();
  }

  /** Notes what people should hear of the scan, in place of what its last pass said. */
  void note(Run run, List<String> notes) {
    requireHeld(
        run,
        database
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createUpdate(NOTE)
                        .bindArray("notes", String.class, notes)
                        .bind("id", run.id())
                        .bind("owner", owner)
                        .execute()));
  }

  /** Says that the run's holder is alive. */
  void renew(Run run) {
    requireHeld(
        run,
        database
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createUpdate(RENEW)
                        .bind("leaseSeconds", (double) LEASE.toSeconds())
                        .bind("id", run.id())
                        .bind("owner", owner)
                        .execute()));
  }

  /** Gives the lease up; the run stays unfinished. */
  void release(Run run) {
    database
        .jdbi()
        .useHandle(
            handle ->
                handle.createUpdate(RELEASE).bind("id", run.id()).bind("owner", owner).execute());
  }

  /** Ends the run. */
  void finish(Run run, String state, Optional<String> problem) {
    database
        .jdbi()
        .useTransaction(
            handle -> {
              requireHeld(
                  run,
                  handle
                      .createUpdate(FINISH)
                      .bind("state", state)
                      .bind("problem", problem.orElse(null))
                      .bind("id", run.id())
                      .bind("owner", owner)
                      .execute());
              handle.createUpdate(FORGET_EVENTS).bind("id", run.id()).execute();
              handle.createUpdate(FORGET_FILES).bind("policy", run.policy()).execute();
            });
  }

  private static void requireHeld(Run run, int updated) {
    if (updated != 1) {
      throw new IllegalStateException(
          "the run " + run.id() + " was taken over by another process while this one was away");
    }
  }

  private static String nonce() {
    byte[] nonce = new byte[3];
    ThreadLocalRandom.current().nextBytes(nonce);
    return HexFormat.of().formatHex(nonce);
  }
}
