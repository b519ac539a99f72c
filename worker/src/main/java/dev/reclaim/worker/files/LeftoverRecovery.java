package dev.reclaim.worker.files;

import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.store.LeftoverId;
import dev.reclaim.store.LeftoverKind;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.files.Recovery.Patience;
import dev.reclaim.worker.files.StoreIntents.Abandoned;
import dev.reclaim.worker.files.StoreIntents.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings intents on one kind of leftovers to their end whose event does not come back, by the steps
 * of {@link Recovery}.
 */
final class LeftoverRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(LeftoverRecovery.class);

  private final LeftoverKind kind;
  private final String store;
  private final LeftoverTarget target;
  private final LostEvents lost;
  private final String worker;
  private final Patience patience;

  LeftoverRecovery(
      LeftoverKind kind,
      String store,
      LeftoverTarget target,
      LostEvents lost,
      String worker,
      Patience patience) {
    this.kind = kind;
    this.store = store;
    this.target = target;
    this.lost = lost;
    this.worker = worker;
    this.patience = patience;
  }

  int run() {
    Sort sort = Sort.of(kind);
    int fenced =
        inState(
            handle ->
                target.intents().fence(handle, sort, patience.abandoned(), Recovery.FENCED_MAX));
    if (fenced > 0) {
      LOG.warn("{} intents on {} of {} are nobody's any more", fenced, kind, store);
    }
    int ended = 0;
    List<Abandoned> all =
        inState(
            handle -> target.intents().fenced(handle, sort, patience.grace(), Recovery.EVENTS_MAX));
    for (Abandoned event : all) {
      ended += end(event);
    }
    return ended;
  }

  private int end(Abandoned event) {
    ReceivedClaim its = received(event);
    List<Intent> intents = inState(handle -> target.intents().openFenced(handle, its));
    Set<LeftoverId> found =
        target.leftovers().look(intents.stream().map(LeftoverName::of).toList()).keySet();
    List<Intent> gone = new ArrayList<>();
    List<Intent> there = new ArrayList<>();
    for (Intent intent : intents) {
      (found.contains(LeftoverName.of(intent)) ? there : gone).add(intent);
    }
    lost.waitNoLonger(event);
    try {
      target.state().jdbi().useTransaction(handle -> settle(handle, event, gone, there));
      return intents.size();
    } catch (AttemptTakenException back) {
      LOG.info("{} is back", event.identity());
      return 0;
    }
  }

  private void settle(Handle handle, Abandoned event, List<Intent> gone, List<Intent> there) {
    ReceivedClaim its = received(event);
    boolean ended =
        target.intents().giveBack(handle, its, there)
            && target.intents().close(handle, its, gone)
            && (gone.isEmpty()
                || new RecoveredAccount(target.state(), worker)
                    .write(handle, event, its.claim(), gone, List.of(), 0));
    if (!ended) {
      throw new AttemptTakenException(event.identity());
    }
  }

  /** The event as far as its intents tell. */
  private ReceivedClaim received(Abandoned event) {
    StoreLeftovers claim =
        new StoreLeftovers(
            event.policy(), event.run(), store, List.of(ClaimedLeftover.version("-", "-")));
    return new ReceivedClaim(event.identity(), claim, "");
  }

  private <T> T inState(HandleCallback<T, RuntimeException> work) {
    return target.state().jdbi().inTransaction(work);
  }
}
