package dev.reclaim.worker;

import dev.reclaim.database.DatabaseException;
import dev.reclaim.policy.StoreDefinition;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.worker.files.FileCleanups;
import dev.reclaim.worker.files.LeftoverCleanups;
import dev.reclaim.worker.files.Recovery;
import java.util.Collection;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the intents of events that do not come back, store by store. */
final class IntentSweep implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(IntentSweep.class);

  private final FileCleanups files;
  private final LeftoverCleanups leftovers;
  private final Collection<StoreDefinition> stores;
  private final Absences absences;

  IntentSweep(
      FileCleanups files,
      LeftoverCleanups leftovers,
      Collection<StoreDefinition> stores,
      Absences absences) {
    this.files = files;
    this.leftovers = leftovers;
    this.stores = stores;
    this.absences = absences;
  }

  @Override
  public void run() {
    for (StoreDefinition store : stores) {
      boolean there =
          absences.length(Backends.store(store.name())).isZero()
              && absences.length(Backends.database(store.state())).isZero();
      if (there) {
        sweep(store.name());
      }
    }
  }

  private void sweep(String store) {
    try {
      int ended =
          files.recover(store, Recovery.Patience.USUAL)
              + leftovers.recover(store, Recovery.Patience.USUAL);
      if (ended > 0) {
        LOG.info("{} intents of the store {} have come to their end", ended, store);
      }
    } catch (JdbiException | DatabaseException | StoreUnavailableException e) {
      LOG.warn("the intents of the store {} could not be swept: {}", store, e.toString());
    }
  }
}
