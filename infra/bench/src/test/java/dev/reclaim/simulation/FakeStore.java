package dev.reclaim.simulation;

import dev.reclaim.store.Deletion;
import dev.reclaim.store.DeletionResult;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.store.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A store of files whose deletions are under way for a while, also when whoever asked for them is
 * killed, and whose answers are lost now and then.
 */
final class FakeStore implements ObjectStore {
  private static final int LOST_ONE_IN = 12;
  private static final Duration SLOW = Duration.ofSeconds(50);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  final TreeMap<String, StoredObject> files = new TreeMap<>();
  private final Scheduler scheduler;
  private final Sabotage sabotage;
  private final GroundTruth truth;
  private final FakeDatabase database;
  private final Machine machine;
  private int contents;

  FakeStore(Scheduler scheduler, Sabotage sabotage, GroundTruth truth, FakeDatabase database) {
    this.scheduler = scheduler;
    this.sabotage = sabotage;
    this.truth = truth;
    this.database = database;
    this.machine = new Machine("the store", scheduler);
  }

  /** Its clock, which is right. */
  Instant now() {
    return Instant.ofEpochMilli(scheduler.nowMs());
  }

  /** Writes a content that no file had before. */
  void put(String path, long size, Instant modified) {
    StoredObject file =
        new StoredObject(path, size, "etag" + ++contents, modified.truncatedTo(ChronoUnit.SECONDS));
    scheduler.story().tell("%s is written as %s of %s", path, file.etag(), file.modified());
    files.put(path, file);
  }

  @Override
  public Map<String, StoredObject> stat(Collection<String> paths) {
    scheduler.pause();
    Actor.current().lookedAt = scheduler.step();
    mayBeAway();
    Map<String, StoredObject> found = new LinkedHashMap<>();
    paths.stream()
        .sorted()
        .filter(files::containsKey)
        .forEach(path -> found.put(path, files.get(path)));
    return found;
  }

  @Override
  public Map<String, Deletion> delete(List<StoredObject> objects) {
    scheduler.pause();
    mayBeAway();
    Request request =
        new Request(objects, Actor.current().machine.name(), Actor.current().lookedAt);
    if (scheduler.chance().oneIn(3)) {
      machine.spawn("slow request", () -> request.carryOut(SLOW));
    } else {
      request.carryOut(Duration.ZERO);
    }
    boolean came = scheduler.await(() -> request.done, TIMEOUT.toMillis());
    if (!came || isLost()) {
      throw new StoreUnavailableException("no answer", null);
    }
    return request.answers;
  }

  private boolean isLost() {
    return Actor.current().machine.isTroubled()
        && database.trouble().isOn()
        && scheduler.chance().oneIn(LOST_ONE_IN);
  }

  private void mayBeAway() {
    if (isLost()) {
      throw new StoreUnavailableException("not to be reached", null);
    }
  }

  /** A deletion under way. */
  private final class Request {
    private final List<StoredObject> objects;
    private final String by;
    private final long lookedAt;
    private final Map<String, Deletion> answers = new LinkedHashMap<>();
    private boolean done;

    Request(List<StoredObject> objects, String by, long lookedAt) {
      this.objects = objects;
      this.by = by;
      this.lookedAt = lookedAt;
    }

    void carryOut(Duration longest) {
      if (!longest.isZero()) {
        machine.sleep(scheduler.chance().between(Duration.ZERO, longest));
      }
      for (StoredObject object : objects) {
        answers.put(object.path(), new Deletion(delete(object), ""));
      }
      done = true;
    }

    private DeletionResult delete(StoredObject object) {
      StoredObject there = files.get(object.path());
      if (there == null) {
        return DeletionResult.MISSING;
      }
      boolean same = there.etag().equals(object.etag());
      if (!same && !sabotage.is(Sabotage.Kind.UNCONDITIONAL_DELETE)) {
        return DeletionResult.CHANGED;
      }
      files.remove(object.path());
      scheduler.story().tell("%s, %s, is gone, by %s", there.path(), there.etag(), by);
      truth.add(
          new FileGone(
              there,
              same,
              now(),
              database.naming(there.path(), lookedAt),
              database.goesWithItsRow(there.path())));
      return DeletionResult.DELETED;
    }
  }

  @Override
  public void list(String prefix, Consumer<StoredObject> visitor) {
    scheduler.pause();
    mayBeAway();
    List.copyOf(files.values()).stream()
        .filter(file -> file.path().startsWith(prefix))
        .forEach(visitor);
  }

  @Override
  public String name() {
    return "renders";
  }

  @Override
  public void check() {
    // It can always be worked with.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
