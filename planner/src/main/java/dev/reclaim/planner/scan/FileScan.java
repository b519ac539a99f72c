package dev.reclaim.planner.scan;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.ObjectListing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files of one store that nothing refers to. The listing is complete and on disk before the first
 * reference is read: a file that is referred to after it was listed is found among the references,
 * never the other way round.
 *
 * <p>A position counts listed candidates within this scan; another process begins anew, and what
 * was claimed before is kept from it by the gate.
 */
public final class FileScan implements Scan {
  private static final int FILES_PER_BATCH = 10_000;

  /** Progress is seen, and the lease renewed, also where nothing is an orphan. */
  private static final long CANDIDATES_PER_BATCH = 500_000;

  /** Fewer files may well be orphans, all of them. */
  private static final int DOUBTED_MIN = 20;

  private final FilePolicy policy;
  private final ObjectListing store;
  private final Supplier<Referenced> references;
  private final String run;
  private final Instant cutoff;
  private final OrphanGate gate;
  private @Nullable Listing listing;
  private Referenced referenced = new Referenced.Unasked();
  private boolean ended;

  /**
   * A scan of one store.
   *
   * @param references reads every reference when asked
   * @param cutoff files modified after this are left alone
   * @param gate what orphans have to pass
   */
  public FileScan(
      FilePolicy policy,
      ObjectListing store,
      Supplier<Referenced> references,
      String run,
      Instant cutoff,
      OrphanGate gate) {
    this.gate = gate;
    this.policy = policy;
    this.store = store;
    this.references = references;
    this.run = run;
    this.cutoff = cutoff;
  }

  @Override
  public Batch next(String position) {
    Listing candidates = listing == null ? begin() : listing;
    List<ClaimedFile> orphans = new ArrayList<>();
    long guarded = 0;
    long end = candidates.read() + CANDIDATES_PER_BATCH;
    while (orphans.size() < FILES_PER_BATCH && candidates.read() < end && candidates.advance()) {
      if (referenced.mayName(candidates.fingerprint())) {
        guarded++;
      } else {
        addIfPassed(candidates.file(), orphans);
      }
    }
    boolean last = candidates.read() == candidates.size();
    if (last && !ended) {
      ended = true;
      gate.end();
    }
    return new Batch(
        claims(orphans),
        guarded,
        0,
        0,
        Long.toString(candidates.read()),
        candidates.progress(),
        last);
  }

  private void addIfPassed(ClaimedFile file, List<ClaimedFile> orphans) {
    if (gate.passes(file)) {
      orphans.add(file);
    }
  }

  @Override
  public List<String> notes() {
    return Stream.concat(referenced.doubt().stream(), gate.notes().stream()).toList();
  }

  /** Nothing is claimed of a listing whose references could not be read. */
  private Listing begin() {
    Listing candidates = Listing.of(store, policy.prefix(), cutoff);
    try {
      Referenced known = references.get();
      requireFit(candidates, known);
      referenced = known;
    } catch (RuntimeException e) {
      candidates.close();
      throw e;
    }
    listing = candidates;
    return candidates;
  }

  /**
   * Where nothing names any of many files, a reference is likelier to be misread, or to lie below
   * another folder, than every file is to be an orphan.
   */
  private void requireFit(Listing candidates, Referenced known) {
    if (candidates.size() >= DOUBTED_MIN
        && known.hasToNameSome()
        && !candidates.isAny(known::mayName)) {
      throw new UserException(
          Kind.WAITING,
          ("policy \"%s\" stops before it claims a file: none of the %,d files that are old enough is named by any reference,"
                  + " and no younger one; look at how the references are written and at the prefix of the policy."
                  + " If that is right, say so once: reclaim run --accept-references %s")
              .formatted(policy.name(), candidates.size(), policy.name()));
    }
  }

  private List<Claim> claims(List<ClaimedFile> files) {
    List<Claim> claims = new ArrayList<>();
    for (List<ClaimedFile> chunk : ClaimChunks.of(files, FileScan::jsonBytes)) {
      claims.add(new OrphanedFiles(policy.name(), run, policy.store(), null, chunk));
    }
    return claims;
  }

  /** Names of the members, size and time take 120 at most. */
  private static int jsonBytes(ClaimedFile file) {
    return ClaimChunks.jsonBytes(file.path())
        + (file.etag() == null ? 0 : ClaimChunks.jsonBytes(file.etag()))
        + 120;
  }

  @Override
  public void close() {
    if (listing != null) {
      listing.close();
    }
  }
}
