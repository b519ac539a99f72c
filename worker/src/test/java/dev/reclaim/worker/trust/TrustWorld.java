package dev.reclaim.worker.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.EventCodec;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.TestBucket;
import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Somebody's data, what may go of it, and what is there.
 *
 * <p>What may go is found with SQL of its own before any event is sent, and shares no code with the
 * product.
 */
final class TrustWorld implements AutoCloseable {
  /** Tables with their keys as JSON arrays of texts, and what a policy lets go of each. */
  enum Table {
    SESSION(
        "sessions",
        "id",
        "made < now() - interval '30 days' AND made > '-infinity' AND kind IN ('a', 'b') AND NOT pinned"),
    JOB(
        "jobs",
        "id",
        """
        made < now() - interval '30 days' AND made > '-infinity'
        AND NOT EXISTS (SELECT 1 FROM app.invoice i WHERE i.job_id = t.id)
        """),
    JOB_LOG(
        "jobs",
        "id",
        """
        EXISTS (SELECT 1 FROM app.job j WHERE j.id = t.job_id AND j.made < now() - interval '30 days'
                   AND j.made > '-infinity' AND NOT EXISTS (SELECT 1 FROM app.invoice i WHERE i.job_id = j.id))
        """),
    INVOICE("none", "id", "false"),
    ITEM("items", "tenant, no", "made < current_date - 31"),
    TOKEN("tokens", "id", "false"),
    MOOD_ROW("moods", "mood", "made < now() - interval '30 days'"),
    SNAPSHOT(
        "snapshots",
        "id",
        """
        made < now() - interval '30 days'
        AND (SELECT count(*) FROM app.snapshot n WHERE n.project = t.project AND n.made > t.made) >= 2
        """),
    OURS("ours", "id", "made < now() - interval '30 days' AND id % 2 = 0"),
    ASSET("none", "id", "false"),
    BUCKET_ASSET("none", "id", "false"),
    SECRET("none", "id", "false");

    private final String policy;
    private final String key;
    private final String mayGo;

    Table(String policy, String key, String mayGo) {
      this.policy = policy;
      this.key = key;
      this.mayGo = mayGo;
    }

    String policy() {
      return policy;
    }

    String table() {
      return "app." + name().toLowerCase(Locale.ROOT);
    }

    private String keyText() {
      return "json_build_array("
          + String.join(
              ", ", Stream.of(key.split(", ", -1)).map(column -> "t." + column + "::text").toList())
          + ")::text";
    }
  }

  private static final String TABLES =
      """
      CREATE SCHEMA app;
      CREATE TABLE app.session (id bigint PRIMARY KEY, made timestamptz, kind text, pinned boolean);
      INSERT INTO app.session
      SELECT n, (ARRAY[now() - interval '60 days', now() - interval '31 days', now() - interval '29 days', now(), NULL,
                       'infinity', '-infinity', now() - interval '5 years'])[1 + n % 8],
             (ARRAY['a', 'b', 'c', NULL])[1 + n / 8 % 4], (ARRAY[false, false, true, NULL])[1 + n / 32 % 4]
        FROM generate_series(0, 511) n;

      CREATE TABLE app.job (id bigint PRIMARY KEY, made timestamptz, url text);
      INSERT INTO app.job
      SELECT n, (ARRAY[now() - interval '60 days', now() - interval '31 days', now() - interval '29 days', NULL])[1 + n % 4],
             CASE WHEN n % 3 = 0 THEN 'jobs/' || n || '.mp4' END
        FROM generate_series(0, 299) n;
      CREATE TABLE app.job_log (id bigint PRIMARY KEY, job_id bigint NOT NULL REFERENCES app.job);
      CREATE INDEX ON app.job_log (job_id);
      INSERT INTO app.job_log SELECT n, n % 300 FROM generate_series(0, 449) n;
      CREATE TABLE app.invoice (id bigint PRIMARY KEY, job_id bigint);
      CREATE INDEX ON app.invoice (job_id);
      INSERT INTO app.invoice SELECT n, n FROM generate_series(0, 299, 5) n;

      CREATE TABLE app.item (tenant text, no int, made date, PRIMARY KEY (tenant, no));
      INSERT INTO app.item
      SELECT (ARRAY['', 'o''hara', 'x"y', '%', '1 OR 1=1', 'ü'])[1 + n % 6], n,
             (ARRAY[current_date - 60, current_date - 10, NULL])[1 + n / 6 % 3]
        FROM generate_series(0, 299) n;

      CREATE TABLE app.token (id uuid PRIMARY KEY, made timestamptz, state text NOT NULL);
      INSERT INTO app.token
      SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
             (ARRAY[now() - interval '60 days', now()])[1 + n % 2], (ARRAY['open', 'kept'])[1 + n / 2 % 2]
        FROM generate_series(0, 199) n;

      CREATE TYPE app.mood AS ENUM ('good', 'so so', 'bad');
      CREATE TABLE app.mood_row (mood app.mood PRIMARY KEY, made timestamptz);
      INSERT INTO app.mood_row VALUES ('good', now() - interval '60 days'), ('so so', now()), ('bad', NULL);

      CREATE TABLE app.snapshot (id bigint PRIMARY KEY, project int NOT NULL, made timestamptz NOT NULL);
      INSERT INTO app.snapshot SELECT n, n % 20, now() - make_interval(days => 20 + n) FROM generate_series(0, 199) n;

      CREATE TABLE app.ours (id bigint PRIMARY KEY, made timestamptz);
      INSERT INTO app.ours
      SELECT n, (ARRAY[now() - interval '60 days', now()])[1 + n / 2 % 2] FROM generate_series(0, 199) n;
      CREATE TABLE app.asset (id bigint PRIMARY KEY, url text);
      CREATE TABLE app.bucket_asset (id bigint PRIMARY KEY, url text);
      CREATE TABLE app.secret (id bigint PRIMARY KEY, made timestamptz);
      INSERT INTO app.secret SELECT n, '2001-01-01' FROM generate_series(0, 511) n
      """;

  private static final String POLICIES =
      """
      databases: { main: { url: "%s", user: %s, password: "${DB}" } }
      stores:
        media: { directory: "%s", state: main }
        bucket:
          s3: { bucket: "%s", endpoint: "%s", region: "%s", pathStyle: true, accessKey: "%s", secretKey: "${S3}" }
          state: main
      policies:
        - name: sessions
          table: main.app.session
          where: { kind: [a, b] }
          keep: { pinned: "true" }
          expire: { after: P30D, by: made }
          producers: allowed
        - name: jobs
          table: main.app.job
          expire: { after: P30D, by: made }
          protect: [ { table: main.app.invoice, column: job_id } ]
          children: [ { table: main.app.job_log, column: job_id } ]
          files: [ { column: url, store: media } ]
          producers: allowed
        - { name: items, table: main.app.item, expire: { after: P31D, by: made, zone: UTC }, producers: allowed }
        - name: tokens
          table: main.app.token
          where: { state: open }
          expire: { after: P30D, by: made }
          action: { set: { state: expired } }
          producers: allowed
        - { name: moods, table: main.app.mood_row, expire: { after: P30D, by: made }, producers: allowed }
        - name: snapshots
          table: main.app.snapshot
          expire: { after: P30D, by: made }
          keep-newest: { n: 2, per: project, by: made }
          producers: allowed
        - { name: ours, table: main.app.ours, expire: { after: P30D, by: made } }
        - name: orphans
          store: media
          prefix: pub/
          older-than: P2D
          referenced-by: [ { table: main.app.asset, column: url } ]
          producers: allowed
        - name: bucket-orphans
          store: bucket
          older-than: P2D
          referenced-by: [ { table: main.app.bucket_asset, column: url } ]
          producers: allowed
        - name: ours-files
          store: media
          older-than: P2D
          referenced-by: [ { table: main.app.asset, column: url } ]
      """;

  private static final String TOKENS =
      "SELECT json_build_array(id::text)::text FROM app.token t WHERE ";

  private final TestDatabase database;
  private final TestBucket bucket;
  private final Path root;
  private final Path media;
  private final Connection session;
  private final Map<Table, Set<String>> mayGo = new LinkedHashMap<>();
  private final Map<Table, Map<String, String>> before = new LinkedHashMap<>();
  private final Set<String> mayBeMarked;
  private final Set<String> filesMayGo = new TreeSet<>();
  private final Set<String> filesBefore;

  TrustWorld(TestDatabase database, TestBucket bucket, Path root) throws SQLException, IOException {
    this.database = database;
    this.bucket = bucket;
    this.root = root;
    this.media = Files.createDirectories(root.resolve("media"));
    this.session = database.connect();
    execute(TABLES);
    plantFiles();
    for (Table table : Table.values()) {
      mayGo.put(
          table,
          new TreeSet<>(
              texts(
                  "SELECT %s FROM %s t WHERE %s"
                      .formatted(table.keyText(), table.table(), table.mayGo))));
      before.put(table, rows(table));
    }
    mayBeMarked =
        new TreeSet<>(texts(TOKENS + "state = 'open' AND made < now() - interval '30 days'"));
    filesBefore = files();
  }

  PolicyFile policies() {
    String text =
        POLICIES.formatted(
            database.jdbcUrl(),
            database.user(),
            media,
            bucket.name(),
            bucket.endpoint(),
            bucket.region(),
            bucket.accessKey());
    return PolicyFileReader.read(
        "policies.yaml",
        text,
        name -> name.equals("DB") ? database.password() : bucket.secretKey());
  }

  /** Keys as JSON arrays of texts. */
  List<String> keys(Table table) {
    return List.copyOf(before(table).keySet());
  }

  /** Of those, what a policy lets go or mark. */
  List<String> due(Table table) {
    return List.copyOf(table == Table.TOKEN ? mayBeMarked : mayGo(table));
  }

  /** Files as {@code store:path}. */
  Set<String> filesThere() {
    return filesBefore;
  }

  /** Of those, what a policy lets go. */
  Set<String> filesDue() {
    return filesMayGo;
  }

  /** Keys that are there no more. */
  Set<String> gone(Table table) throws SQLException {
    Set<String> gone = new TreeSet<>(before(table).keySet());
    gone.removeAll(rows(table).keySet());
    return gone;
  }

  /** What is there and is not what it was, apart from a mark that may be. */
  Set<String> changed(Table table) throws SQLException {
    Set<String> changed = new TreeSet<>();
    rows(table)
        .forEach(
            (key, row) -> {
              @Nullable String was = before(table).get(key);
              boolean marked =
                  table == Table.TOKEN
                      && mayBeMarked.contains(key)
                      && was != null
                      && row.equals(was.replace("open", "expired"));
              if (!row.equals(was) && !marked) {
                changed.add(key);
              }
            });
    return changed;
  }

  Set<String> marked() throws SQLException {
    return new TreeSet<>(texts(TOKENS + "state = 'expired'"));
  }

  Set<String> filesGone() throws IOException {
    Set<String> gone = new TreeSet<>(filesBefore);
    gone.removeAll(files());
    return gone;
  }

  Set<String> tables() throws SQLException {
    return new TreeSet<>(
        texts(
            "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname IN ('app', 'public')"));
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
    }
  }

  private void plantFiles() throws IOException, SQLException {
    Files.createDirectories(root.resolve("outside"));
    for (String outside : List.of("outside/secret.txt", "secret.txt", "media.bak")) {
      plant(root.resolve(outside), 9);
    }
    for (int i = 0; i < 60; i++) {
      plant(media.resolve("pub/old-" + i), 9);
      filesMayGo.add("media:pub/old-" + i);
      plant(media.resolve("pub/young-" + i), 0);
      plant(media.resolve("pub/deep/named-" + i), 9);
      plant(media.resolve("private/old-" + i), 9);
      execute("INSERT INTO app.asset VALUES (%d, 'pub/deep/named-%d')".formatted(i, i));
    }
    for (String job :
        texts("SELECT url FROM app.job t WHERE url IS NOT NULL AND " + Table.JOB.mayGo)) {
      filesMayGo.add("media:" + job);
    }
    for (String job : texts("SELECT url FROM app.job WHERE url IS NOT NULL")) {
      plant(media.resolve(job), 9);
    }
    Files.createSymbolicLink(media.resolve("pub/link"), root.resolve("outside"));
    for (int i = 0; i < 12; i++) {
      bucketObject("old-" + i, 9);
      filesMayGo.add("bucket:old-" + i);
      bucketObject("young-" + i, 0);
      bucketObject("named-" + i, 9);
      execute(
          "INSERT INTO app.bucket_asset VALUES (%d, 's3://%s/named-%d')"
              .formatted(i, bucket.name(), i));
    }
  }

  private static void plant(Path file, int daysOld) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, file.toString().getBytes(UTF_8));
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(daysOld))));
  }

  private void bucketObject(String key, int daysOld) {
    bucket.plant(key, key.getBytes(UTF_8), Instant.now().minus(Duration.ofDays(daysOld)));
  }

  /** Whatever lies in the stores and beside them. */
  private Set<String> files() throws IOException {
    Set<String> files = new TreeSet<>();
    try (Stream<Path> walk = Files.walk(root)) {
      walk.filter(file -> !Files.isDirectory(file))
          .forEach(
              file ->
                  files.add(
                      file.startsWith(media)
                          ? "media:" + media.relativize(file)
                          : "outside:" + root.relativize(file)));
    }
    bucket.keys().forEach(key -> files.add("bucket:" + key));
    return files;
  }

  private Set<String> mayGo(Table table) {
    return mayGo.getOrDefault(table, Set.of());
  }

  private Map<String, String> before(Table table) {
    return before.getOrDefault(table, Map.of());
  }

  private Map<String, String> rows(Table table) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Statement statement = session.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT %s, t::text FROM %s t".formatted(table.keyText(), table.table()))) {
      while (result.next()) {
        rows.put(canonical(result.getString(1)), result.getString(2));
      }
    }
    return rows;
  }

  private List<String> texts(String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        String text = result.getString(1);
        texts.add(text.startsWith("[") ? canonical(text) : text);
      }
    }
    return texts;
  }

  /** Without the spaces that PostgreSQL writes. */
  private static String canonical(String json) {
    String[] columns = EventCodec.decode(json.getBytes(UTF_8), String[].class);
    return new String(EventCodec.encode(columns), UTF_8);
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
