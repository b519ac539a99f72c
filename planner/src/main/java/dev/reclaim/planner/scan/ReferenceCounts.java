package dev.reclaim.planner.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.database.Books;
import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimId;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.TableName;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Whether a set of references can be believed: one that is empty, or a fifth smaller than when a
 * run last believed it, looks like a lost table and not like orphans. Rows that Reclaim itself has
 * deleted meanwhile are allowed for.
 */
final class ReferenceCounts {
  /** One part of so many is gone: too much. */
  private static final long SHRUNK_BY = 5;

  /** No index can hold a name of any length. */
  private static final int NAME_CHARS_MAX = 500;

  private static final String LAST =
      "SELECT refs, counted_at FROM reclaim.reference_count WHERE policy = :policy AND source = :source";

  private static final String SAVE =
      """
      INSERT INTO reclaim.reference_count (policy, source, refs) VALUES (:policy, :source, :refs)
      ON CONFLICT (policy, source) DO UPDATE SET refs = excluded.refs, counted_at = now()
      """;

  private static final String DELETED_SINCE =
      """
      SELECT coalesce(sum((outcome -> 'counts' ->> 'deleted')::bigint), 0)
        FROM reclaim.ledger
       WHERE policy IN (<policies>) AND completed_at >= :since AND kind <> 'orphaned-files'
      """;

  private final Databases databases;
  private final PolicyFile file;
  private final FilePolicy policy;

  ReferenceCounts(Databases databases, PolicyFile file, FilePolicy policy) {
    this.databases = databases;
    this.file = file;
    this.policy = policy;
  }

  /**
   * Who names files.
   *
   * @param table empty where it is another store
   */
  record Source(String name, Optional<TableName> table) {}

  private record Count(long refs, Instant countedAt) {}

  /**
   * Believes what was found and remembers it.
   *
   * @throws UserException of kind WAITING when it is not believed and not accepted
   */
  void believe(Map<Source, Long> found, Trust trust) {
    if (!trust.isAccepted() && found.values().stream().allMatch(refs -> refs == 0)) {
      throw doubt("no column names a single file");
    }
    if (trust == Trust.AS_BEFORE || (trust == Trust.UNRECORDED && areReadable(found.keySet()))) {
      found.forEach(this::requireWhole);
    }
    if (!trust.isRecorded()) {
      return;
    }
    databases
        .get(policy.database())
        .jdbi()
        .useTransaction(handle -> found.forEach((source, refs) -> save(handle, source, refs)));
  }

  /** Whether the last counts can be read, and what Reclaim has deleted since. */
  private boolean areReadable(Collection<Source> sources) {
    return isReadable(policy.database(), "reference_count")
        && sources.stream()
            .flatMap(source -> source.table().stream())
            .allMatch(table -> isReadable(table.database(), "ledger"));
  }

  private boolean isReadable(String database, String table) {
    return databases.get(database).jdbi().withHandle(handle -> Books.readable(handle, table));
  }

  private void requireWhole(Source source, long refs) {
    List<Count> last =
        databases
            .get(policy.database())
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery(LAST)
                        .bind("policy", policy.name())
                        .bind("source", name(source))
                        .map(
                            (row, context) ->
                                new Count(
                                    row.getLong("refs"),
                                    row.getTimestamp("counted_at").toInstant()))
                        .list());
    for (Count before : last) {
      long expected = before.refs() - deletedSince(source, before.countedAt());
      if (expected > 0 && refs * SHRUNK_BY <= expected * (SHRUNK_BY - 1)) {
        throw doubt(
            "%s names %d files, %d were to be expected after %d last time"
                .formatted(source.name(), refs, expected, before.refs()));
      }
    }
  }

  /** Of another store nobody knows what was deleted on purpose. */
  private long deletedSince(Source source, Instant since) {
    return source.table().map(table -> deletedSince(table, since)).orElse(0L);
  }

  private long deletedSince(TableName table, Instant since) {
    List<String> policies =
        file.policies().stream()
            .filter(it -> it instanceof RowPolicy rows && rows.table().equals(table))
            .map(Policy::name)
            .toList();
    return policies.isEmpty()
        ? 0
        : databases
            .get(table.database())
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery(DELETED_SINCE)
                        .bindList("policies", policies)
                        .bind("since", since)
                        .mapTo(Long.class)
                        .one());
  }

  /** As people know it; a long expression is cut, and told apart by its digest. */
  private static String name(Source source) {
    String text = source.name();
    return text.length() <= NAME_CHARS_MAX
        ? text
        : text.substring(0, NAME_CHARS_MAX) + "… " + ClaimId.digest(text.getBytes(UTF_8));
  }

  private void save(Handle handle, Source source, long refs) {
    handle
        .createUpdate(SAVE)
        .bind("policy", policy.name())
        .bind("source", name(source))
        .bind("refs", refs)
        .execute();
  }

  private UserException doubt(String why) {
    return new UserException(
        Kind.WAITING,
        "policy \"%s\" stops before it claims a file: %s. If that is right, say so once: reclaim run --accept-references %s"
            .formatted(policy.name(), why, policy.name()));
  }
}
