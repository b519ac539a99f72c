package dev.reclaim.store;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What a bucket keeps beside its files, its failures in the words of the store.
 *
 * @param place the store, for messages
 */
record S3Leftovers(Leftovers leftovers, String place) implements Leftovers {

  @Override
  public void list(String prefix, Instant cutoff, Consumer<Leftover> visitor) {
    asking(
        () -> {
          leftovers.list(prefix, cutoff, visitor);
          return "";
        });
  }

  @Override
  public Map<LeftoverId, Leftover> look(Collection<LeftoverId> ids) {
    return asking(() -> leftovers.look(ids));
  }

  @Override
  public Map<LeftoverId, Deletion> delete(List<Leftover> found) {
    return asking(() -> leftovers.delete(found));
  }

  private <T> T asking(Supplier<T> request) {
    try {
      return request.get();
    } catch (SdkException e) {
      throw S3Failure.unavailable(place, e);
    }
  }
}
