package dev.reclaim.cli;

import dev.reclaim.testing.TestBucket;
import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * A database, a bucket and a directory to hold policy files against, and a role that may do only
 * what it is given. What differs from run to run is said by names of our own.
 *
 * @param role of the databases' server, which all tests share
 */
record ValidationGround(Shop shop, TestBucket bucket, Path directory, String role) {
  static final String TABLES =
      """
      CREATE TYPE mood AS ENUM ('glad', 'sad');
      CREATE TABLE person (id bigint PRIMARY KEY, name text);
      CREATE TABLE job (id bigint PRIMARY KEY, status text, feeling mood, pinned boolean NOT NULL, tags jsonb,
                        project_id bigint, output_url text, size int, plain timestamp, day date,
                        made_at timestamptz NOT NULL);
      CREATE INDEX ON job (project_id, made_at);
      CREATE TABLE job_log (id int PRIMARY KEY, job_id bigint REFERENCES job ON DELETE CASCADE);
      CREATE INDEX ON job_log (job_id);
      CREATE TABLE job_step (id int PRIMARY KEY, job_id bigint REFERENCES job);
      CREATE INDEX ON job_step (job_id);
      CREATE TABLE invoice (id int PRIMARY KEY, job_id bigint REFERENCES job, open boolean);
      CREATE INDEX ON invoice (job_id);
      CREATE TABLE remark (id int PRIMARY KEY, record_type text, record_id text, note text);
      CREATE INDEX ON remark (record_id);
      CREATE TABLE session (id uuid PRIMARY KEY, person_id bigint, epoch bigint, day date);
      CREATE TABLE ticket (id text PRIMARY KEY, state text, count int, until timestamptz);
      CREATE TABLE picture (id int PRIMARY KEY, url text, gallery text[], document jsonb, size int, taken timestamptz);

      CREATE TABLE keyless (id int, at timestamptz);
      CREATE TABLE pair (tenant text, id uuid, at timestamptz, PRIMARY KEY (tenant, id));
      CREATE VIEW job_view AS SELECT * FROM job;
      CREATE MATERIALIZED VIEW job_copy AS SELECT * FROM remark;
      CREATE TABLE slow (id int PRIMARY KEY, at timestamptz);
      CREATE TABLE slow_child (id int, slow_id int REFERENCES slow ON DELETE CASCADE);
      CREATE INDEX ON slow_child (slow_id) WHERE id > 0;
      CREATE TABLE slow_plain (id int, slow_id int REFERENCES slow);
      CREATE TABLE slow_null (id int, slow_id int REFERENCES slow ON DELETE SET NULL) PARTITION BY RANGE (id);
      CREATE TABLE slow_null_1 PARTITION OF slow_null FOR VALUES FROM (0) TO (10);
      CREATE TABLE tree (id int PRIMARY KEY, at timestamptz, up int REFERENCES tree ON DELETE CASCADE);
      CREATE INDEX ON tree (up);
      CREATE TABLE held (id int PRIMARY KEY, at timestamptz);
      CREATE TABLE holder (id int PRIMARY KEY, held_id int REFERENCES held ON DELETE RESTRICT);
      CREATE INDEX ON holder (held_id);
      CREATE TABLE veiled (id int PRIMARY KEY, at timestamptz, job_id bigint);
      CREATE INDEX ON veiled (job_id);
      ALTER TABLE veiled ENABLE ROW LEVEL SECURITY;
      CREATE TABLE owned (id int PRIMARY KEY, at timestamptz);
      ALTER TABLE owned ENABLE ROW LEVEL SECURITY;
      CREATE TABLE forced (id int PRIMARY KEY, at timestamptz);
      ALTER TABLE forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
      CREATE TABLE watched (id int PRIMARY KEY, at timestamptz, state text);
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER keep_it BEFORE DELETE ON watched FOR EACH ROW EXECUTE FUNCTION refuse();
      CREATE TRIGGER note_it AFTER UPDATE OR DELETE ON watched FOR EACH STATEMENT EXECUTE FUNCTION refuse();
      CREATE TRIGGER is_off BEFORE DELETE ON watched FOR EACH ROW EXECUTE FUNCTION refuse();
      ALTER TABLE watched DISABLE TRIGGER is_off;
      CREATE TABLE ruled (id int PRIMARY KEY, at timestamptz);
      CREATE RULE never AS ON DELETE TO ruled DO INSTEAD NOTHING;
      CREATE TABLE closed (id int PRIMARY KEY, at timestamptz, job_id bigint, secret text);
      CREATE INDEX ON closed (job_id);
      CREATE TABLE parted (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE parted_old PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
      CREATE TABLE parted_new PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
      CREATE TABLE monthly (id int, at timestamptz, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE monthly_1 PARTITION OF monthly FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
      CREATE SCHEMA vault;
      CREATE TABLE vault.gold (id int PRIMARY KEY, at timestamptz);
      """;

  /** A row that goes with all that goes along, rows that stay, and one that is marked. */
  static final String DUE =
      """
      INSERT INTO job SELECT n, 'finished', NULL, false, NULL, 1, NULL, 1, NULL, NULL, now() - make_interval(days => 40 + n)
        FROM generate_series(1, 4) n;
      INSERT INTO job_log VALUES (1, 4);
      INSERT INTO person (id) VALUES (1);
      INSERT INTO session SELECT gen_random_uuid(), 7, 0, date '2020-01-01';
      INSERT INTO ticket VALUES ('a', 'open', 1, now() - interval '3 days'), ('b', 'open', 0, now() - interval '3 days');
      INSERT INTO picture VALUES (1, 'a.png', NULL, NULL, 1);
      """;

  /** Tables of mistakes that are no mistakes of rights. */
  private static final List<String> GRANTED =
      List.of(
          "keyless",
          "pair",
          "job_view",
          "job_copy",
          "slow",
          "slow_child",
          "slow_plain",
          "slow_null",
          "tree",
          "held",
          "holder",
          "holder",
          "veiled",
          "watched",
          "ruled",
          "monthly",
          "monthly_1",
          "parted",
          "parted_new");

  /** A file in which nothing is wrong. */
  static final String GOOD =
      """
      databases:
        main:
          url: "${URL}"
          user: ${USER}
          password: "file:${DIRECTORY}/password"
      stores:
        uploads:
          s3:
            bucket: ${BUCKET}
            endpoint: "${ENDPOINT}"
            region: ${REGION}
            pathStyle: true
            accessKey: ${ACCESS_KEY}
            secretKey: "file:${DIRECTORY}/secret"
          state: main
        temporary:
          directory: "${DIRECTORY}/files"
          state: main
      policies:
        - name: jobs
          table: main.public.job
          where: { status: [finished, failed] }
          keep: "pinned"
          expire: { after: 30d, by: made_at }
          keep-newest: { n: 3, per: project_id }
          protect:
            - { table: main.public.invoice, column: job_id }
            - { table: main.public.remark, column: record_id, where: { record_type: Job } }
          children: [ { table: main.public.job_step, column: job_id } ]
          files: [ { column: output_url, store: uploads } ]
          labels: { project: project_id }
          schedule: { cron: "0 2 * * *", zone: Europe/Berlin }
          enabled: true
        - name: sessions
          table: main.public.session
          expire:
            after: P6M
            by: day
            zone: Europe/Berlin
            orphaned: { parent: main.public.person, column: person_id }
        - name: tickets
          table: main.public.ticket
          expire: { after: 24h, by: until, when: "count > 0" }
          action: { set: { state: expired } }
        - name: uploads
          store: uploads
          older-than: 7d
          referenced-by:
            - { table: main.public.picture, column: url }
            - { table: main.public.picture, column: document, path: "$.cover" }
            - { table: main.public.picture, expression: "'covers/' || url" }
        - name: temporary
          store: temporary
          older-than: 2d
          referenced-by: none
      """;

  static ValidationGround make(TestDatabase database, TestBucket bucket, Path directory)
      throws SQLException, IOException {
    String role = "reclaim" + database.jdbcUrl().replaceAll("[^0-9a-z]", "").hashCode();
    ValidationGround ground =
        new ValidationGround(new Shop(database), bucket, directory, role.replace('-', '_'));
    ground.shop.execute(TABLES);
    ground.shop.execute("CREATE ROLE %s LOGIN PASSWORD 'word'".formatted(ground.role));
    Files.writeString(directory.resolve("password"), "word");
    Files.writeString(directory.resolve("secret"), bucket.secretKey());
    Files.createDirectory(directory.resolve("files"));
    return ground;
  }

  /** What mistakes need that are no mistakes of rights. */
  void grantForMistakes() throws SQLException {
    for (String table : List.of("owned", "forced")) {
      shop.execute("ALTER TABLE %s OWNER TO %s".formatted(table, role));
    }
    shop.execute("GRANT SELECT ON remark TO " + role);
    shop.execute("GRANT SELECT, DELETE ON invoice TO " + role);
    shop.execute("GRANT UPDATE, DELETE ON ticket TO " + role);
    shop.execute("GRANT UPDATE ON job_log TO " + role);
    for (String table : GRANTED) {
      shop.execute("GRANT ALL ON %s TO %s".formatted(table, role));
    }
  }

  /** The statements that the command says are needed. */
  static List<String> grants(Said said) {
    return said.out()
        .lines()
        .filter(line -> line.startsWith("  GRANT"))
        .map(String::strip)
        .toList();
  }

  void grant(Said said) throws SQLException {
    for (String grant : grants(said)) {
      grant(grant);
    }
  }

  void grant(String grant) throws SQLException {
    shop.execute(
        grant.replace("\"reclaim\"", role).replace("\"shop\"", '"' + databaseName() + '"'));
  }

  void revoke(String grant) throws SQLException {
    grant(grant.replace("GRANT", "REVOKE").replace(" TO ", " FROM "));
  }

  private String databaseName() {
    String url = shop.database().jdbcUrl();
    return url.substring(url.lastIndexOf('/') + 1);
  }

  /** What the command says of a text. */
  Said validate(String text, String... options) throws IOException {
    return with(text, "validate", options);
  }

  /** What a command says that is given a text as its policy file. */
  Said with(String text, String command, String... options) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("p.yaml"),
            text.replace("${URL}", shop.database().jdbcUrl())
                .replace("${USER}", role)
                .replace("${DIRECTORY}", directory.toString())
                .replace("${BUCKET}", bucket.name())
                .replace("${ENDPOINT}", bucket.endpoint().toString())
                .replace("${REGION}", bucket.region())
                .replace("${ACCESS_KEY}", bucket.accessKey()));
    String[] arguments = new String[options.length + 3];
    arguments[0] = command;
    arguments[1] = "--policies";
    arguments[2] = file.toString();
    System.arraycopy(options, 0, arguments, 3, options.length);
    Said said = Said.by(arguments);
    return new Said(
        said.exitCode(), plain(said.out()), said.errors().stream().map(this::plain).toList());
  }

  private String plain(String said) {
    return said.replace(directory + "/", "")
        .replace(shop.database().jdbcUrl(), "URL")
        .replace(databaseName(), "shop")
        .replace(role, "reclaim")
        .replace(bucket.endpoint().toString(), "ENDPOINT")
        .replace(bucket.name(), "BUCKET");
  }
}
