package dev.reclaim.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * A bucket's quarantine: the server copies an object, with its type and metadata, the copy is
 * looked at, and then the original is deleted on the condition that it is still what was seen.
 */
final class S3Quarantine implements StoreQuarantine, AutoCloseable {
  private static final String VERSIONED =
      "the bucket keeps versions, so that a file would stay behind as one";

  private static final String SLEPT = "the process stood still for hours beside its copy";

  /** Somebody else takes a move for given up after a day, and may remove the copy. */
  private static final Duration COPY_MAX = Duration.ofHours(12);

  private final S3Store store;
  private final String bucket;
  private final S3Clients clients;
  private final S3Heads heads;
  private final S3Heads paths;
  private final S3Copies copies;
  private final S3Stretches stretches;

  S3Quarantine(S3Store store, String bucket, S3Clients clients) {
    this.store = store;
    this.bucket = bucket;
    this.clients = clients;
    this.heads =
        new S3Heads(
            clients.reading(), bucket, "quarantine-" + store.name(), S3Quarantine::isKeptKey);
    this.paths = new S3Heads(clients.reading(), bucket, "restore-" + store.name());
    this.stretches = new S3Stretches(clients.reading(), bucket, S3Quarantine::isKeptKey);
    this.copies = new S3Copies(clients.changing(), bucket, "copy-" + store.name());
  }

  private static boolean isKeptKey(String key) {
    return key.startsWith(StorePaths.QUARANTINE)
        && QuarantineName.isName(key.substring(StorePaths.QUARANTINE.length()));
  }

  private static String key(String name) {
    return StorePaths.QUARANTINE + name;
  }

  private static String name(String key) {
    return key.substring(StorePaths.QUARANTINE.length());
  }

  @Override
  public Map<String, Moved> keep(List<Move> moves) {
    return store.asking(
        () -> {
          Map<String, Moved> moved = new HashMap<>();
          if (store.traits().versioned()) {
            moves.forEach(move -> moved.put(move.from().path(), Moved.failed(VERSIONED)));
            return moved;
          }
          List<S3Copies.Copy> wanted = new ArrayList<>();
          for (Move move : moves) {
            if (StorePaths.isFileKey(move.from().path())) {
              wanted.add(new S3Copies.Copy(move.from(), key(move.to()), false));
            } else {
              moved.put(move.from().path(), Moved.failed("names no file of the store"));
            }
          }
          long begunNanos = System.nanoTime();
          Instant begun = Instant.now();
          Map<String, StoredObject> copied = copied(wanted, heads, moved);
          if (isLong(System.nanoTime() - begunNanos) || isLong(millisSince(begun) * 1_000_000)) {
            copied.keySet().forEach(path -> moved.put(path, Moved.failed(SLEPT)));
            return moved;
          }
          List<StoredObject> originals =
              moves.stream().map(Move::from).filter(it -> copied.containsKey(it.path())).toList();
          store
              .delete(originals)
              .forEach((path, end) -> moved.put(path, moved(end, copied.get(path), true)));
          return moved;
        });
  }

  private static long millisSince(Instant begun) {
    return Duration.between(begun, Instant.now()).abs().toMillis();
  }

  private static boolean isLong(long nanos) {
    return nanos > COPY_MAX.toNanos();
  }

  /**
   * Copies, and looks at the copies.
   *
   * @param moved gets what became of those that were not copied
   * @return the copies that are whole, by the keys they were made from
   */
  private Map<String, StoredObject> copied(
      List<S3Copies.Copy> wanted, S3Heads look, Map<String, Moved> moved) {
    Map<String, Moved> ends = copies.make(wanted);
    List<S3Copies.Copy> made = new ArrayList<>();
    for (S3Copies.Copy copy : wanted) {
      Moved end = Objects.requireNonNull(ends.get(copy.from().path()));
      if (end.result() == Moved.Result.MOVED) {
        made.add(copy);
      } else {
        moved.put(copy.from().path(), end);
      }
    }
    Map<String, HeadObjectResponse> seen = look.look(made.stream().map(S3Copies.Copy::to).toList());
    Map<String, StoredObject> whole = new LinkedHashMap<>();
    for (S3Copies.Copy copy : made) {
      @Nullable HeadObjectResponse head = seen.get(copy.to());
      if (head != null && S3Copies.whole(copy.from(), head)) {
        whole.put(copy.from().path(), S3Store.seen(copy.to(), head));
      } else {
        moved.put(copy.from().path(), Moved.failed("its copy is not what it was made from"));
      }
    }
    return whole;
  }

  private static Moved moved(Deletion end, @Nullable StoredObject copy, boolean kept) {
    StoredObject at = Objects.requireNonNull(copy);
    return Moved.unless(
        end, kept ? new StoredObject(name(at.path()), at.size(), at.etag(), at.modified()) : at);
  }

  @Override
  public Map<String, Moved> putBack(List<Move> moves) {
    return store.asking(
        () -> {
          Map<String, Moved> moved = new HashMap<>();
          Map<String, StoredObject> back = new LinkedHashMap<>();
          Map<String, StoredObject> there =
              stat(moves.stream().map(it -> it.from().path()).toList());
          Map<String, HeadObjectResponse> taken = paths.look(moves.stream().map(Move::to).toList());
          List<S3Copies.Copy> wanted = new ArrayList<>();
          for (Move move : moves) {
            StoredObject kept = inBucket(move.from());
            Optional<Moved> obstacle = obstacle(move, there.get(move.from().path()));
            @Nullable HeadObjectResponse head = taken.get(move.to());
            if (obstacle.isPresent()) {
              moved.put(kept.path(), obstacle.get());
            } else if (head == null) {
              wanted.add(new S3Copies.Copy(kept, move.to(), true));
            } else if (S3Copies.same(kept, head)) {
              // Copied by an attempt whose answer was lost, or as good as that.
              back.put(kept.path(), S3Store.seen(move.to(), head));
            } else {
              moved.put(kept.path(), Moved.OCCUPIED);
            }
          }
          back.putAll(copied(wanted, paths, moved));
          List<StoredObject> spent =
              moves.stream()
                  .map(move -> inBucket(move.from()))
                  .filter(kept -> back.containsKey(kept.path()))
                  .toList();
          delete(spent).forEach((key, end) -> moved.put(key, moved(end, back.get(key), false)));
          Map<String, Moved> byName = new HashMap<>();
          moved.forEach((key, end) -> byName.put(name(key), end));
          return byName;
        });
  }

  private static Optional<Moved> obstacle(Move move, @Nullable StoredObject there) {
    if (!StorePaths.isFileKey(move.to())) {
      return Optional.of(Moved.failed("its path names no file of the store"));
    }
    if (there == null) {
      return Optional.of(Moved.MISSING);
    }
    return there.etag().equals(move.from().etag()) ? Optional.empty() : Optional.of(Moved.CHANGED);
  }

  private static StoredObject inBucket(StoredObject kept) {
    return new StoredObject(key(kept.path()), kept.size(), kept.etag(), kept.modified());
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> names) {
    Map<String, StoredObject> found = new HashMap<>();
    store
        .asking(() -> heads.look(names.stream().map(S3Quarantine::key).toList()))
        .forEach((key, head) -> found.put(name(key), S3Store.seen(name(key), head)));
    return found;
  }

  @Override
  public Map<String, Deletion> remove(List<StoredObject> kept) {
    Map<String, Deletion> results = new HashMap<>();
    store
        .asking(() -> delete(kept.stream().map(S3Quarantine::inBucket).toList()))
        .forEach((key, end) -> results.put(name(key), end));
    return results;
  }

  private Map<String, Deletion> delete(List<StoredObject> objects) {
    return new S3Deletion(
            clients.changing(),
            bucket,
            stretches,
            heads,
            store.traits(),
            store.traits().versioned(),
            Deletions.byPath(objects),
            Set.of(),
            S3Quarantine::isKeptKey)
        .run();
  }

  @Override
  public void close() {
    copies.close();
    heads.close();
    paths.close();
  }
}
