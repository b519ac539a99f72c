package dev.reclaim.planner.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.ClaimedFile;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Reference;
import dev.reclaim.store.FingerprintSet;
import dev.reclaim.store.ObjectListing;
import dev.reclaim.store.ReferenceParser;
import dev.reclaim.store.StoredObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Rows that name a file which is not there, for people who plan: it looks on while a store is
 * listed, and then while its references are read. Only columns of one text a row are looked at; in
 * a document any text may be meant as something else.
 *
 * <p>A row whose file came after the listing counts, too, so the number is no more than a hint.
 * Eight bytes a listed file.
 */
public final class Dangling implements ObjectListing, OrphanGate {
  private static final int EXAMPLE_CHARS_MAX = 200;

  private final ObjectListing store;
  private final String prefix;
  private final ReferenceParser parser;
  private final FingerprintSet files = new FingerprintSet();
  private final Map<Reference, Found> found = new LinkedHashMap<>();
  private boolean complete;
  private boolean there;

  private static final class Found {
    private long rows;
    private String example = "";
  }

  /** Looks on at this store. */
  public Dangling(ObjectListing store, FilePolicy policy, ReferenceParser parser) {
    this.store = store;
    this.prefix = policy.prefix();
    this.parser = parser;
  }

  @Override
  public void list(String of, Consumer<StoredObject> visitor) {
    store.list(
        of,
        object -> {
          files.add(object.path());
          visitor.accept(object);
        });
    files.seal();
    complete = true;
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> paths) {
    return store.stat(paths);
  }

  /** A text begins. */
  void begin() {
    there = false;
  }

  /** Hears a reading of the present text. */
  void reading(long fingerprint) {
    there |= complete && files.contains(fingerprint);
  }

  /** The present text, which names a file, was read to its end. */
  void end(Reference source, byte[] bytes, int from, int to) {
    if (!complete || there) {
      return;
    }
    String text = new String(bytes, from, to - from, UTF_8);
    if (parser.paths(text).stream().anyMatch(path -> path.startsWith(prefix))) {
      Found its = found.computeIfAbsent(source, key -> new Found());
      its.example = its.rows == 0 ? cut(text) : its.example;
      its.rows++;
    }
  }

  private static String cut(String text) {
    return text.length() <= EXAMPLE_CHARS_MAX ? text : text.substring(0, EXAMPLE_CHARS_MAX) + "…";
  }

  @Override
  public boolean passes(ClaimedFile file) {
    return true;
  }

  @Override
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    found.forEach(
        (source, its) ->
            notes.add(
                "%,d %s of %s %s a file that is not there, like \"%s\""
                    .formatted(
                        its.rows,
                        its.rows == 1 ? "row" : "rows",
                        source,
                        its.rows == 1 ? "names" : "name",
                        its.example)));
    return notes;
  }
}
