package dev.reclaim.bench.reclaim;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The most of this JVM's heap that was in use right after a garbage collection, of whatever kind. A
 * young collection leaves what is dead in old regions, so this is a bound from above of what lives.
 */
public final class HeapPeak {
  private final Set<String> heapPools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toSet());
  private final AtomicLong bytesMax = new AtomicLong();

  private HeapPeak() {}

  /** Watches from now on, as long as the JVM lives. */
  public static HeapPeak watch() {
    HeapPeak peak = new HeapPeak();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener(
              (notification, handback) -> {
                if (notification.getUserData() instanceof CompositeData data) {
                  peak.collected(GarbageCollectionNotificationInfo.from(data));
                }
              },
              notification ->
                  notification
                      .getType()
                      .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
              null);
    }
    return peak;
  }

  private void collected(GarbageCollectionNotificationInfo collection) {
    bytesMax.accumulateAndGet(
        inUse(collection.getGcInfo().getMemoryUsageAfterGc(), heapPools), Math::max);
  }

  /** What of the heap is in use, other memory left out. */
  static long inUse(Map<String, MemoryUsage> pools, Set<String> heapPools) {
    return pools.entrySet().stream()
        .filter(pool -> heapPools.contains(pool.getKey()))
        .mapToLong(pool -> pool.getValue().getUsed())
        .sum();
  }

  /** The peak; what is in use now where nothing was collected yet. */
  public long bytes() {
    long peak = bytesMax.get();
    return peak > 0 ? peak : ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
