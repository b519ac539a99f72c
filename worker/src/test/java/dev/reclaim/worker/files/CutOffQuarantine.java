package dev.reclaim.worker.files;

import dev.reclaim.store.Deletion;
import dev.reclaim.store.Moved;
import dev.reclaim.store.StoreQuarantine;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.store.StoredObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** A real quarantine whose connection breaks while files go into it, out of it or away. */
record CutOffQuarantine(StoreQuarantine real, boolean afterTheEffect) implements StoreQuarantine {
  private <T> T cutOff(Supplier<T> effect) {
    if (afterTheEffect) {
      T unused = effect.get();
    }
    throw new StoreUnavailableException("cut off", null);
  }

  @Override
  public Map<String, Moved> keep(List<Move> moves) {
    return cutOff(() -> real.keep(moves));
  }

  @Override
  public Map<String, Moved> putBack(List<Move> moves) {
    return cutOff(() -> real.putBack(moves));
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> names) {
    return real.stat(names);
  }

  @Override
  public Map<String, Deletion> remove(List<StoredObject> kept) {
    return cutOff(() -> real.remove(kept));
  }
}
