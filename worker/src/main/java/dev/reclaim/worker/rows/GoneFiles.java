package dev.reclaim.worker.rows;

import dev.reclaim.references.NamedFiles;
import dev.reclaim.references.NamedFiles.StoredPath;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows that go because their files are gone: the stores are asked right before the transaction that
 * deletes, and not in it, so that no row stays locked for as long as a store takes to answer. In
 * the transaction a locked row has to say what it said when its files were looked for.
 */
public final class GoneFiles {
  /** From the look at a store to the deletion: what takes longer keeps the rows. */
  static final Duration WITHIN = Duration.ofSeconds(30);

  private final NamedFiles named;
  private final Stores stores;

  /**
   * Looks at files.
   *
   * @param stores asked anew each time
   */
  public GoneFiles(NamedFiles named, Stores stores) {
    this.named = named;
    this.stores = stores;
  }

  /** Where files are looked for. */
  @FunctionalInterface
  public interface Stores {
    /**
     * Those of the paths at which a file is, or may come to be again; all of them where the store
     * as a whole is in doubt.
     *
     * @throws RuntimeException when the store does not answer
     */
    Set<String> there(String store, Set<String> paths);
  }

  /** What was seen, for one attempt at one claim. */
  static final class Look {
    private final long began = System.nanoTime();
    private final Set<List<@Nullable String>> gone = new HashSet<>();

    /** Whether the files of a row that says so were gone a moment ago. */
    boolean gone(List<@Nullable String> texts) {
      return System.nanoTime() - began < WITHIN.toNanos() && gone.contains(texts);
    }
  }

  NamedFiles named() {
    return named;
  }

  /** Looks for the files of rows whose linked columns say so. */
  Look look(Collection<List<@Nullable String>> texts) {
    Look look = new Look();
    Map<List<@Nullable String>, Set<StoredPath>> rows = new HashMap<>();
    texts.forEach(row -> named.of(row).ifPresent(files -> rows.put(row, files)));
    Set<StoredPath> there = there(rows.values());
    rows.forEach(
        (row, files) -> {
          if (files.stream().noneMatch(there::contains)) {
            look.gone.add(row);
          }
        });
    return look;
  }

  private Set<StoredPath> there(Iterable<Set<StoredPath>> named) {
    Map<String, Set<String>> byStore = new HashMap<>();
    named.forEach(
        files ->
            files.forEach(
                file ->
                    byStore
                        .computeIfAbsent(file.store(), store -> new HashSet<>())
                        .add(file.path())));
    Set<StoredPath> there = new HashSet<>();
    byStore.forEach(
        (store, paths) ->
            there.addAll(
                stores.there(store, paths).stream()
                    .map(path -> new StoredPath(store, path))
                    .collect(Collectors.toSet())));
    return there;
  }
}
