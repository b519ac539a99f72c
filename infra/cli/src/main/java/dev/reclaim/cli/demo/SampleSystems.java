package dev.reclaim.cli.demo;

import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Five applications with what must go and what must stay, planted with a fixed seed: the same
 * amounts give the same rows, files and sizes, at ages relative to now. Not thread-safe.
 *
 * <p>Ages keep clear of their cutoffs by 50 minutes for the policy of one hour, by 18 hours for
 * those of a day, and by days elsewhere, so that a run may take its time.
 */
public final class SampleSystems {
  private final SampleServers servers;
  private int rounds;

  private SampleSystems(SampleServers servers) {
    this.servers = servers;
  }

  /**
   * Makes the databases {@code video}, {@code trading}, {@code renders}, {@code jobs} and {@code
   * exports}, the buckets {@code renders} and {@code exports} and the directories {@code job-temp}
   * and {@code job-output}, empty; what had these names before is gone.
   */
  public static SampleSystems create(SampleServers servers) {
    EachSystem.inParallel(
        "creating",
        system -> {
          new SystemPlanting(system, servers).create();
          return system;
        });
    try {
      for (SampleStore store : SampleStore.values()) {
        new StoreListing(servers.directoryOf(store)).clear();
      }
    } catch (IOException e) {
      throw new DemoException("cannot make the stores: " + e, e);
    }
    return new SampleSystems(servers);
  }

  /**
   * Plants another round beside what is there, with new keys and paths. The first also adds indexes
   * and foreign keys, which is faster after many rows than before.
   */
  public void plant(Amounts amounts) {
    int round = rounds++;
    Map<String, Long> shares = Shares.of(amounts, room());
    EachSystem.inParallel(
        "planting",
        system -> {
          new SystemPlanting(system, servers).plant(round, shares);
          return system;
        });
  }

  /** The oracle over everything planted so far. */
  public Oracle oracle() {
    return new Oracle(servers);
  }

  /**
   * The policy files of these systems by their names, YAML; what they name in <code>${}</code> are
   * the variables.
   */
  public static Map<String, String> policyFiles() {
    Map<String, String> files = new LinkedHashMap<>();
    for (SampleSystem system : SampleSystem.values()) {
      String file = system.database() + ".yaml";
      files.put(file, SqlScript.text(file));
    }
    return files;
  }

  /** What the policy files' names in <code>${}</code> stand for. */
  public Map<String, String> variables() {
    return servers.variables();
  }

  private Map<SampleStore, Long> room() {
    Map<SampleStore, Long> room = new EnumMap<>(SampleStore.class);
    try {
      for (SampleStore store : SampleStore.values()) {
        long present = new StoreListing(servers.directoryOf(store)).count();
        room.put(store, Math.max(0, Shares.OBJECTS_PER_BUCKET_MAX - present));
      }
    } catch (IOException e) {
      throw new DemoException("cannot count what is in the stores: " + e, e);
    }
    return room;
  }
}
