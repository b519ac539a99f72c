package dev.reclaim.cli.demo;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says before a run what must go, and after it what went, by looking at every row of every table
 * and every file of every store. Keeps its notes in a schema {@code oracle} of each sample
 * database.
 */
public final class Oracle {
  private final SampleServers servers;

  Oracle(SampleServers servers) {
    this.servers = servers;
  }

  /** Writes down all that is there and its fate, in place of earlier notes. */
  public void before() {
    EachSystem.inParallel(
        "looking before at",
        system -> {
          new SystemOracle(system, servers).before();
          return system;
        });
  }

  /** Compares what is there with the notes; may be asked as often as one likes. */
  public Verdict after() {
    Map<String, Verdict.OfPolicy> policies = new LinkedHashMap<>();
    for (List<Verdict.OfPolicy> parts :
        EachSystem.inParallel(
            "looking after at", system -> new SystemOracle(system, servers).after())) {
      parts.forEach(part -> policies.merge(part.name(), part, Verdict.OfPolicy::plus));
    }
    return Verdict.of(List.copyOf(policies.values()));
  }

  /** What went by labels, as of the last {@link #after}. */
  public Map<Label, Account> labels() {
    Map<Label, Account> labels = new HashMap<>();
    EachSystem.inParallel(
            "looking by labels at", system -> new SystemOracle(system, servers).labels())
        .forEach(labels::putAll);
    return labels;
  }
}
