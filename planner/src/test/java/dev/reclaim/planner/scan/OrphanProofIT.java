package dev.reclaim.planner.scan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.database.Databases;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.planner.DryRun;
import dev.reclaim.planner.Forecast;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.StoreUnavailableException;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What it takes to be an orphan, each time the exact set; rows of two databases, and a store. */
@RequiresServers
class OrphanProofIT {
  private static final String POLICIES =
      """
      databases:
        main: { url: "${MAIN_URL}", user: "${USER}", password: "${PASSWORD}" }
        other: { url: "${OTHER_URL}", user: "${OTHER_USER}", password: "${OTHER_PASSWORD}" }
      stores:
        thumbs:
          s3: { bucket: thumbs, endpoint: "http://minio.local:9000", region: x, pathStyle: true }
          state: main
        originals:
          s3: { bucket: originals, endpoint: "http://minio.local:9000", region: x, pathStyle: true }
          state: main
        patient:
          s3: { bucket: patient, endpoint: "http://minio.local:9000", region: x, pathStyle: true }
          state: main
      policies:
        - name: thumbs
          store: thumbs
          prefix: t/
          older-than: P1D
          referenced-by:
            - { table: main.public.media, column: url }
            - { table: other.public.attachment, column: path }
            - { table: other.public.attachment, expression: "'t/' || 100 / number || '.png'" }
            - { store: originals, prefix: src/ }
        - name: patient
          store: patient
          older-than: P1D
          sightings: 3
          referenced-by: [ { table: main.public.media, column: url } ]
      """;

  private final Instant now = Instant.now();
  private final Instant old = now.minus(Duration.ofDays(3));
  private final Map<String, ListedFiles> stores =
      new HashMap<>(
          Map.of(
              "thumbs", new ListedFiles(),
              "originals", new ListedFiles(),
              "patient", new ListedFiles()));
  private TestDatabase mainTest;
  private TestDatabase otherTest;
  private PolicyFile file;
  private Databases databases;

  @BeforeEach
  void open(TestDatabase main, TestDatabase other) throws SQLException {
    mainTest = main;
    otherTest = other;
    Map<String, String> environment =
        Map.of(
            "MAIN_URL", main.jdbcUrl(),
            "USER", main.user(),
            "PASSWORD", main.password(),
            "OTHER_URL", other.jdbcUrl(),
            "OTHER_USER", other.user(),
            "OTHER_PASSWORD", other.password());
    file = PolicyFileReader.read("p.yaml", POLICIES, environment::get);
    databases = Databases.open(file, 4, "test");
    main("CREATE TABLE media (id int PRIMARY KEY, url text)");
    other("CREATE TABLE attachment (id int PRIMARY KEY, path text, number int)");
  }

  @AfterEach
  void close() {
    databases.close();
  }

  @Test
  void asksEveryTableOfEveryDatabaseAndTheOtherStore() throws SQLException {
    // Given
    for (int i = 1; i <= 9; i++) {
      plant("thumbs", "t/" + i + ".png", old);
    }
    plant("thumbs", "t/young.png", now);
    plant("thumbs", "unknown-kind/1.png", old);
    main("INSERT INTO media VALUES (1, 'http://minio.local:9000/thumbs/t/1.png'), (2, 't/gone')");
    other("INSERT INTO attachment VALUES (1, 's3://thumbs/t/2.png', 50), (2, '/t/3.png', 25)");
    plant("originals", "src/t/5.png", now);
    plant("originals", "t/6.png", old);
    plant("originals", "src/7.png", old);

    // Then
    assertThat(scan("thumbs", Trust.AS_BEFORE))
        .containsExactly("t/6.png", "t/7.png", "t/8.png", "t/9.png");
  }

  @Test
  void findsNothingInACleanStore() throws SQLException {
    // Given
    for (int i = 1; i <= 50; i++) {
      plant("thumbs", "t/" + i + ".png", old);
    }
    main("INSERT INTO media SELECT i, 't/' || i || '.png' FROM generate_series(1, 50) i");

    // Then
    assertThat(scan("thumbs", Trust.AS_BEFORE)).isEmpty();
  }

  @Test
  void stopsWhereASourceCannotBeReadWhicheverItIs() throws SQLException {
    // Given
    plant("thumbs", "t/1.png", old);
    main("INSERT INTO media VALUES (1, 't/2.png')");
    other("INSERT INTO attachment VALUES (1, 't/3.png', 50)");
    assertThat(scan("thumbs", Trust.AS_BEFORE)).containsExactly("t/1.png");

    // Then
    main("ALTER TABLE media RENAME COLUMN url TO href");
    assertWaits("main.public.media.url cannot be read");
    main("ALTER TABLE media RENAME COLUMN href TO url");

    other("ALTER TABLE attachment RENAME TO attachments");
    assertWaits("other.public.attachment.path cannot be read");
    other("ALTER TABLE attachments RENAME TO attachment");

    other("INSERT INTO attachment VALUES (2, 't/4.png', 0)");
    assertWaits("division by zero");
    other("DELETE FROM attachment WHERE id = 2");

    store("originals").breaksOff();
    assertThatThrownBy(() -> scan("thumbs", Trust.ACCEPTED))
        .isInstanceOf(StoreUnavailableException.class);
    stores.put("originals", new ListedFiles());
    assertThat(scan("thumbs", Trust.AS_BEFORE)).containsExactly("t/1.png");
  }

  @Test
  void stopsWhereAFifthOfAnyOneSourceIsGone() throws SQLException {
    // Given
    plant("thumbs", "t/1.png", old);
    main("INSERT INTO media SELECT i, 't/m' || i FROM generate_series(1, 1000) i");
    other("INSERT INTO attachment SELECT i, 't/a' || i, 50 FROM generate_series(1, 10) i");
    for (int i = 1; i <= 5; i++) {
      plant("originals", "src/t/o" + i, old);
    }
    assertThat(scan("thumbs", Trust.AS_BEFORE)).containsExactly("t/1.png");

    // Then
    other("DELETE FROM attachment WHERE id > 8");
    assertWaits(() -> scan("thumbs", Trust.AS_BEFORE), "names 8 files, 10 were to be expected");
    assertWaits(() -> scan("thumbs", Trust.UNRECORDED), "names 8 files, 10 were to be expected");
    assertThat(scan("thumbs", Trust.UNRECORDED_ACCEPTED)).containsExactly("t/1.png");
    assertWaits(() -> scan("thumbs", Trust.AS_BEFORE), "names 8 files, 10 were to be expected");
    assertThat(scan("thumbs", Trust.ACCEPTED)).containsExactly("t/1.png");

    ListedFiles fewer = new ListedFiles();
    for (int i = 1; i <= 4; i++) {
      fewer.file("src/t/o" + i, old, 1);
    }
    stores.put("originals", fewer);
    assertWaits(
        () -> scan("thumbs", Trust.AS_BEFORE),
        "the store originals below src/ names 4 files, 5 were to be expected");
  }

  @Test
  void claimsWhatThreeRunsInARowHaveFound() throws SQLException {
    // Given
    main("INSERT INTO media SELECT i + 10, 'named' FROM generate_series(1, 20) i");
    plant("patient", "named", old);
    plant("patient", "orphan", old);
    plant("patient", "changed", old);
    plant("patient", "returns", old);

    // When
    assertThat(scan("patient", Trust.AS_BEFORE)).isEmpty();
    assertThat(scan("patient", Trust.UNRECORDED)).isEmpty();
    plant("patient", "changed", old.plusSeconds(5));
    main("INSERT INTO media VALUES (3, 'returns')");
    assertThat(scan("patient", Trust.AS_BEFORE)).isEmpty();
    main("DELETE FROM media WHERE id = 3");
    plant("patient", "late", old);

    // Then
    assertThat(scan("patient", Trust.UNRECORDED)).containsExactly("orphan");
    assertThat(scan("patient", Trust.AS_BEFORE)).containsExactly("orphan");
    assertThat(scan("patient", Trust.AS_BEFORE)).containsExactly("changed", "orphan");
    assertThat(scan("patient", Trust.AS_BEFORE))
        .containsExactly("changed", "late", "orphan", "returns");
    assertThat(texts("SELECT sum(length(entries)) / 9 FROM reclaim.sighting")).containsExactly("4");
  }

  @Test
  void countsARunOnceHoweverOftenItLooks() throws SQLException {
    // Given
    main("INSERT INTO media VALUES (1, 'named')");
    plant("patient", "orphan", old);
    scan("patient", "run-1", Trust.AS_BEFORE, OrphanGate.OPEN);
    scan("patient", "run-2", Trust.AS_BEFORE, OrphanGate.OPEN);

    // Then
    assertThat(scan("patient", "run-2", Trust.AS_BEFORE, OrphanGate.OPEN)).isEmpty();
    assertThat(scan("patient", "run-3", Trust.AS_BEFORE, OrphanGate.OPEN))
        .containsExactly("orphan");
    assertThat(scan("patient", "run-3", Trust.AS_BEFORE, OrphanGate.OPEN))
        .containsExactly("orphan");
  }

  @Test
  void countsNoScanThatBrokeOff() throws SQLException {
    // Given
    main("INSERT INTO media VALUES (1, 'named')");
    plant("patient", "orphan", old);
    assertThat(scan("patient", Trust.AS_BEFORE)).isEmpty();
    store("patient").breaksOff();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> scan("patient", Trust.AS_BEFORE))
          .isInstanceOf(StoreUnavailableException.class);
    }
    stores.put("patient", new ListedFiles());
    plant("patient", "orphan", old);

    // Then
    assertThat(scan("patient", Trust.AS_BEFORE)).isEmpty();
    assertThat(scan("patient", Trust.AS_BEFORE)).containsExactly("orphan");
  }

  @Test
  void saysHowManyAreHeldBack() throws SQLException {
    // Given
    main("INSERT INTO media VALUES (1, 'named')");
    plant("patient", "orphan", old);

    // When
    try (FileScan scan = open("patient", "run", Trust.AS_BEFORE, OrphanGate.OPEN)) {
      scan.next(Scan.START);

      // Then
      assertThat(scan.notes())
          .containsExactly("1 orphan is held back until 3 runs in a row have found it");
    }
  }

  @Test
  void saysWhichRowsNameFilesThatAreNotThere() throws SQLException {
    // Given
    plant("thumbs", "t/1.png", old);
    plant("thumbs", "t/young.png", now);
    plant("thumbs", "u/2.png", old);
    main(
        """
        INSERT INTO media VALUES (1, 's3://thumbs/t/1.png'), (2, 't/young.png'), (3, 't/gone.png'), (4, 's3://thumbs/t/gone%202.png'),
                                 (5, 'u/elsewhere.png'), (6, '')
        """);
    DryRun dryRun = new DryRun(file, databases, Map.of(), stores);

    // When
    Forecast forecast =
        dryRun.of(
            file.policy("thumbs").orElseThrow(), Optional.empty(), Trust.UNRECORDED, key -> {});

    // Then
    assertThat(forecast.claimed()).isZero();
    assertThat(forecast.notes())
        .containsExactly(
            "2 rows of main.public.media.url name a file that is not there, like \"t/gone.png\"");
  }

  private void assertWaits(String why) {
    assertWaits(() -> scan("thumbs", Trust.AS_BEFORE), why);
    assertWaits(() -> scan("thumbs", Trust.ACCEPTED), why);
  }

  private static void assertWaits(ThrowingCallable scan, String why) {
    assertThatThrownBy(scan)
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.kind()).isEqualTo(Kind.WAITING))
        .hasMessageContaining(why);
  }

  private ListedFiles store(String name) {
    return requireNonNull(stores.get(name));
  }

  private void plant(String store, String path, Instant modified) {
    store(store).file(path, modified, 1);
  }

  private List<String> scan(String policy, Trust trust) {
    return scan(policy, "run-" + System.nanoTime(), trust, OrphanGate.OPEN);
  }

  private List<String> scan(String policy, String run, Trust trust, OrphanGate gate) {
    List<String> paths = new ArrayList<>();
    try (FileScan scan = open(policy, run, trust, gate)) {
      scan.next(Scan.START)
          .claims()
          .forEach(
              claim ->
                  ((OrphanedFiles) claim)
                      .files().stream().map(ClaimedFile::path).forEach(paths::add));
    }
    return List.copyOf(new TreeSet<>(paths));
  }

  private FileScan open(String name, String run, Trust trust, OrphanGate gate) {
    FilePolicy policy = (FilePolicy) file.policy(name).orElseThrow();
    ReferenceSources sources = new ReferenceSources(file, policy, databases, stores);
    return new FileScan(
        policy,
        store(policy.store()),
        () -> sources.read(trust),
        run,
        now.minus(policy.olderThan()),
        Sightings.of(databases.get("main"), policy, run, trust).then(gate));
  }

  private List<String> texts(String sql) {
    return databases
        .get("main")
        .jdbi()
        .withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  private void main(String sql) throws SQLException {
    execute(mainTest, sql);
  }

  private void other(String sql) throws SQLException {
    execute(otherTest, sql);
  }

  private static void execute(TestDatabase database, String sql) throws SQLException {
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
