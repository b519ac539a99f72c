package dev.reclaim.worker.files;

import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/**
 * What one store's quarantine holds, in its state database. Every method works in the transaction
 * of the handle it is given.
 */
final class QuarantineBooks {
  static final String RESTORING = "restoring";

  private static final String COLUMNS =
      "name, path, version, size, labels::text AS labels, state, attempt, etag";

  private static final String OWN =
      "store = :store AND planned_on = :plannedOn AND source = :source AND id = :id";

  /** Taken again by the same event, or under a name that only it can have. */
  private static final String BEGIN =
      """
      INSERT INTO reclaim.quarantined_file AS q
             (store, name, path, version, size, policy, run, labels, state, planned_on, source, id)
      SELECT :store, u.name, u.path, u.version, u.size, :policy, :run, CAST(u.labels AS jsonb), 'moving', :plannedOn, :source, :id
        FROM unnest(CAST(:names AS text[]), CAST(:paths AS text[]), CAST(:versions AS text[]), CAST(:sizes AS bigint[]),
                    CAST(:labels AS text[])) AS u(name, path, version, size, labels)
       ORDER BY u.name
      ON CONFLICT (store, name) DO UPDATE SET attempt = q.attempt + 1, state = 'moving'
       WHERE q.state IN ('moving', 'spare')
      """;

  private static final String MOVING =
      "SELECT %s FROM reclaim.quarantined_file WHERE %s AND state = 'moving' ORDER BY name"
          .formatted(COLUMNS, OWN);

  private static final String KEPT =
      """
      UPDATE reclaim.quarantined_file AS q
         SET state = 'kept', etag = u.etag, moved_at = now(), purge_after = now() + make_interval(secs => :periodSeconds)
        FROM unnest(CAST(:names AS text[]), CAST(:etags AS text[])) AS u(name, etag)
       WHERE %s AND q.name = u.name AND q.state = 'moving'
      """
          .formatted(OWN);

  private static final String SPARE =
      "UPDATE reclaim.quarantined_file SET state = 'spare' WHERE %s AND state = 'moving' AND name = ANY (:names)"
          .formatted(OWN);

  /** Locked until their copies are gone, so that nobody makes one anew meanwhile. */
  private static final String TAKE_SPARE =
      """
      DELETE FROM reclaim.quarantined_file
       WHERE store = :store AND name IN (SELECT name FROM reclaim.quarantined_file
                                          WHERE store = :store AND state = 'spare'
                                          ORDER BY name LIMIT :most FOR UPDATE SKIP LOCKED)
      RETURNING name
      """;

  private static final String TAKE_DUE =
      """
      UPDATE reclaim.quarantined_file
         SET state = CASE state WHEN 'kept' THEN 'purging' ELSE state END, attempt = attempt + 1,
             planned_on = :plannedOn, source = :source, id = :id
       WHERE store = :store AND name = ANY (:names) AND policy = :policy
         AND ((state = 'kept' AND greatest(purge_after, moved_at + make_interval(secs => :periodSeconds)) <= now())
              OR (state IN ('purging', 'restoring') AND planned_on = :plannedOn AND source = :source AND id = :id))
      RETURNING %s
      """
          .formatted(COLUMNS);

  private static final String TAKE_BACK =
      """
      UPDATE reclaim.quarantined_file
         SET state = 'restoring', attempt = attempt + 1, planned_on = :plannedOn, source = :source, id = :id
       WHERE store = :store
         AND name IN (SELECT name FROM reclaim.quarantined_file
                       WHERE store = :store AND run = :run AND policy = :policy AND (labels IS NULL) = :bare
                         AND state = 'kept' AND name > :after
                       ORDER BY name LIMIT :most FOR UPDATE SKIP LOCKED)
      RETURNING %s
      """
          .formatted(COLUMNS);

  private static final String TAKE_AGAIN =
      """
      UPDATE reclaim.quarantined_file SET attempt = attempt + 1
       WHERE %s AND state = 'restoring'
      RETURNING %s
      """
          .formatted(OWN, COLUMNS);

  private static final String TAKEN =
      "SELECT %s FROM reclaim.quarantined_file WHERE %s AND state IN ('purging', 'restoring') FOR UPDATE"
          .formatted(COLUMNS, OWN);

  private static final String TO_RESTORING =
      "UPDATE reclaim.quarantined_file SET state = 'restoring' WHERE %s AND state = 'purging' AND name = ANY (:names)"
          .formatted(OWN);

  private static final String ATTEMPTS =
      """
        FROM unnest(CAST(:names AS text[]), CAST(:attempts AS int[])) AS u(name, attempt)
       WHERE %s AND q.name = u.name AND q.attempt = u.attempt AND q.state IN ('purging', 'restoring')
      """
          .formatted(OWN);

  private static final String LET_GO =
      "UPDATE reclaim.quarantined_file AS q SET state = 'kept'\n" + ATTEMPTS;

  private static final String FORGET =
      "DELETE FROM reclaim.quarantined_file AS q USING" + ATTEMPTS.substring("  FROM".length());

  /** A content that is at its path again may be claimed again. */
  private static final String RELEASE =
      """
      DELETE FROM reclaim.store_intent AS i
       USING unnest(CAST(:paths AS text[]), CAST(:versions AS text[])) AS u(path, version)
       WHERE i.store = :store AND i.path_hash = sha256(convert_to(u.path, 'UTF8')) AND i.version = u.version
         AND i.state = 'done'
      """;

  private static final String OF_PATHS =
      "SELECT DISTINCT path FROM reclaim.quarantined_file WHERE store = :store AND path = ANY (CAST(:paths AS text[]))";

  private final String store;

  QuarantineBooks(String store) {
    this.store = store;
  }

  /** Those of the paths whose file may come back. */
  List<String> keptOf(Handle handle, Collection<String> paths) {
    return handle
        .createQuery(OF_PATHS)
        .bind("store", store)
        .bindArray("paths", String.class, paths.toArray())
        .mapTo(String.class)
        .list();
  }

  /** Notes where files are going; false when somebody else is at one of the names. */
  boolean begin(Handle handle, ReceivedClaim claim, String run, Collection<KeptFile> files) {
    return files.isEmpty()
        || own(handle.createUpdate(BEGIN), claim.identity())
                .bind("policy", claim.claim().policy())
                .bind("run", run)
                .bindArray("names", String.class, texts(files, KeptFile::name))
                .bindArray("paths", String.class, texts(files, KeptFile::path))
                .bindArray("versions", String.class, texts(files, KeptFile::version))
                .bindArray("sizes", Long.class, files.stream().map(KeptFile::size).toArray())
                .bindArray("labels", String.class, texts(files, file -> json(file.labels())))
                .execute()
            == files.size();
  }

  /** Where the event was taking files, as far as nobody knows that they have arrived. */
  List<KeptFile> moving(Handle handle, ReceivedClaim claim) {
    return own(handle.createQuery(MOVING), claim.identity())
        .map((row, context) -> file(row))
        .list();
  }

  /**
   * Notes what has arrived.
   *
   * @param etags by name
   * @param period how long it can be brought back
   */
  boolean kept(Handle handle, ReceivedClaim claim, Map<String, String> etags, Duration period) {
    List<Map.Entry<String, String>> entries = List.copyOf(etags.entrySet());
    return own(handle.createUpdate(KEPT), claim.identity())
            .bind("periodSeconds", (double) period.toSeconds())
            .bindArray("names", String.class, texts(entries, Map.Entry::getKey))
            .bindArray("etags", String.class, texts(entries, Map.Entry::getValue))
            .execute()
        == etags.size();
  }

  /** Notes that files stay at their paths, whatever was copied of them. */
  void spare(Handle handle, ReceivedClaim claim, Collection<String> names) {
    own(handle.createUpdate(SPARE), claim.identity())
        .bindArray("names", String.class, names)
        .execute();
  }

  /** Names whose copies are to be removed before the transaction ends; their rows are gone. */
  List<String> takeSpare(Handle handle, int most) {
    return handle
        .createQuery(TAKE_SPARE)
        .bind("store", store)
        .bind("most", most)
        .mapTo(String.class)
        .list();
  }

  /** Takes those of the names that have been kept for long enough, for good. */
  List<KeptFile> takeDue(
      Handle handle, ReceivedClaim claim, Collection<String> names, Duration period) {
    return own(handle.createQuery(TAKE_DUE), claim.identity())
        .bind("policy", claim.claim().policy())
        .bind("periodSeconds", (double) period.toSeconds())
        .bindArray("names", String.class, names)
        .map((row, context) -> file(row))
        .list();
  }

  /** Files of one policy that one run moved, by whether their labels are known. */
  record Part(String run, String policy, boolean bare) {}

  /** Takes the next files of a part, in the order of their names, to bring them back. */
  List<KeptFile> takeBack(
      Handle handle, EventIdentity identity, Part part, String after, int most) {
    return own(handle.createQuery(TAKE_BACK), identity)
        .bind("run", part.run())
        .bind("policy", part.policy())
        .bind("bare", part.bare())
        .bind("after", after)
        .bind("most", most)
        .map((row, context) -> file(row))
        .list();
  }

  /** Takes up again what somebody else had begun to bring back. */
  List<KeptFile> takeAgain(Handle handle, EventIdentity identity) {
    return own(handle.createQuery(TAKE_AGAIN), identity).map((row, context) -> file(row)).list();
  }

  /** What an event has taken to remove or to bring back, locked. */
  List<KeptFile> taken(Handle handle, EventIdentity identity) {
    return own(handle.createQuery(TAKEN), identity).map((row, context) -> file(row)).list();
  }

  /** Notes that files are brought back rather than removed, before it is done. */
  boolean toRestoring(Handle handle, EventIdentity identity, Collection<String> names) {
    return names.isEmpty()
        || own(handle.createUpdate(TO_RESTORING), identity)
                .bindArray("names", String.class, names)
                .execute()
            == names.size();
  }

  /** Gives up files that stay in the quarantine; false when another attempt has them. */
  boolean letGo(Handle handle, EventIdentity identity, Collection<KeptFile> files) {
    return attempts(handle, LET_GO, identity, files);
  }

  /** Forgets files that have left the quarantine; false likewise. */
  boolean forget(Handle handle, EventIdentity identity, Collection<KeptFile> files) {
    return attempts(handle, FORGET, identity, files);
  }

  private boolean attempts(
      Handle handle, String sql, EventIdentity identity, Collection<KeptFile> files) {
    return files.isEmpty()
        || own(handle.createUpdate(sql), identity)
                .bindArray("names", String.class, texts(files, KeptFile::name))
                .bindArray(
                    "attempts", Integer.class, files.stream().map(KeptFile::attempt).toArray())
                .execute()
            == files.size();
  }

  /** Lets contents that are back at their paths be claimed again. */
  void release(Handle handle, Collection<KeptFile> files) {
    int unused =
        handle
            .createUpdate(RELEASE)
            .bind("store", store)
            .bindArray("paths", String.class, texts(files, KeptFile::path))
            .bindArray("versions", String.class, texts(files, KeptFile::version))
            .execute();
  }

  private <T extends SqlStatement<T>> T own(T statement, EventIdentity identity) {
    return statement.bind("store", store).bindMap(ReceivedClaim.columns(identity));
  }

  private static <T> Object[] texts(Collection<T> entries, Function<T, @Nullable String> text) {
    return entries.stream().map(text).toArray();
  }

  private static @Nullable String json(Map<String, String> labels) {
    return labels.isEmpty() ? null : new String(EventCodec.encode(labels), StandardCharsets.UTF_8);
  }

  private static KeptFile file(ResultSet row) throws SQLException {
    return new KeptFile(
        row.getString("name"),
        row.getString("path"),
        row.getString("version"),
        row.getLong("size"),
        labels(row.getString("labels")),
        row.getString("state"),
        row.getInt("attempt"),
        row.getString("etag"));
  }

  private static Map<String, String> labels(@Nullable String json) {
    Map<String, String> labels = new HashMap<>();
    if (json != null) {
      Map<?, ?> read = EventCodec.decode(json.getBytes(StandardCharsets.UTF_8), Map.class);
      read.forEach((name, value) -> labels.put(String.valueOf(name), String.valueOf(value)));
    }
    return Map.copyOf(labels);
  }
}
