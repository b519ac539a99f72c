package dev.reclaim.worker.files;

import dev.reclaim.store.Deletion;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.StoreQuarantine;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.store.StoredObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A real store whose connection breaks while it deletes. */
record CutOffStore(ObjectStore real, boolean afterTheEffect) implements ObjectStore {
  @Override
  public Map<String, Deletion> delete(List<StoredObject> objects) {
    if (afterTheEffect) {
      real.delete(objects);
    }
    throw new StoreUnavailableException("cut off", null);
  }

  @Override
  public StoreQuarantine quarantine() {
    return new CutOffQuarantine(real.quarantine(), afterTheEffect);
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> visitor) {
    real.list(prefix, visitor);
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> paths) {
    return real.stat(paths);
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public void check() {
    real.check();
  }

  @Override
  public void close() {
    real.close();
  }
}
