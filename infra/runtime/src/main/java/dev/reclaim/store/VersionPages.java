package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A listing of versions, taken page by page, in which each is told since when it has been replaced:
 * since what is next newer under the same key was written.
 *
 * <p>A listing goes by the UTF-8 bytes of the keys, and under a key from new to old, as S3
 * promises; one that does not is not believed. Versions and delete markers come in two lists of
 * which each is in order; how they lie between each other is told by their times, and where these
 * are the same, the later moment counts. What nothing newer is known of is in use. Memory is that
 * of a page.
 */
final class VersionPages {
  private static final Comparator<String> BY_BYTES =
      (one, other) -> Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));

  private final Consumer<Leftover> visitor;
  private String key = "";
  private long entries;

  /** The oldest on pages before this one, under this key. */
  private @Nullable Instant lastVersion;

  private @Nullable Instant lastMarker;

  /** The key's delete marker that is current; expired if it turns out to be alone. */
  private @Nullable Entry hiding;

  /** Shows every entry, in use or not. */
  VersionPages(Consumer<Leftover> visitor) {
    this.visitor = visitor;
  }

  /** A line of the listing. */
  record Entry(
      String key, String version, boolean latest, boolean marker, long size, Instant modified) {
    Leftover since(@Nullable Instant replaced) {
      return new Leftover(
          new LeftoverId(key, version),
          marker ? Leftover.Shape.DELETE_MARKER : Leftover.Shape.VERSION,
          size,
          Optional.ofNullable(replaced));
    }
  }

  /** Takes the next page; returns whether it goes beyond {@code path}. */
  boolean add(List<Entry> versions, List<Entry> markers, String path) {
    Map<String, List<Entry>> byKey = new TreeMap<>(BY_BYTES);
    for (List<Entry> list : List.of(versions, markers)) {
      String before = key;
      for (Entry entry : list) {
        requireOrder(before, entry.key());
        before = entry.key();
        byKey.computeIfAbsent(before, first -> new ArrayList<>()).add(entry);
      }
    }
    byKey.forEach(this::add);
    return BY_BYTES.compare(key, path) > 0;
  }

  private static void requireOrder(String before, String next) {
    if (BY_BYTES.compare(before, next) > 0) {
      throw new StoreUnavailableException(
          "the listing of versions is out of order: %s after %s".formatted(next, before), null);
    }
  }

  private void add(String next, List<Entry> page) {
    if (!next.equals(key) || entries == 0) {
      end();
      key = next;
    }
    entries += page.size();
    List<Entry> versions = page.stream().filter(entry -> !entry.marker()).toList();
    List<Entry> markers = page.stream().filter(Entry::marker).toList();
    @Nullable Instant versionBefore = lastVersion;
    lastVersion = show(versions, lastVersion, markers, lastMarker);
    lastMarker = show(markers, lastMarker, versions, versionBefore);
  }

  /** The last group has ended, too. */
  void end() {
    if (hiding != null) {
      visitor.accept(hiding.since(entries == 1 ? hiding.modified() : null));
    }
    hiding = null;
    entries = 0;
    lastVersion = null;
    lastMarker = null;
  }

  private @Nullable Instant show(
      List<Entry> own,
      @Nullable Instant ownBefore,
      List<Entry> others,
      @Nullable Instant othersBefore) {
    @Nullable Instant before = ownBefore;
    for (Entry entry : own) {
      if (entry.latest() && entry.marker()) {
        hiding = entry;
      } else {
        visitor.accept(
            entry.since(entry.latest() ? null : replaced(entry, before, others, othersBefore)));
      }
      before = entry.modified();
    }
    return before;
  }

  private static @Nullable Instant replaced(
      Entry entry, @Nullable Instant before, List<Entry> others, @Nullable Instant othersBefore) {
    Stream<Instant> onThisPage =
        others.stream()
            .filter(other -> other.latest() || other.modified().isAfter(entry.modified()))
            .map(Entry::modified);
    List<Instant> newer =
        Stream.concat(Stream.of(before, othersBefore).flatMap(Stream::ofNullable), onThisPage)
            .toList();
    if (newer.isEmpty()) {
      return null;
    }
    // An upload in parts has the time of its beginning: what it replaced may look younger than it.
    boolean inOrder = newer.stream().noneMatch(time -> time.isBefore(entry.modified()));
    Comparator<Instant> order = Comparator.naturalOrder();
    return inOrder
        ? newer.stream().min(order).orElseThrow()
        : Stream.concat(newer.stream(), Stream.of(entry.modified())).max(order).orElseThrow();
  }
}
