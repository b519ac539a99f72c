package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.references.NamedFiles;
import dev.reclaim.references.NamedFiles.StoredPath;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A look at some rows of a table, old and young, whether what they name is in its stores at all:
 * where hardly any of it is, a wrong bucket or prefix is likelier than so many lost files.
 */
final class NamesFit {
  /** Pages that are looked at, 4 MiB. */
  private static final int PAGES_MAX = 512;

  private static final int ROWS_MAX = 5_000;

  /** Fewer say nothing. */
  private static final int ROWS_MIN = 20;

  /** One row in so many has its files. */
  private static final int SOME = 10;

  private final Database database;
  private final RowTarget target;
  private final NamedFiles named;

  NamesFit(Database database, RowTarget target, NamedFiles named) {
    this.database = database;
    this.target = target;
    this.named = named;
  }

  /**
   * Looks.
   *
   * @param areGone whether none of a row's files is there
   * @throws UserException of kind WAITING when hardly any row has its files
   */
  void require(Predicate<Set<StoredPath>> areGone) {
    List<Set<StoredPath>> rows =
        sample().stream().map(named::of).flatMap(Optional::stream).toList();
    long missing = rows.stream().filter(areGone).count();
    if (rows.size() >= ROWS_MIN && (rows.size() - missing) * SOME < rows.size()) {
      String policy = target.policy().name();
      throw new UserException(
          Kind.WAITING,
          ("policy \"%s\" stops before it claims a row: of %,d rows that were looked at %,d name files of which none is there;"
                  + " look at the bucket and prefix of their store. If that is right, say so: reclaim run --accept-references %s")
              .formatted(policy, rows.size(), missing, policy));
    }
  }

  private List<List<@Nullable String>> sample() {
    return database.inTransaction(
        handle -> {
          long pages =
              HeapRelations.of(handle, target.policy().table()).stream()
                  .mapToLong(HeapRelations.Heap::blocks)
                  .sum();
          double percent = Math.min(100, 100.0 * PAGES_MAX / Math.max(1, pages));
          return named.sample(handle.getConnection(), percent, ROWS_MAX);
        });
  }
}
