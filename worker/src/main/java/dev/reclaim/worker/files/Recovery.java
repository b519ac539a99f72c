package dev.reclaim.worker.files;

import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.StoreIntents.Sort;
import dev.reclaim.worker.ledger.Breakdown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings intents to their end whose event does not come back: laid aside after its intents were
 * taken, or skipped.
 *
 * <p>First they are fenced, so that no attempt of the event can account for them any more. Only
 * when every deletion of such an attempt must be over is the store asked: a content that is there
 * is given back; one that is gone was deleted under the intent, and is accounted for as an event of
 * its own, {@code deletedInferred}, and a run that waits for the lost one waits no longer. If the
 * event comes after all, it finds those files missing.
 */
public final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  /** Most intents that one call fences. */
  static final int FENCED_MAX = 1_000;

  /** Most events that one call accounts for. */
  static final int EVENTS_MAX = 100;

  private final FileTarget target;
  private final LostEvents lost;
  private final String worker;
  private final Patience patience;

  /**
   * How long to wait, on the database's clock.
   *
   * @param abandoned after which an intent is nobody's
   * @param grace after which a deletion that was begun before the fence is over
   */
  public record Patience(Duration abandoned, Duration grace) {
    /** An event is tried every five minutes at least; a call of a store lasts one at most. */
    public static final Patience USUAL = new Patience(Duration.ofDays(1), Duration.ofMinutes(15));
  }

  Recovery(FileTarget target, LostEvents lost, String worker, Patience patience) {
    this.target = target;
    this.lost = lost;
    this.worker = worker;
    this.patience = patience;
  }

  int run() {
    int fenced =
        inState(
            handle -> target.intents().fence(handle, Sort.FILES, patience.abandoned(), FENCED_MAX));
    if (fenced > 0) {
      LOG.warn("{} intents of {} are nobody's any more", fenced, target.store().name());
    }
    int ended = 0;
    List<StoreIntents.Abandoned> all =
        inState(
            handle -> target.intents().fenced(handle, Sort.FILES, patience.grace(), EVENTS_MAX));
    for (StoreIntents.Abandoned event : all) {
      ended += end(event);
    }
    return ended;
  }

  private int end(StoreIntents.Abandoned event) {
    ReceivedClaim its = received(event);
    List<Intent> intents = inState(handle -> target.intents().openFenced(handle, its));
    Moves moves = Moves.look(target, inState(handle -> target.quarantine().moving(handle, its)));
    Map<String, StoredObject> live =
        target.store().stat(intents.stream().map(Intent::path).distinct().toList());
    Map<String, Intent> gone = new LinkedHashMap<>();
    List<Intent> there = new ArrayList<>();
    for (Intent intent : intents) {
      if (!moves.isGone(intent, live) || gone.putIfAbsent(moves.content(intent), intent) != null) {
        there.add(intent);
      }
    }
    Map<String, Map<String, String>> labels = gone.isEmpty() ? Map.of() : lost.labels(event);
    Recovered recovered = new Recovered(List.copyOf(gone.values()), there, moves, labels);
    lost.waitNoLonger(event);
    try {
      target.state().jdbi().useTransaction(handle -> settle(handle, event, recovered));
      moves.tidy();
      return intents.size();
    } catch (AttemptTakenException back) {
      LOG.info("{} is back", event.identity());
      return 0;
    }
  }

  /**
   * What a look at the store came to.
   *
   * @param labels of the rows that named the files, by path, as far as they are known
   */
  private record Recovered(
      List<Intent> gone, List<Intent> there, Moves moves, Map<String, Map<String, String>> labels) {
    List<LabelledPart> labelled() {
      if (!gone.stream().allMatch(intent -> labels.containsKey(intent.path()))) {
        return List.of();
      }
      Breakdown breakdown = new Breakdown();
      for (Intent intent : gone) {
        Map<String, String> its = labels.getOrDefault(intent.path(), Map.of());
        breakdown.add(its, 1, 0, new Reclaimed(0, 1, intent.size()));
      }
      return breakdown.parts();
    }
  }

  private void settle(Handle handle, StoreIntents.Abandoned event, Recovered recovered) {
    ReceivedClaim its = received(event);
    List<Intent> gone = recovered.gone();
    boolean ended =
        target.intents().giveBack(handle, its, recovered.there())
            && target.intents().close(handle, its, gone)
            && recovered.moves().settle(handle, its, gone, lost.quarantine(event))
            && (gone.isEmpty()
                || new RecoveredAccount(target.state(), worker)
                    .write(
                        handle,
                        event,
                        its.claim(),
                        gone,
                        recovered.labelled(),
                        recovered.moves().arrived(gone)));
    if (!ended) {
      throw new AttemptTakenException(event.identity());
    }
  }

  /** The event as far as its intents tell. */
  private ReceivedClaim received(StoreIntents.Abandoned event) {
    return new ReceivedClaim(event.identity(), claim(event), "");
  }

  /** Tells policy, run and kind only. */
  private OrphanedFiles claim(StoreIntents.Abandoned event) {
    return new OrphanedFiles(
        event.policy(),
        event.run(),
        target.store().name(),
        null,
        List.of(new ClaimedFile("-", null, null, null)));
  }

  private <T> T inState(HandleCallback<T, RuntimeException> work) {
    return target.state().jdbi().inTransaction(work);
  }
}
