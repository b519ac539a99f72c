package dev.reclaim.planner.scan;

import dev.reclaim.database.Database;
import dev.reclaim.database.RowTarget;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.policy.RowPolicy.LinkedFiles;
import dev.reclaim.references.NamedFiles;
import dev.reclaim.references.NamedFiles.StoredPath;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.FingerprintSet;
import dev.reclaim.store.ObjectListing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Those of the rows of another scan whose files are gone: none of those that a row names is in the
 * complete listing of its store, which is read before the first row. A row whose files cannot be
 * told stays.
 *
 * <p>Eight bytes a listed file, twelve while the listing is read.
 */
public final class DanglingScan implements Scan {
  private final Scan rows;
  private final Database database;
  private final RowTarget target;
  private final NamedFiles named;
  private final Map<String, ? extends ObjectListing> stores;
  private final boolean accepted;
  private final Map<String, FingerprintSet> listed = new HashMap<>();

  /**
   * A scan that has not listed anything yet.
   *
   * @param rows those that are old enough
   * @param stores open stores by name
   * @param trust whether it may be that hardly any row has its files
   */
  public DanglingScan(
      Scan rows,
      Database database,
      RowTarget target,
      NamedFiles named,
      Map<String, ? extends ObjectListing> stores,
      Trust trust) {
    this.accepted = trust.isAccepted();
    this.rows = rows;
    this.database = database;
    this.target = target;
    this.named = named;
    this.stores = stores;
  }

  @Override
  public Batch next(String position) {
    if (listed.isEmpty()) {
      target.policy().files().stream().map(LinkedFiles::store).distinct().forEach(this::list);
      if (position.equals(START) && !accepted) {
        new NamesFit(database, target, named).require(this::areGone);
      }
    }
    Batch batch = rows.next(position);
    List<Claim> claims = new ArrayList<>();
    long kept = 0;
    for (Claim claim : batch.claims()) {
      ExpiredRecords all = (ExpiredRecords) claim;
      List<List<String>> dangling = dangling(all.keys());
      kept += all.keys().size() - dangling.size();
      if (!dangling.isEmpty()) {
        claims.add(new ExpiredRecords(all.policy(), all.run(), all.cutoff(), dangling));
      }
    }
    return new Batch(
        claims,
        batch.guarded() + kept,
        batch.undated(),
        batch.refused(),
        batch.position(),
        batch.progress(),
        batch.last());
  }

  /** A store without a single file looks like a lost one, or like another one. */
  private void list(String name) {
    @Nullable ObjectListing store = stores.get(name);
    if (store == null) {
      throw new IllegalArgumentException("the store " + name + " is not open");
    }
    FingerprintSet files = new FingerprintSet();
    store.list("", object -> files.add(object.path()));
    files.seal();
    if (files.size() == 0) {
      throw new UserException(
          Kind.WAITING,
          "policy \"%s\" stops before it claims a row: the store %s has no file at all, so that every row would miss its own"
              .formatted(target.policy().name(), name));
    }
    listed.put(name, files);
  }

  private List<List<String>> dangling(List<List<String>> keys) {
    Map<Integer, List<@Nullable String>> texts =
        database.inTransaction(
            handle -> named.texts(handle.getConnection(), target.shape().keys(keys)));
    List<List<String>> dangling = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      @Nullable List<@Nullable String> row = texts.get(i);
      if (row != null && named.of(row).filter(this::areGone).isPresent()) {
        dangling.add(keys.get(i));
      }
    }
    return dangling;
  }

  private boolean areGone(Set<StoredPath> files) {
    return files.stream()
        .noneMatch(file -> Objects.requireNonNull(listed.get(file.store())).contains(file.path()));
  }

  @Override
  public List<String> notes() {
    return rows.notes();
  }

  @Override
  public void close() {
    rows.close();
  }
}
