package dev.reclaim.worker.files;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.store.Moved;
import dev.reclaim.store.QuarantineName;
import dev.reclaim.store.StoreQuarantine.Move;
import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.Verdicts.Verdict;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of one claim on their way into quarantine.
 *
 * <p>Each name belongs to one event and one content, so whatever an attempt has left there is that
 * content or nothing. A copy is removed only after the account says that its original stayed.
 */
final class Quarantining implements Departure {
  private static final Logger LOG = LoggerFactory.getLogger(Quarantining.class);
  private static final String LOST = "moved by an attempt whose answer was lost";

  private final FileTarget target;
  private final ReceivedClaim received;
  private final Duration period;
  private final String run;
  private final Map<String, Map<String, String>> labels = new HashMap<>();
  private final Departure forGood;
  private final List<KeptFile> earlier;

  /** Names of contents of this event, by path and version. */
  private final Map<String, String> names = new HashMap<>();

  /** What has arrived: tag by name. */
  private final Map<String, String> arrived = new LinkedHashMap<>();

  /**
   * A departure.
   *
   * @param earlier where earlier attempts at the same event were taking files
   * @param forGood judges intents that were taken before there was a quarantine
   */
  Quarantining(
      FileTarget target,
      ReceivedClaim received,
      OrphanedFiles claim,
      Duration period,
      List<KeptFile> earlier,
      Departure forGood) {
    this.target = target;
    this.received = received;
    this.period = period;
    this.earlier = earlier;
    this.forGood = forGood;
    this.run = claim.run() == null ? received.identity().toString() : claim.run();
    for (ClaimedFile file : claim.files()) {
      labels.put(file.path(), file.labels());
    }
    earlier.forEach(file -> names.put(file.path(), file.name()));
  }

  @Override
  public void recover(Map<String, StoredObject> live, Verdicts verdicts) {
    Map<String, StoredObject> there = stat(earlier.stream().map(KeptFile::name).toList());
    for (KeptFile file : earlier) {
      @Nullable StoredObject original = live.get(file.path());
      @Nullable StoredObject copy = there.get(file.name());
      if (original != null && Intent.version(original).equals(file.version())) {
        continue;
      }
      if (copy != null && copy.size() == file.size()) {
        arrived.put(file.name(), copy.etag());
        verdicts.put(file.path(), Verdict.DELETED_INFERRED, LOST);
      } else if (original == null && !verdicts.has(file.path())) {
        verdicts.put(file.path(), Verdict.MISSING, "already gone");
      }
    }
    forGood.recover(live, verdicts);
  }

  private Map<String, StoredObject> stat(List<String> all) {
    return all.isEmpty() ? Map.of() : target.store().quarantine().stat(all);
  }

  @Override
  public void begin(Handle handle, Collection<Intent> taken) {
    List<KeptFile> files = taken.stream().map(this::file).toList();
    if (!target.quarantine().begin(handle, received, run, files)) {
      throw new AttemptTakenException(received.identity());
    }
  }

  private KeptFile file(Intent intent) {
    String right = received.identity() + "\n" + intent.version();
    String name = QuarantineName.of(run, intent.path(), right);
    names.put(intent.path(), name);
    return new KeptFile(
        name,
        intent.path(),
        intent.version(),
        intent.size(),
        labels.getOrDefault(intent.path(), Map.of()),
        "moving",
        1,
        null);
  }

  @Override
  public void depart(List<StoredObject> going, Map<String, Intent> ours, Verdicts verdicts) {
    List<Move> moves =
        going.stream()
            .map(object -> new Move(object, Objects.requireNonNull(names.get(object.path()))))
            .toList();
    Map<String, Moved> moved = target.store().quarantine().keep(moves);
    CrashPoint.AFTER_STORE_DELETE.pass();
    Map<String, StoredObject> there =
        stat(moves.stream().filter(move -> isLost(move, moved, ours)).map(Move::to).toList());
    moves.forEach(
        move ->
            judge(
                move,
                Objects.requireNonNull(moved.get(move.from().path())),
                there.get(move.to()),
                verdicts));
  }

  /** Whether an earlier attempt may be the reason that there is nothing left to move. */
  private static boolean isLost(Move move, Map<String, Moved> moved, Map<String, Intent> ours) {
    @Nullable Intent intent = ours.get(move.from().path());
    @Nullable Moved end = moved.get(move.from().path());
    return end != null
        && end.result() == Moved.Result.MISSING
        && intent != null
        && intent.attempt() > 1;
  }

  private void judge(Move move, Moved moved, @Nullable StoredObject lost, Verdicts verdicts) {
    String path = move.from().path();
    @Nullable StoredObject at = moved.at();
    if (at != null) {
      arrived.put(move.to(), at.etag());
      verdicts.put(path, Verdict.DELETED, "");
    } else if (lost != null && lost.size() == move.from().size()) {
      arrived.put(move.to(), lost.etag());
      verdicts.put(path, Verdict.DELETED_INFERRED, LOST);
    } else {
      switch (moved.result()) {
        case MISSING -> verdicts.put(path, Verdict.MISSING, "already gone");
        case CHANGED -> verdicts.put(path, Verdict.CHANGED, "kept, replaced at the last moment");
        default -> verdicts.put(path, Verdict.FAILED, "failed: " + moved.reason());
      }
    }
  }

  @Override
  public void settle(Handle handle, Verdicts verdicts) {
    if (!target.quarantine().kept(handle, received, arrived, period)) {
      throw new AttemptTakenException(received.identity());
    }
    Set<String> stayed = new HashSet<>(names.values());
    earlier.forEach(file -> stayed.add(file.name()));
    stayed.removeAll(arrived.keySet());
    target.quarantine().spare(handle, received, stayed);
  }

  @Override
  public void tidy() {
    try {
      new Spares(target).clear();
    } catch (RuntimeException e) {
      LOG.warn("copies of files that stayed are left for later: {}", e.toString());
    }
  }

  @Override
  public long kept() {
    return arrived.size();
  }
}
