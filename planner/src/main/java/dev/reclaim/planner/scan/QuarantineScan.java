package dev.reclaim.planner.scan;

import dev.reclaim.database.Books;
import dev.reclaim.database.Database;
import dev.reclaim.events.Claim;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.policy.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Files that have been in quarantine for long enough first, and then what else a policy speaks of.
 *
 * <p>Only the books are asked, by the clock of their database; whether a file is named again is
 * looked up by whoever removes it.
 */
public final class QuarantineScan implements Scan {
  private static final int FILES_PER_BATCH = 10_000;

  /** No scan has a position that begins like it. */
  private static final String MARK = "quarantine:";

  private static final String DUE =
      """
      SELECT name FROM reclaim.quarantined_file
       WHERE store = :store AND policy = :policy AND state = 'kept' AND name > :after
         AND greatest(purge_after, moved_at + make_interval(secs => :periodSeconds)) <= now()
       ORDER BY name
       LIMIT :most
      """;

  private final Policy policy;
  private final String run;
  private final Database books;
  private final List<String> stores;
  private final Supplier<Scan> rest;
  private @Nullable Scan begun;

  /**
   * A scan of the quarantines of a policy's stores.
   *
   * @param books database that has the books of the stores
   * @param rest makes the scan of all else, once it is needed
   */
  public QuarantineScan(
      Policy policy, String run, Database books, List<String> stores, Supplier<Scan> rest) {
    this.policy = policy;
    this.run = run;
    this.books = books;
    this.stores = List.copyOf(stores);
    this.rest = rest;
  }

  @Override
  public Batch next(String position) {
    if (!position.equals(START) && !position.startsWith(MARK)) {
      return rest().next(position);
    }
    At at = position.equals(START) ? new At(0, "") : At.of(position);
    while (at.store() < stores.size()) {
      List<String> names = due(stores.get(at.store()), at.name());
      if (!names.isEmpty()) {
        String last = names.get(names.size() - 1);
        return new Batch(
            claims(stores.get(at.store()), names),
            0,
            0,
            0,
            new At(at.store(), last).position(),
            0,
            false);
      }
      at = new At(at.store() + 1, "");
    }
    return rest().next(START);
  }

  private record At(int store, String name) {
    static At of(String position) {
      String[] parts = position.substring(MARK.length()).split(":", 2);
      return new At(Integer.parseInt(parts[0]), parts[1]);
    }

    String position() {
      return MARK + store + ":" + name;
    }
  }

  private List<String> due(String store, String after) {
    return books.jdbi().withHandle(handle -> due(handle, store, after));
  }

  private List<String> due(Handle handle, String store, String after) {
    if (!Books.readable(handle, "quarantined_file")) {
      return List.of();
    }
    return handle
        .createQuery(DUE)
        .bind("store", store)
        .bind("policy", policy.name())
        .bind("after", after)
        .bind("most", FILES_PER_BATCH)
        .bind("periodSeconds", (double) policy.quarantine().orElse(Duration.ZERO).toSeconds())
        .mapTo(String.class)
        .list();
  }

  private List<Claim> claims(String store, List<String> names) {
    List<Claim> claims = new ArrayList<>();
    for (List<String> chunk : ClaimChunks.of(names, ClaimChunks::jsonBytes)) {
      claims.add(new QuarantinedFiles(policy.name(), run, store, chunk));
    }
    return claims;
  }

  private Scan rest() {
    Scan scan = begun == null ? rest.get() : begun;
    begun = scan;
    return scan;
  }

  @Override
  public List<String> notes() {
    return begun == null ? List.of() : begun.notes();
  }

  @Override
  public void close() {
    if (begun != null) {
      begun.close();
    }
  }
}
