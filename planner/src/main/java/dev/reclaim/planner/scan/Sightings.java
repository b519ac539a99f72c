package dev.reclaim.planner.scan;

import dev.reclaim.database.Books;
import dev.reclaim.database.Database;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.store.FingerprintSet;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Holds an orphan back until so many complete scans in a row have found it, the present one
 * included, each of another run. A file that something names again, that is gone, or that was
 * changed, is missing among the orphans of a scan and so starts over.
 *
 * <p>What a scan has seen replaces what the one before had seen when it is complete, and never
 * before; one that breaks off leaves no trace. Kept in the store's state database, nine bytes for
 * each orphan and at most {@value #ENTRIES_MAX} of them; others are held back.
 */
public final class Sightings implements OrphanGate {
  /** Orphans that are remembered: 36 MB. */
  private static final int ENTRIES_MAX = 4_000_000;

  private static final int ENTRIES_PER_PART = 20_000;

  private static final String LAST = "SELECT run FROM reclaim.sighting_scan WHERE policy = :policy";

  private static final String READ =
      "SELECT entries FROM reclaim.sighting WHERE policy = :policy AND run = :run";

  private static final String FORGET =
      "DELETE FROM reclaim.sighting WHERE policy = :policy AND run <> :run";

  private static final String ADD =
      "INSERT INTO reclaim.sighting (policy, run, part, entries) VALUES (:policy, :run, :part, :entries)";

  private static final String COMPLETE =
      """
      INSERT INTO reclaim.sighting_scan (policy, run) VALUES (:policy, :run)
      ON CONFLICT (policy) DO UPDATE SET run = excluded.run, completed_at = now()
      """;

  private final Database state;
  private final FilePolicy policy;
  private final String run;
  private final boolean recorded;
  private final ByteBuffer part = ByteBuffer.allocate(ENTRIES_PER_PART * SeenBefore.ENTRY_BYTES);
  private @Nullable SeenBefore before;
  private boolean again;
  private int parts;
  private long entries;
  private long held;

  private Sightings(Database state, FilePolicy policy, String run, Trust trust) {
    this.state = state;
    this.policy = policy;
    this.run = run;
    this.recorded = trust.isRecorded();
  }

  /** The policy's, where it asks for more than one. */
  public static OrphanGate of(Database state, FilePolicy policy, String run, Trust trust) {
    return policy.proof().sightings() == 1
        ? OrphanGate.OPEN
        : new Sightings(state, policy, run, trust);
  }

  @Override
  public boolean passes(ClaimedFile file) {
    SeenBefore seen = begun();
    long fingerprint = fingerprint(file);
    int times = Math.min(policy.proof().sightings(), seen.times(fingerprint) + (again ? 0 : 1));
    boolean remembered = again || entries < ENTRIES_MAX;
    if (!again && remembered) {
      add(fingerprint, times);
    }
    boolean enough = remembered && times == policy.proof().sightings();
    held += enough ? 0 : 1;
    return enough;
  }

  private static long fingerprint(ClaimedFile file) {
    @Nullable Instant modified = file.modified();
    return FingerprintSet.fingerprint(
        file.path()
            + '\n'
            + file.etag()
            + '\n'
            + (modified == null ? "" : Long.toString(modified.getEpochSecond())));
  }

  private SeenBefore begun() {
    return before == null ? begin() : before;
  }

  /** Whoever asks for a run that was counted to its end, in a later pass say, counts nothing. */
  private SeenBefore begin() {
    SeenBefore seen =
        state
            .jdbi()
            .inTransaction(
                handle -> {
                  Optional<String> last =
                      recorded || readable(handle) ? last(handle) : Optional.empty();
                  again = last.filter(run::equals).isPresent();
                  if (recorded && !again) {
                    handle
                        .createUpdate(FORGET)
                        .bind("policy", policy.name())
                        .bind("run", last.orElse(""))
                        .execute();
                  }
                  return SeenBefore.of(last.map(it -> read(handle, it)).orElse(List.of()));
                });
    before = seen;
    return seen;
  }

  private static boolean readable(Handle handle) {
    return Books.readable(handle, "sighting") && Books.readable(handle, "sighting_scan");
  }

  private Optional<String> last(Handle handle) {
    return handle.createQuery(LAST).bind("policy", policy.name()).mapTo(String.class).findOne();
  }

  private List<byte[]> read(Handle handle, String of) {
    return handle
        .createQuery(READ)
        .bind("policy", policy.name())
        .bind("run", of)
        .mapTo(byte[].class)
        .list();
  }

  private void add(long fingerprint, int times) {
    part.putLong(fingerprint).put((byte) times);
    entries++;
    if (!part.hasRemaining()) {
      store();
    }
  }

  private void store() {
    byte[] filled = Arrays.copyOf(part.array(), part.position());
    part.clear();
    if (recorded && filled.length > 0) {
      state
          .jdbi()
          .useHandle(
              handle ->
                  handle
                      .createUpdate(ADD)
                      .bind("policy", policy.name())
                      .bind("run", run)
                      .bind("part", parts++)
                      .bind("entries", filled)
                      .execute());
    }
  }

  @Override
  public void end() {
    SeenBefore unused = begun();
    if (again || !recorded) {
      return;
    }
    store();
    state
        .jdbi()
        .useTransaction(
            handle -> {
              handle
                  .createUpdate(COMPLETE)
                  .bind("policy", policy.name())
                  .bind("run", run)
                  .execute();
              handle.createUpdate(FORGET).bind("policy", policy.name()).bind("run", run).execute();
            });
  }

  @Override
  public List<String> notes() {
    return held == 0
        ? List.of()
        : List.of(
            "%,d %s held back until %d runs in a row have found %s"
                .formatted(
                    held,
                    held == 1 ? "orphan is" : "orphans are",
                    policy.proof().sightings(),
                    held == 1 ? "it" : "them"));
  }
}
