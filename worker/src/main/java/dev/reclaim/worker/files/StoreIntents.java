package dev.reclaim.worker.files;

import dev.reclaim.events.EventIdentity;
import dev.reclaim.store.LeftoverKind;
import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * The intents of one store in its state database. Every method works in the transaction of the
 * handle it is given.
 */
final class StoreIntents {
  private static final String TAKE =
      """
      INSERT INTO reclaim.store_intent AS i (store, path, path_hash, version, planned_on, source, id, size, policy, run)
      SELECT :store, u.path, sha256(convert_to(u.path, 'UTF8')), u.version, :plannedOn, :source, :id, u.size, :policy, :run
        FROM unnest(CAST(:paths AS text[]), CAST(:versions AS text[]), CAST(:sizes AS bigint[])) AS u(path, version, size)
       ORDER BY u.path
      ON CONFLICT (store, path_hash, version) DO UPDATE
         SET attempt = CASE WHEN i.state = 'done' THEN 1 ELSE i.attempt + 1 END, size = excluded.size,
             planned_on = :plannedOn, source = :source, id = :id, policy = :policy, run = :run,
             state = 'intent', opened_at = now(), closed_at = NULL, fenced_at = NULL
       WHERE (i.state = 'intent' AND i.planned_on = :plannedOn AND i.source = :source AND i.id = :id)
          OR (i.state = 'done' AND i.closed_at < now() - CAST(:gone AS interval))
      RETURNING path, version, size, attempt
      """;

  /** Locks it, too: nobody ends the event while it takes. */
  private static final String BEGIN =
      """
      INSERT INTO reclaim.open_claim AS o (store, planned_on, source, id) VALUES (:store, :plannedOn, :source, :id)
      ON CONFLICT (store, planned_on, source, id) DO UPDATE SET id = o.id
      """;

  /** Before anything is closed, so that a later statement sees what was taken meanwhile. */
  private static final String HOLD =
      """
      SELECT 1 FROM reclaim.open_claim
       WHERE store = :store AND planned_on = :plannedOn AND source = :source AND id = :id
         FOR UPDATE
      """;

  private static final String END =
      """
      DELETE FROM reclaim.open_claim AS o
       WHERE store = :store AND planned_on = :plannedOn AND source = :source AND id = :id
         AND NOT EXISTS (SELECT 1 FROM reclaim.store_intent AS i
                          WHERE i.store = o.store AND i.planned_on = o.planned_on AND i.source = o.source
                            AND i.id = o.id AND i.state = 'intent')
      """;

  private static final String OPEN =
      """
      SELECT path, version, size, attempt
        FROM reclaim.store_intent
       WHERE store = :store AND planned_on = :plannedOn AND source = :source AND id = :id AND state = 'intent'
       ORDER BY path
      """;

  private static final String FENCE =
      """
      UPDATE reclaim.store_intent SET attempt = attempt + 1, fenced_at = now()
       WHERE (store, path_hash, version) IN (
             SELECT store, path_hash, version
               FROM reclaim.open_claim JOIN reclaim.store_intent AS i USING (store, planned_on, source, id)
              WHERE store = :store AND state = 'intent' AND fenced_at IS NULL AND policy IS NOT NULL
                AND version ~ :sort
                AND opened_at < now() - CAST(:abandoned AS interval)
              ORDER BY opened_at
              LIMIT :limit
                FOR UPDATE OF i SKIP LOCKED)
      """;

  private static final String FENCED =
      """
      SELECT planned_on, source, id, min(policy) AS policy, min(run) AS run
        FROM reclaim.open_claim JOIN reclaim.store_intent USING (store, planned_on, source, id)
       WHERE store = :store AND state = 'intent' AND version ~ :sort
       GROUP BY planned_on, source, id
      HAVING bool_and(fenced_at IS NOT NULL AND fenced_at < now() - CAST(:grace AS interval))
       ORDER BY min(fenced_at)
       LIMIT :limit
      """;

  private static final String OPEN_FENCED =
      """
      SELECT path, version, size, attempt
        FROM reclaim.store_intent
       WHERE store = :store AND planned_on = :plannedOn AND source = :source AND id = :id AND state = 'intent'
         AND fenced_at IS NOT NULL
       ORDER BY path, opened_at DESC
      """;

  private static final String RECENT =
      """
      SELECT EXISTS (
        SELECT 1 FROM reclaim.store_intent
         WHERE store = :store AND planned_on = :plannedOn AND source = :source AND id = :id AND state = 'intent'
           AND opened_at > now() - CAST(:underWay AS interval))
      """;

  private static final String TAKE_AGAIN =
      """
      UPDATE reclaim.store_intent SET attempt = attempt + 1
       WHERE store = :store AND planned_on = :plannedOn AND source = :source AND id = :id AND state = 'intent'
      RETURNING path, version, size, attempt
      """;

  private static final String CLOSE =
      """
      UPDATE reclaim.store_intent AS i SET state = 'done', closed_at = now()
        FROM unnest(CAST(:paths AS text[]), CAST(:versions AS text[]), CAST(:attempts AS int[])) AS u(path, version, attempt)
       WHERE i.store = :store AND i.path_hash = sha256(convert_to(u.path, 'UTF8')) AND i.version = u.version AND i.attempt = u.attempt
         AND i.state = 'intent' AND i.planned_on = :plannedOn AND i.source = :source AND i.id = :id
      """;

  private static final String GIVE_BACK =
      """
      DELETE FROM reclaim.store_intent AS i
       USING unnest(CAST(:paths AS text[]), CAST(:versions AS text[]), CAST(:attempts AS int[])) AS u(path, version, attempt)
       WHERE i.store = :store AND i.path_hash = sha256(convert_to(u.path, 'UTF8')) AND i.version = u.version AND i.attempt = u.attempt
         AND i.state = 'intent' AND i.planned_on = :plannedOn AND i.source = :source AND i.id = :id
      """;

  /**
   * What is there so long after it went has been put back: by a restore, or by who took a delete
   * marker away. Far longer than an attempt takes from its look at the store to its intents.
   */
  private static final Duration GONE_FOR_GOOD = Duration.ofHours(1);

  /**
   * A deletion is begun promptly after its intents, and a call of a store lasts a minute at most.
   */
  private static final Duration UNDER_WAY_MAX = Promptness.WITHIN.plus(Duration.ofSeconds(90));

  private final String store;
  private final BooleanSupplier freesBytes;

  /**
   * The intents of one store.
   *
   * @param freesBytes whether a deleted file gives its bytes back
   */
  StoreIntents(String store, BooleanSupplier freesBytes) {
    this.store = store;
    this.freesBytes = freesBytes;
  }

  /** Takes the right to each content that no other event has or had; an own one is taken again. */
  List<Intent> take(Handle handle, ReceivedClaim claim, Collection<StoredObject> objects) {
    boolean frees = objects.isEmpty() || freesBytes.getAsBoolean();
    return takeAll(
        handle, claim, objects.stream().map(object -> Intent.wanted(object, frees)).toList());
  }

  /** The same for what is wanted, files or not. */
  List<Intent> takeAll(Handle handle, ReceivedClaim claim, List<Intent> wanted) {
    if (wanted.isEmpty()) {
      return List.of();
    }
    int unused = about(handle.createUpdate(BEGIN), claim).execute();
    List<Intent> taken =
        about(handle.createQuery(TAKE), claim)
            .bind("gone", GONE_FOR_GOOD.toString())
            .bindArray("paths", String.class, wanted.stream().map(Intent::path).toArray())
            .bindArray("versions", String.class, wanted.stream().map(Intent::version).toArray())
            .bindArray("sizes", Long.class, wanted.stream().map(Intent::size).toArray())
            .bind("policy", claim.claim().policy())
            .bind("run", claim.claim().run())
            .map((row, context) -> intent(row))
            .list();
    if (taken.isEmpty()) {
      int unusedEnd = about(handle.createUpdate(END), claim).execute();
    }
    return taken;
  }

  /** Intents of earlier attempts at the same event. */
  List<Intent> open(Handle handle, ReceivedClaim claim) {
    return own(handle, OPEN, claim);
  }

  /**
   * Whoever gives back what stays asks this first: a deletion that comes to it later would be
   * accounted for by nobody.
   *
   * @throws AttemptTakenException while a deletion of an earlier attempt at the event may be under
   *     way
   */
  void requireAtRest(Handle handle, ReceivedClaim claim) {
    boolean underWay =
        handle
            .createQuery(RECENT)
            .bind("store", store)
            .bindMap(claim.identityColumns())
            .bind("underWay", UNDER_WAY_MAX.toString())
            .mapTo(Boolean.class)
            .one();
    if (underWay) {
      throw new AttemptTakenException(claim.identity());
    }
  }

  /** Takes the open intents of earlier attempts over, whatever they are for. */
  List<Intent> takeAgain(Handle handle, ReceivedClaim claim) {
    return own(handle, TAKE_AGAIN, claim);
  }

  /**
   * An event that has not come back to its intents.
   *
   * @param policy that it named
   */
  record Abandoned(EventIdentity identity, String policy, @Nullable String run) {}

  /** What intents are about; an event's are all of one sort. */
  enum Sort {
    FILES("^(?!version:|upload:)"),
    OLD_VERSIONS("^version:"),
    UNFINISHED_UPLOADS("^upload:");

    private final String versions;

    Sort(String versions) {
      this.versions = versions;
    }

    static Sort of(LeftoverKind kind) {
      return switch (kind) {
        case OLD_VERSIONS -> OLD_VERSIONS;
        case UNFINISHED_UPLOADS -> UNFINISHED_UPLOADS;
      };
    }
  }

  /** Takes intents that are older than {@code abandoned} from their events; returns how many. */
  int fence(Handle handle, Sort sort, Duration abandoned, int limit) {
    return handle
        .createUpdate(FENCE)
        .bind("store", store)
        .bind("sort", sort.versions)
        .bind("abandoned", abandoned.toString())
        .bind("limit", limit)
        .execute();
  }

  /** Events all of whose open intents were fenced longer ago than {@code grace}. */
  List<Abandoned> fenced(Handle handle, Sort sort, Duration grace, int limit) {
    return handle
        .createQuery(FENCED)
        .bind("store", store)
        .bind("sort", sort.versions)
        .bind("grace", grace.toString())
        .bind("limit", limit)
        .map(
            (row, context) ->
                new Abandoned(
                    new EventIdentity(
                        row.getString("source"),
                        row.getString("id"),
                        row.getObject("planned_on", LocalDate.class)),
                    row.getString("policy"),
                    row.getString("run")))
        .list();
  }

  /** Intents that were taken from an event. */
  List<Intent> openFenced(Handle handle, ReceivedClaim claim) {
    return own(handle, OPEN_FENCED, claim);
  }

  private List<Intent> own(Handle handle, String sql, ReceivedClaim claim) {
    return handle
        .createQuery(sql)
        .bind("store", store)
        .bindMap(claim.identityColumns())
        .map((row, context) -> intent(row))
        .list();
  }

  /**
   * Closes intents of files that are gone; false when another attempt has taken one of them
   * meanwhile.
   */
  boolean close(Handle handle, ReceivedClaim claim, List<Intent> intents) {
    return settle(handle, CLOSE, claim, intents);
  }

  /** Gives up intents of files that stay, so that a later event may claim them; false likewise. */
  boolean giveBack(Handle handle, ReceivedClaim claim, List<Intent> intents) {
    return settle(handle, GIVE_BACK, claim, intents);
  }

  private boolean settle(Handle handle, String sql, ReceivedClaim claim, List<Intent> intents) {
    if (intents.isEmpty()) {
      return true;
    }
    Optional<Integer> held = about(handle.createQuery(HOLD), claim).mapTo(Integer.class).findOne();
    int settled =
        about(handle.createUpdate(sql), claim)
            .bindArray("paths", String.class, intents.stream().map(Intent::path).toArray())
            .bindArray("versions", String.class, intents.stream().map(Intent::version).toArray())
            .bindArray("attempts", Integer.class, intents.stream().map(Intent::attempt).toArray())
            .execute();
    if (held.isPresent()) {
      int unused = about(handle.createUpdate(END), claim).execute();
    }
    return settled == intents.size();
  }

  private <S extends SqlStatement<S>> S about(S statement, ReceivedClaim claim) {
    return statement.bind("store", store).bindMap(claim.identityColumns());
  }

  private static Intent intent(ResultSet row) throws SQLException {
    return new Intent(
        row.getString("path"),
        row.getString("version"),
        row.getLong("size"),
        row.getInt("attempt"));
  }
}
