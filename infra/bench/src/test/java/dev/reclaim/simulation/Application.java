package dev.reclaim.simulation;

import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Topics;
import dev.reclaim.kafka.EventRecords;
import dev.reclaim.store.StoredObject;
import dev.reclaim.worker.ledger.FollowUp;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The application that owns the rows, and services of it that claim: adds, renews, refers to, locks
 * and deletes rows while they are being deleted, and claims them, expired or not.
 */
final class Application {
  private static final int KEYS = 12;
  private static final int FILES = 8;
  private static final Duration OLD = Policies.ROWS_KEPT.plusMinutes(10);
  private static final Duration OLD_FILE = Policies.FILES_KEPT.plusHours(3);
  private static final List<String> TABLES = List.of("jobs", "sessions");

  private final World world;
  private final FakeDatabase database;
  private final Chance chance;
  private final Machine machine;
  private int assets;
  private int events;

  Application(World world) {
    this.world = world;
    this.database = world.database;
    this.chance = world.chance;
    this.machine = new Machine("the application", world.scheduler);
    machine.trouble(false);
  }

  /** One piece of the application's work, in a session of its own. */
  private interface Work {
    void in(FakeSession session) throws SQLException;
  }

  private void spawn(String what, Work work) {
    machine.spawn(
        what,
        () -> {
          FakeSession session = database.connect();
          session.begin();
          try {
            work.in(session);
            session.commit();
          } catch (SQLException e) {
            session.rollBack();
          } finally {
            session.end();
          }
        });
  }

  /** Rows that were made long ago. */
  void fill() {
    for (String table : TABLES) {
      for (int i = 0; i < KEYS; i++) {
        if (!chance.oneIn(4)) {
          Row row = row("k" + i, OLD);
          database.rowsOf(table).committed.put(row.key(), row.madeAt(1));
        }
      }
    }
    for (int i = 0; i < FILES; i++) {
      if (chance.oneIn(2)) {
        write("f/" + i + ".png", OLD_FILE);
      }
    }
  }

  private Row row(String key, Duration age) {
    String url = chance.oneIn(2) ? "" : path();
    if (!url.isEmpty() && !world.store.files.containsKey(url)) {
      write(url, age);
    }
    return new Row(key, database.now().minus(age), url, chance.between(10, 1_000), 0);
  }

  private String path() {
    return "f/" + chance.below(FILES) + ".png";
  }

  /** What was deleted and replaced before anybody looked again, no store can tell. */
  private void write(String path, Duration age) {
    boolean goes =
        database.intents.committed.values().stream()
            .anyMatch(intent -> !intent.done() && intent.path().equals(path));
    if (!goes) {
      world.store.put(path, chance.between(10, 1_000), world.store.now().minus(age));
    }
  }

  /** Something that applications do. */
  void act() {
    String key = "k" + chance.below(KEYS);
    String table = chance.of(TABLES);
    Table<String, Row> rows = database.rowsOf(table);
    switch (chance.below(10)) {
      case 0 -> spawn("adds", session -> add(session, rows, key));
      case 1 -> spawn("renews", session -> renew(session, rows, key));
      case 2 -> spawn("refers softly", session -> refer(session, key, false));
      case 3 -> spawn("refers", session -> refer(session, key, true));
      case 4 -> spawn("lets go", this::letGo);
      case 7 -> spawn("names a file", this::name);
      case 8, 9 -> write(path(), chance.oneIn(2) ? OLD_FILE : Duration.ZERO);
      case 5 -> spawn("locks", session -> holdOn(session, rows, key));
      default -> spawn("deletes", session -> delete(session, rows, key));
    }
  }

  private void add(FakeSession session, Table<String, Row> rows, String key) throws SQLException {
    session.lock(rows, key);
    if (!rows.seenBy(session.transaction()).containsKey(key)) {
      Row row = row(key, chance.oneIn(3) ? Duration.ZERO : OLD);
      tell("%s of %s is added, made %s", key, rows.name, row.createdAt());
      session.transaction().put(rows, key, Optional.of(row));
      session.transaction().whenCommitted.add(() -> made(rows, key));
    }
  }

  private void made(Table<String, Row> rows, String key) {
    Row row = Objects.requireNonNull(rows.committed.get(key));
    rows.committed.put(key, row.madeAt(world.scheduler.step()));
  }

  /** A file that is there, or is about to be. */
  private void name(FakeSession session) {
    String asset = "a" + ++assets;
    Transaction mine = session.transaction();
    mine.put(database.assets, asset, Optional.of(new Asset(asset, "", path(), false, 0)));
    machine.pause();
    mine.whenCommitted.add(() -> made(asset));
  }

  private void renew(FakeSession session, Table<String, Row> rows, String key) throws SQLException {
    session.lock(rows, key);
    @Nullable Row row = rows.seenBy(session.transaction()).get(key);
    if (row != null) {
      machine.pause();
      tell("%s of %s is renewed", key, rows.name);
      session.transaction().put(rows, key, Optional.of(row.renewed(database.now())));
    }
  }

  /** Under the lock of what it refers to, as a foreign key does, or not. */
  private void refer(FakeSession session, String key, boolean hard) throws SQLException {
    if (hard) {
      session.lock(database.jobs, key);
    }
    machine.pause();
    if (database.jobs.seenBy(session.transaction()).containsKey(key)) {
      String name = "a" + ++assets;
      Transaction mine = session.transaction();
      mine.put(database.assets, name, Optional.of(new Asset(name, key, "", hard, 0)));
      machine.pause();
      mine.whenCommitted.add(() -> made(name));
    }
  }

  private void made(String name) {
    Asset asset = Objects.requireNonNull(database.assets.committed.get(name));
    tell("%s refers to %s%s", name, asset.job(), asset.url());
    database.referredTo(asset.job());
    database.assets.committed.put(
        name, new Asset(name, asset.job(), asset.url(), asset.hard(), world.scheduler.step()));
  }

  private void letGo(FakeSession session) throws SQLException {
    List<String> all = List.copyOf(database.assets.committed.keySet());
    if (!all.isEmpty()) {
      String name = chance.of(all);
      session.lock(database.assets, name);
      tell("%s refers to nothing any more", name);
      session.transaction().put(database.assets, name, Optional.empty());
    }
  }

  private void holdOn(FakeSession session, Table<String, Row> rows, String key)
      throws SQLException {
    session.lock(rows, key);
    machine.sleep(Duration.ofMillis(chance.between(1, 3_000)));
  }

  private void delete(FakeSession session, Table<String, Row> rows, String key)
      throws SQLException {
    session.lock(rows, key);
    boolean referred =
        rows.name.equals("jobs")
            && database.assets.committed.values().stream().anyMatch(it -> it.job().equals(key));
    if (!referred) {
      tell("%s of %s is deleted by the application", key, rows.name);
      session.transaction().put(rows, key, Optional.empty());
    }
  }

  /** Claims some rows, due or not, there or not, one of them twice. */
  void claim() {
    List<List<String>> keys = new ArrayList<>();
    for (int i = chance.between(1, 5); i > 0; i--) {
      keys.add(List.of("k" + chance.below(KEYS)));
    }
    if (chance.oneIn(5)) {
      keys.add(keys.get(0));
    }
    claim(chance.of(TABLES), keys, database.now());
  }

  /** Claims some files, old or not, there or not, as they are or were. */
  void claimFiles() {
    List<ClaimedFile> files = new ArrayList<>();
    for (int i = chance.between(1, 4); i > 0; i--) {
      String path = path();
      StoredObject there = world.store.files.get(path);
      ClaimedFile file =
          there != null && chance.oneIn(2)
              ? new ClaimedFile(path, there.size(), there.etag(), there.modified())
              : new ClaimedFile(path, null, null, null);
      if (files.stream().noneMatch(it -> it.path().equals(path))) {
        files.add(file);
      }
    }
    claimFiles("shop", "e" + ++events, "orphans", null, files);
  }

  /** Says of files that they go with a row, which they do not, or not by this run. */
  void forge() {
    List<Map.Entry<FakeDatabase.Named, Entry>> all =
        List.copyOf(database.ledger.committed.entrySet());
    EventIdentity parent = new EventIdentity("shop", "e1", today());
    List<FollowUp> named = List.of();
    if (!all.isEmpty()) {
      Map.Entry<FakeDatabase.Named, Entry> one = chance.of(all);
      parent = one.getKey().event();
      named = LedgerStatements.followUps(one.getValue());
    }
    List<ClaimedFile> files =
        named.isEmpty() || chance.oneIn(2)
            ? List.of(new ClaimedFile(path(), null, null, null))
            : chance.of(named).claim().files();
    OrphanedFiles claim = new OrphanedFiles("jobs", null, world.store.name(), parent, files);
    claimFiles(ClaimId.WORKER, ClaimId.of(parent.id(), claim), "jobs", parent, files);
  }

  private LocalDate today() {
    return LocalDate.ofInstant(database.now(), ZoneOffset.UTC);
  }

  private void claimFiles(
      String source,
      String id,
      String policy,
      @Nullable EventIdentity parent,
      List<ClaimedFile> files) {
    OrphanedFiles claim = new OrphanedFiles(policy, null, world.store.name(), parent, files);
    CloudEvent event = new CloudEvent(id, source, claim.kind().type(), database.now());
    tell("%s claims %s of %s", id, files.stream().map(ClaimedFile::path).toList(), policy);
    world.topics.append(
        EventRecords.of(
            Topics.DEFAULT.orphanedFiles(), null, event, EventCodec.encode(claim), null));
  }

  private void claim(String policy, List<List<String>> keys, Instant now) {
    Instant cutoff = now.minus(chance.oneIn(2) ? Policies.ROWS_KEPT : Duration.ZERO);
    ExpiredRecords claim = new ExpiredRecords(policy, null, cutoff, keys);
    CloudEvent event = new CloudEvent("e" + ++events, "shop", claim.kind().type(), now);
    tell("%s claims %s of %s", event.id(), keys, policy);
    world.topics.append(
        EventRecords.of(
            Topics.DEFAULT.expiredRecords(), null, event, EventCodec.encode(claim), null));
  }

  private void tell(String line, Object... of) {
    world.scheduler.story().tell(line, of);
  }

  void stop() {
    machine.kill();
  }
}
