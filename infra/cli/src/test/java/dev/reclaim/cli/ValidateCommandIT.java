package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestBucket;
import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of policy files, word for word, through the command and against real servers. */
@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class ValidateCommandIT {
  private static final String GOOD = ValidationGround.GOOD;

  /** What the policy of that name says in the good file. */
  private static final String TICKETS =
      "    table: main.public.ticket\n    expire: { after: 24h, by: until, when: \"count > 0\" }\n    action: { set: { state: expired } }";

  /** Said of the good file, and so of most that are made of it. */
  private static final String NOTE =
      "p.yaml:28:9: note: policy \"jobs\": a reference that main.public.remark makes later is covered by the retention alone: no foreign key locks the row; keep the retention longer than such a writer takes";

  private ValidationGround ground;

  @BeforeAll
  void prepare(TestDatabase database, TestBucket bucket, @TempDir Path directory)
      throws SQLException, IOException {
    ground = ValidationGround.make(database, bucket, directory);
    ground.grantForMistakes();
    ground.grant(ground.validate(GOOD));
  }

  @Test
  void saysThatTheFileIsSoundAndWhatTheRoleNeeds() throws IOException {
    // When
    Said said = ground.validate(GOOD);

    // Then
    assertThat(said.exitCode()).isZero();
    assertThat(said.errors()).isEmpty();
    assertThat(said.out())
        .isEqualToNormalizingNewlines(
            NOTE
                + """

                p.yaml: 0 errors, 0 warnings, 1 note. It is sound.

                The role reclaim needs in the database main, and no more:
                  GRANT CREATE ON DATABASE "shop" TO "reclaim";
                  GRANT USAGE ON SCHEMA "public" TO "reclaim";
                  GRANT SELECT, DELETE, UPDATE ("id") ON "public"."job" TO "reclaim";
                  GRANT SELECT, DELETE ON "public"."job_log" TO "reclaim";
                  GRANT SELECT, DELETE ON "public"."job_step" TO "reclaim";
                  GRANT SELECT ("job_id") ON "public"."invoice" TO "reclaim";
                  GRANT SELECT ("record_id", "record_type") ON "public"."remark" TO "reclaim";
                  GRANT SELECT, DELETE, UPDATE ("id") ON "public"."session" TO "reclaim";
                  GRANT SELECT ("id") ON "public"."person" TO "reclaim";
                  GRANT SELECT, UPDATE ("state") ON "public"."ticket" TO "reclaim";
                  GRANT SELECT ON "public"."picture" TO "reclaim";
                """);
  }

  @Test
  void saysWhatTheRoleWouldHaveToSeeForItsLimits() throws IOException {
    assertThat(ground.validate(withLimits("maxReplicaLag: 10s")).out())
        .contains(
            "p.yaml:3:15: warning: database \"main\": the role reclaim may not see how far replicas are behind, and nothing stops for them; GRANT pg_read_all_stats TO \"reclaim\"");
    assertThat(ground.validate(withLimits("rowsPerSecond: 10")).out())
        .contains(
            "p.yaml:3:5: note: database \"main\": the role reclaim may not see what replicas and vacuums are at, and does not slow down for them; GRANT pg_read_all_stats TO \"reclaim\"");
  }

  private static String withLimits(String limits) {
    return GOOD.replaceFirst("  main:\n", "  main:\n    limits: { " + limits + " }\n");
  }

  @Test
  void saysWhichTablesTheRoleMayNotVacuum() throws IOException, SQLException {
    // Given
    String vacuuming =
        GOOD.replace(
            "action: { set: { state: expired } }",
            "action: { set: { state: expired } }\n    vacuum: after");
    String mend = "GRANT MAINTAIN ON \"public\".\"ticket\" TO \"reclaim\"";

    // When
    Said before = ground.validate(vacuuming);

    // Then
    assertThat(before.exitCode()).isZero();
    assertThat(before.out())
        .contains(
            "warning: policy \"tickets\": the role reclaim may not vacuum main.public.ticket, and runs will end without it; "
                + mend)
        .contains(
            "  GRANT SELECT, UPDATE (\"state\"), MAINTAIN ON \"public\".\"ticket\" TO \"reclaim\";");
    ground.grant(mend);
    assertThat(ground.validate(vacuuming).out()).doesNotContain("may not vacuum");
    ground.revoke(mend);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void saysWhatIsWrongWhereAndTheMend(String what, String text, List<String> problems)
      throws IOException {
    // When
    Said said = ground.validate(text);

    // Then
    assertThat(problems(said)).isEqualTo(problems);
    assertThat(said.out()).contains(" Nothing would start with it." + System.lineSeparator());
    assertThat(said.errors()).isEmpty();
    assertThat(said.exitCode()).isEqualTo(2);
  }

  static Stream<Arguments> saysWhatIsWrongWhereAndTheMend() {
    return Stream.of(
        wrong(
            "no YAML",
            "labels: { project: project_id }",
            "labels: { project: project_id",
            "p.yaml:32:13: this is no YAML: while parsing a flow mapping, expected ',' or '}', but got :; texts with { } : # or ${NAME} in them need quotes"),
        wrong(
            "a tab",
            "    older-than: 2d\n",
            "\tolder-than: 2d\n",
            "p.yaml:54:1: this is no YAML: while scanning for the next token, found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation); texts with { } : # or ${NAME} in them need quotes"),
        wrong(
            "a second document",
            "databases:\n",
            "---\ndatabases: {}\n---\ndatabases:\n",
            "p.yaml:4:1: a second document begins: the file has to be one, so remove the line ---"),
        wrong(
            "a key twice",
            "    enabled: true\n",
            "    enabled: true\n    enabled: false\n",
            "p.yaml:34:5: the key \"enabled\" stands twice: remove one"),
        wrong(
            "an alias",
            "keep: \"pinned\"",
            "keep: *pinned",
            "p.yaml:23:11: the alias *pinned is not supported: write out what it means"),
        wrong(
            "an unknown key of the file",
            "policies:\n",
            "policy:\n",
            "p.yaml:1:1: the key \"policies\" is missing: add it",
            "p.yaml:19:1: unknown key \"policy\": known here are databases, policies, stores"),
        wrong(
            "an unknown key of a policy",
            "    enabled: true\n",
            "    enabeld: true\n",
            "p.yaml:33:5: policy \"jobs\": unknown key \"enabeld\": did you mean \"enabled\"?"),
        wrong(
            "an unknown key far from any",
            "    enabled: true\n",
            "    colour: red\n",
            "p.yaml:33:5: policy \"jobs\": unknown key \"colour\": known here are action, children, enabled, expire, files, keep, keep-newest, labels, name, producers, protect, quarantine, schedule, table, vacuum, where"),
        wrong(
            "an unknown key of expire",
            "by: made_at",
            "by: made_at, since: made_at",
            "p.yaml:24:40: policy \"jobs\": unknown key \"since\": known here are after, by, files, minus-infinity, orphaned, unit, when, zone"),
        wrong(
            "an unknown key of a protection",
            "column: job_id }\n      - { table: main.public.remark",
            "column: job_id, were: x }\n      - { table: main.public.remark",
            "p.yaml:27:55: policy \"jobs\": unknown key \"were\": did you mean \"where\"?"),
        wrong(
            "an unknown key of a store",
            "    directory:",
            "    folder: x\n    directory:",
            "p.yaml:17:5: store \"temporary\": unknown key \"folder\": known here are age-floor, directory, publicUrls, references, state"),
        wrong(
            "no policy",
            "  - name: jobs",
            "  []\nrest:\n  - name: jobs",
            "p.yaml:19:1: \"policies\" is empty: add one at least",
            "p.yaml:21:1: unknown key \"rest\": known here are databases, policies, stores"),
        wrong(
            "a name twice",
            "name: sessions",
            "name: jobs",
            "p.yaml:34:5: policy \"jobs\": the name stands twice: every policy needs its own"),
        wrong(
            "a name that cannot travel",
            "name: sessions",
            "name: old sessions",
            "p.yaml:34:5: policy \"old sessions\": \"name\" may hold letters, digits, dot, dash and underscore, up to 100"),
        wrong(
            "neither table nor store",
            "    store: temporary\n",
            "",
            "p.yaml:52:5: policy \"temporary\": a policy needs either \"table\" or \"store\""),
        wrong(
            "a table without a schema",
            "table: main.public.ticket",
            "table: ticket",
            "p.yaml:42:5: policy \"tickets\": \"table\" has to be database.schema.table, not ticket"),
        wrong(
            "a table of an unknown database",
            "table: main.public.ticket",
            "table: mein.public.ticket",
            "p.yaml:42:5: policy \"tickets\": \"table\" names no database of this file: mein. There are: main"),
        wrong(
            "an unknown store",
            "store: temporary\n",
            "store: temp\n",
            "p.yaml:53:5: policy \"temporary\": \"store\" names no store of this file: temp. There are: uploads, temporary"),
        wrong(
            "a duration without a unit",
            "after: 30d",
            "after: 30",
            "p.yaml:24:15: policy \"jobs\": \"after\" has to be a number with a unit, like 30d, 12h, P30D or PT12H, not 30"),
        wrong(
            "a duration of nothing",
            "after: 30d",
            "after: 0d",
            "p.yaml:24:15: policy \"jobs\": \"after\" has to be longer than nothing, not 0d"),
        wrong(
            "a duration backwards",
            "after: 30d",
            "after: P-30D",
            "p.yaml:24:15: policy \"jobs\": \"after\" has to be longer than nothing, not P-30D"),
        wrong(
            "minutes or months",
            "after: 30d",
            "after: 30m",
            "p.yaml:24:15: policy \"jobs\": \"after\" has to be a number with a unit, like 30d, 12h, P30D or PT12H, not 30m"),
        wrong(
            "months without a zone",
            "      zone: Europe/Berlin\n",
            "",
            "p.yaml:37:7: policy \"sessions\": \"after\" counts months or years: say on whose calendar, like zone: Europe/Berlin"),
        wrong(
            "an unknown zone",
            "      zone: Europe/Berlin\n",
            "      zone: Europe/Berlim\n",
            "p.yaml:39:7: policy \"sessions\": \"zone\" has to be a zone like UTC or Europe/Berlin, not Europe/Berlim"),
        wrong(
            "an unknown unit",
            "by: made_at }",
            "by: made_at, unit: weeks }",
            "p.yaml:24:40: policy \"jobs\": \"unit\" has to be seconds or milliseconds or microseconds, not weeks"),
        wrong(
            "an age below the floor",
            "older-than: 2d",
            "older-than: 2h",
            "p.yaml:54:5: policy \"temporary\": \"older-than\" is below the floor of 24 h, in which a writer may still be about to refer to its file"),
        wrong(
            "no word on references",
            "    referenced-by: none\n",
            "",
            "p.yaml:52:5: policy \"temporary\": \"referenced-by\" is missing: list the columns that name files, or say \"none\" to judge by age alone"),
        wrong(
            "an empty list of references",
            "referenced-by: none",
            "referenced-by: []",
            "p.yaml:55:5: policy \"temporary\": \"referenced-by\" lists nothing: name the columns that name files, or say \"none\" to judge by age alone"),
        wrong(
            "a cron of six fields",
            "0 2 * * *",
            "0 0 2 * * *",
            "p.yaml:32:17: policy \"jobs\": \"cron\" has to be minute, hour, day, month and weekday like \"0 2 * * *\", not \"0 0 2 * * *\""),
        wrong(
            "newest of none",
            "n: 3",
            "n: 0",
            "p.yaml:25:20: policy \"jobs\": \"n\" has to be a number from 1 to 1000, not 0"),
        wrong(
            "a secret in the file",
            "\"file:${DIRECTORY}/password\"",
            "geheim",
            "p.yaml:5:5: database \"main\": \"password\" has to be ${ENVIRONMENT_VARIABLE} or file:PATH, never the secret itself"),
        wrong(
            "a secret that is not there",
            "file:${DIRECTORY}/password",
            "file:/no/such/password",
            "p.yaml:5:5: database \"main\": the secret's file /no/such/password cannot be read: make it, or let this user read it"),
        wrong(
            "a variable that is not set",
            "bucket: ${BUCKET}",
            "bucket: ${RECLAIM_NO_SUCH}",
            "p.yaml:9:15: store \"uploads\": the environment variable RECLAIM_NO_SUCH is not set: export it first"),
        wrong(
            "half of the credentials",
            "      accessKey: ${ACCESS_KEY}\n",
            "",
            "p.yaml:9:7: store \"uploads\": \"accessKey\" and \"secretKey\" go together"),
        wrong(
            "state in no database",
            "state: main\n  temporary",
            "state: mane\n  temporary",
            "p.yaml:15:5: store \"uploads\": \"state\" names no database of this file: mane. There are: main"),
        wrong(
            "a where without a value",
            "where: { status: [finished, failed] }",
            "where:",
            "p.yaml:22:11: policy \"jobs\": \"where\" has no value: give it one, or remove it"),
        wrong(
            "an empty expression",
            "keep: \"pinned\"",
            "keep: \"\"",
            "p.yaml:23:11: policy \"jobs\": \"keep\" is empty: remove it or say what it is"),
        wrong(
            "neither true nor false",
            "enabled: true",
            "enabled: yes",
            "p.yaml:33:5: policy \"jobs\": \"enabled\" has to be true or false, not yes"),
        wrong(
            "a protection of nothing",
            "{ table: main.public.invoice, column: job_id }",
            "{ table: main.public.invoice }",
            "p.yaml:27:9: policy \"jobs\": \"protect\" needs either \"column\", which names the row, or \"match\", an expression"),
        wrong(
            "mistakes of reading and of the catalog",
            "count > 0\" }\n    action: { set: { state: expired } }\n  - name: uploads\n    store: uploads\n    older-than: 7d",
            "cuont > 0\" }\n    action: { set: { state: expired } }\n  - name: uploads\n    store: uploads\n    older-than: 7",
            "p.yaml:43:38: policy \"tickets\": the database cannot read \"expire.when\": column \"cuont\" does not exist; perhaps you meant to reference the column \"ticket.count\"",
            "p.yaml:47:5: policy \"uploads\": \"older-than\" has to be a number with a unit, like 30d, 12h, P30D or PT12H, not 7"),
        wrong(
            "an unknown table",
            "main.public.ticket",
            "main.public.tickets",
            "p.yaml:42:5: policy \"tickets\": there is no table main.public.tickets; did you mean ticket?"),
        wrong(
            "an unknown schema",
            "main.public.ticket",
            "main.publik.ticket",
            "p.yaml:42:5: policy \"tickets\": there is no schema publik in database main; did you mean public?"),
        wrong(
            "a table far from any",
            "main.public.ticket",
            "main.public.zebra_crossing",
            "p.yaml:42:5: policy \"tickets\": there is no table main.public.zebra_crossing; create it, or correct the name"),
        wrong(
            "a view",
            "table: main.public.session",
            "table: main.public.job_view",
            "p.yaml:35:5: policy \"sessions\": main.public.job_view is a view, whose rows are not its own; name the table behind it"),
        wrong(
            "Reclaim's own schema",
            "table: main.public.session",
            "table: main.reclaim.ledger",
            "p.yaml:35:5: policy \"sessions\": the schema reclaim is Reclaim's or PostgreSQL's own; name a table of the application"),
        wrong(
            "a table of PostgreSQL's own",
            "table: main.public.session",
            "table: main.pg_catalog.pg_class",
            "p.yaml:35:5: policy \"sessions\": the schema pg_catalog is Reclaim's or PostgreSQL's own; name a table of the application"),
        wrong(
            "no primary key",
            TICKETS,
            "    table: main.public.keyless\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: policy \"tickets\": the table main.public.keyless has no primary key; add one, or a unique index over columns that are NOT NULL"),
        wrong(
            "an unknown column of age",
            "by: made_at",
            "by: mad_at",
            "p.yaml:24:27: policy \"jobs\": the table main.public.job has no column mad_at; did you mean made_at?"),
        wrong(
            "an unknown column of where",
            "{ status: [finished, failed] }",
            "{ state: [finished, failed] }",
            "p.yaml:22:14: policy \"jobs\": the table main.public.job has no column state; did you mean status?"),
        wrong(
            "an unknown column of keep",
            "keep: \"pinned\"",
            "keep: [ \"pinned\", { mood: glad } ]",
            "p.yaml:23:25: policy \"jobs\": the table main.public.job has no column mood; it has: id, status, feeling, pinned, tags, project_id, output_url, size, plain, day, made_at"),
        wrong(
            "an unknown column of set",
            "{ set: { state: expired } }",
            "{ set: { stale: expired } }",
            "p.yaml:44:22: policy \"tickets\": the table main.public.ticket has no column stale; did you mean state?"),
        wrong(
            "an unknown column of files",
            "column: output_url",
            "column: output",
            "p.yaml:30:16: policy \"jobs\": the table main.public.job has no column output; it has: id, status, feeling, pinned, tags, project_id, output_url, size, plain, day, made_at"),
        wrong(
            "an unknown label",
            "project: project_id }",
            "project: projekt_id }",
            "p.yaml:31:15: policy \"jobs\": the table main.public.job has no column projekt_id; did you mean project_id?"),
        wrong(
            "an unknown group",
            "per: project_id",
            "per: tenant",
            "p.yaml:25:26: policy \"jobs\": the table main.public.job has no column tenant; it has: id, status, feeling, pinned, tags, project_id, output_url, size, plain, day, made_at"),
        wrong(
            "an unknown order of the newest",
            "n: 3, per: project_id",
            "n: 3, per: project_id, by: created_at",
            "p.yaml:25:43: policy \"jobs\": the table main.public.job has no column created_at; it has: id, status, feeling, pinned, tags, project_id, output_url, size, plain, day, made_at"),
        wrong(
            "an unknown parent",
            "main.public.person",
            "main.public.persons",
            "p.yaml:40:19: policy \"sessions\": there is no table main.public.persons; did you mean person?"),
        wrong(
            "an unknown column of the parent",
            "column: person_id }",
            "column: person_id, parent-column: uid }",
            "p.yaml:40:66: policy \"sessions\": the table main.public.person has no column uid; did you mean id?"),
        wrong(
            "an unknown column to the parent",
            "column: person_id }",
            "column: owner_id }",
            "p.yaml:40:47: policy \"sessions\": the table main.public.session has no column owner_id; it has: id, person_id, epoch, day"),
        wrong(
            "an unknown protecting table",
            "main.public.invoice",
            "main.public.invoices",
            "p.yaml:27:11: policy \"jobs\": there is no table main.public.invoices; did you mean invoice?"),
        wrong(
            "an unknown protecting column",
            "main.public.invoice, column: job_id",
            "main.public.invoice, column: jobid",
            "p.yaml:27:39: policy \"jobs\": the table main.public.invoice has no column jobid; did you mean job_id?"),
        wrong(
            "an unknown column of a protection's where",
            "{ record_type: Job }",
            "{ kind: Job }",
            "p.yaml:28:66: policy \"jobs\": the table main.public.remark has no column kind; it has: id, record_type, record_id, note"),
        wrong(
            "an unknown column that a protection names",
            "column: job_id }\n      - { table: main.public.remark",
            "column: job_id, names: uid }\n      - { table: main.public.remark",
            "p.yaml:27:55: policy \"jobs\": the table main.public.job has no column uid; did you mean id?"),
        wrong(
            "an unknown table of children",
            "main.public.job_step",
            "main.public.job_stop",
            "p.yaml:29:19: policy \"jobs\": there is no table main.public.job_stop; did you mean job_step?"),
        wrong(
            "an unknown column of children",
            "main.public.job_step, column: job_id",
            "main.public.job_step, column: parent_id",
            "p.yaml:29:48: policy \"jobs\": the table main.public.job_step has no column parent_id; it has: id, job_id"),
        wrong(
            "a protection by a materialized view",
            "main.public.remark",
            "main.public.job_copy",
            "p.yaml:28:11: policy \"jobs\": main.public.job_copy is a materialized view, which shows references as they were when it was refreshed; name the tables behind it"),
        wrong(
            "a key of two columns",
            "table: main.public.ticket\n    expire: { after: 24h, by: until, when: \"count > 0\" }\n    action: { set: { state: expired } }",
            "table: main.public.pair\n    expire: { after: 24h, by: at }\n    protect: [ { table: main.public.picture, column: url } ]\n    children: [ { table: main.public.picture, column: size } ]",
            "p.yaml:44:16: policy \"tickets\": main.public.pair has a key of 2 columns (tenant, id); say which column is meant by \"names\""),
        wrong(
            "an age that is a text",
            "by: made_at",
            "by: status",
            "p.yaml:24:27: policy \"jobs\": the column status of type text says no time; name a timestamptz, timestamp, date or number"),
        wrong(
            "an age that is a number",
            "by: made_at",
            "by: size",
            "p.yaml:24:27: policy \"jobs\": the column size is a number; say what it counts since 1970, like expire: { ..., unit: seconds }"),
        wrong(
            "an age without a zone",
            "by: made_at",
            "by: plain",
            "p.yaml:24:27: policy \"jobs\": the column plain of type timestamp without time zone has no zone of its own; say which it is written in, like expire: { ..., zone: UTC }"),
        wrong(
            "a unit of a time",
            "by: made_at }",
            "by: made_at, unit: seconds }",
            "p.yaml:24:40: policy \"jobs\": the column made_at of type timestamp with time zone counts nothing; remove \"unit\""),
        wrong(
            "an expression that is none",
            "when: \"count > 0\"",
            "when: \"count >\"",
            "p.yaml:43:38: policy \"tickets\": the database cannot read \"expire.when\": syntax error at or near \")\"; correct it"),
        wrong(
            "an expression that is no condition",
            "when: \"count > 0\"",
            "when: \"count\"",
            "p.yaml:43:38: policy \"tickets\": the database cannot read \"expire.when\": argument of WHERE must be type boolean, not type integer; correct it"),
        wrong(
            "an expression of an unknown column",
            "keep: \"pinned\"",
            "keep: \"pined\"",
            "p.yaml:23:5: policy \"jobs\": the database cannot read \"keep\": column \"pined\" does not exist; perhaps you meant to reference the column \"job.pinned\""),
        wrong(
            "an expression without its end",
            "keep: \"pinned\"",
            "keep: \"status = 'a\"",
            "p.yaml:23:5: policy \"jobs\": the database cannot read \"keep\": Unterminated string literal; correct it"),
        wrong(
            "an expression that reaches out",
            "keep: \"pinned\"",
            "keep: \"pinned) OR (true\"",
            "p.yaml:23:5: policy \"jobs\": \"keep\" is no whole expression: it would change the meaning of what stands around it; balance its parentheses, and end it without a comment"),
        wrong(
            "an expression that ends in a comment",
            "keep: \"pinned\"",
            "keep: \"pinned -- always\"",
            "p.yaml:23:5: policy \"jobs\": the database cannot read \"keep\": syntax error at end of input; correct it"),
        wrong(
            "an expression that would write",
            "when: \"count > 0\"",
            "when: \"true); DELETE FROM ticket; --\"",
            "p.yaml:43:38: policy \"tickets\": the database cannot read \"expire.when\": cannot execute DELETE in a read-only transaction; correct it"),
        wrong(
            "one bad expression of several",
            "keep: \"pinned\"",
            "keep: [ \"pinned\", \"status ==== 1\", { feeling: glad } ]",
            "p.yaml:23:23: policy \"jobs\": the database cannot read \"keep[1]\": operator does not exist: text ==== integer; no operator matches the given name and argument types. You might need to add explicit type casts"),
        wrong(
            "a value that the type does not know",
            "keep: \"pinned\"",
            "keep: { feeling: cross }",
            "p.yaml:23:13: policy \"jobs\": the database cannot read \"keep.feeling\": invalid input value for enum mood: \"cross\"; correct it"),
        wrong(
            "a mark that the type does not know",
            "{ set: { state: expired } }",
            "{ set: { count: many } }",
            "p.yaml:44:22: policy \"tickets\": the database cannot read \"action.set.count\": invalid input syntax for type integer: \"many\"; correct it"),
        wrong(
            "a match of an unknown column",
            "{ table: main.public.invoice, column: job_id }",
            "{ table: main.public.invoice, match: \"invoice.job = job.id\" }",
            "p.yaml:27:39: policy \"jobs\": the database cannot read \"protect[0].match\": column invoice.job does not exist; correct it"),
        wrong(
            "a match that reaches out",
            "{ table: main.public.invoice, column: job_id }",
            "{ table: main.public.invoice, match: \"invoice.job_id = job.id) OR (true\" }",
            "p.yaml:27:39: policy \"jobs\": \"protect[0].match\" is no whole expression: it would change the meaning of what stands around it; balance its parentheses, and end it without a comment"),
        wrong(
            "a path that is none",
            "{ table: main.public.remark, column: record_id, where: { record_type: Job } }",
            "{ table: main.public.picture, column: document, path: \"$..x[\" }",
            "p.yaml:28:9: note: policy \"jobs\": a reference that main.public.picture makes later is covered by the retention alone: no foreign key locks the row; keep the retention longer than such a writer takes",
            "p.yaml:28:9: policy \"jobs\": the database cannot read \"protect[1]\": syntax error at or near \".\" of jsonpath input; correct it"),
        wrong(
            "a reference that is a time",
            "column: url }",
            "column: taken }",
            "p.yaml:49:39: policy \"uploads\": main.public.picture.taken is of type timestamp with time zone, which names no file; refer to a text, an array of texts or JSON, by an expression if need be"),
        wrong(
            "a reference of an unknown column",
            "column: url }",
            "column: link }",
            "p.yaml:49:39: policy \"uploads\": the table main.public.picture has no column link; it has: id, url, gallery, document, size, taken"),
        wrong(
            "a reference of an unknown table",
            "{ table: main.public.picture, column: url }",
            "{ table: main.public.pictures, column: url }",
            "p.yaml:49:11: policy \"uploads\": there is no table main.public.pictures; did you mean picture?"),
        wrong(
            "a path in a text",
            "column: url }",
            "column: url, path: \"$.a\" }",
            "p.yaml:49:52: policy \"uploads\": \"path\" is for JSON, and main.public.picture.url is of type text; remove it"),
        wrong(
            "a path of a reference that is none",
            "$.cover",
            "$.[",
            "p.yaml:50:57: policy \"uploads\": \"path\" is no SQL/JSON path: syntax error at or near \"[\" of jsonpath input; correct it"),
        wrong(
            "an expression of a reference that is none",
            "'covers/' || url",
            "'covers/' || uri",
            "p.yaml:51:39: policy \"uploads\": the database cannot read \"referenced-by[2].expression\": column \"uri\" does not exist; perhaps you meant to reference the column \"picture.url\""),
        wrong(
            "foreign keys without an index",
            TICKETS,
            "    table: main.public.slow\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: policy \"tickets\": the foreign key slow_child_slow_id_fkey has no index, so each deleted row would scan main.public.slow_child; CREATE INDEX CONCURRENTLY ON \"public\".\"slow_child\" (\"slow_id\")",
            "p.yaml:42:5: policy \"tickets\": the foreign key slow_null_slow_id_fkey has no index, so each deleted row would scan main.public.slow_null; CREATE INDEX ON \"public\".\"slow_null\" (\"slow_id\")",
            "p.yaml:42:5: policy \"tickets\": the foreign key slow_plain_slow_id_fkey has no index, so each deleted row would scan main.public.slow_plain; CREATE INDEX CONCURRENTLY ON \"public\".\"slow_plain\" (\"slow_id\")",
            "p.yaml:42:5: warning: policy \"tickets\": rows that main.public.slow_plain refers to by slow_plain_slow_id_fkey will be refused and stay; list it under \"protect\" to keep them knowingly, or under \"children\" to delete it along"),
        wrong(
            "rows that go with rows of their own table",
            TICKETS,
            "    table: main.public.tree\n    expire: { after: 24h, by: at }",
            "p.yaml:41:5: policy \"tickets\": rows of main.public.tree go with other rows of the same table (public.tree <- public.tree): such a cycle of cascades is not supported; make one of the foreign keys ON DELETE NO ACTION or SET NULL"),
        wrong(
            "row-level security of the table",
            TICKETS,
            "    table: main.public.veiled\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: policy \"tickets\": row-level security of main.public.veiled can hide rows from the role reclaim, and what it cannot see it must not judge; ALTER ROLE \"reclaim\" BYPASSRLS"),
        wrong(
            "row-level security of a reference",
            "{ table: main.public.invoice, column: job_id }",
            "{ table: main.public.veiled, column: job_id }",
            "p.yaml:21:5: warning: policy \"jobs\": rows that main.public.invoice refers to by invoice_job_id_fkey will be refused and stay; list it under \"protect\" to keep them knowingly, or under \"children\" to delete it along",
            "p.yaml:27:9: note: policy \"jobs\": a reference that main.public.veiled makes later is covered by the retention alone: no foreign key locks the row; keep the retention longer than such a writer takes",
            "p.yaml:27:11: policy \"jobs\": row-level security of main.public.veiled can hide rows from the role reclaim, and what it cannot see it must not judge; ALTER ROLE \"reclaim\" BYPASSRLS"),
        wrong(
            "row-level security that binds the owner, too",
            TICKETS,
            "    table: main.public.forced\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: policy \"tickets\": row-level security of main.public.forced can hide rows from the role reclaim, and what it cannot see it must not judge; ALTER ROLE \"reclaim\" BYPASSRLS"),
        wrong(
            "no right on the table",
            TICKETS,
            "    table: main.public.closed\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: policy \"tickets\": the role reclaim may not SELECT, DELETE, UPDATE main.public.closed; GRANT SELECT, DELETE, UPDATE (\"id\") ON \"public\".\"closed\" TO \"reclaim\""),
        wrong(
            "no right on the schema",
            TICKETS,
            "    table: main.vault.gold\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: policy \"tickets\": the role reclaim may not use the schema vault; GRANT USAGE ON SCHEMA \"vault\" TO \"reclaim\"",
            "p.yaml:42:5: policy \"tickets\": the role reclaim may not SELECT, DELETE, UPDATE main.vault.gold; GRANT SELECT, DELETE, UPDATE (\"id\") ON \"vault\".\"gold\" TO \"reclaim\""),
        wrong(
            "no right on a partition",
            TICKETS,
            "    table: main.public.parted\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: policy \"tickets\": the role reclaim may not SELECT main.public.parted_old; GRANT SELECT ON \"public\".\"parted_old\" TO \"reclaim\""),
        wrong(
            "no right on a reference",
            "{ table: main.public.invoice, column: job_id }",
            "{ table: main.public.closed, column: job_id }",
            "p.yaml:21:5: warning: policy \"jobs\": rows that main.public.invoice refers to by invoice_job_id_fkey will be refused and stay; list it under \"protect\" to keep them knowingly, or under \"children\" to delete it along",
            "p.yaml:27:9: note: policy \"jobs\": a reference that main.public.closed makes later is covered by the retention alone: no foreign key locks the row; keep the retention longer than such a writer takes",
            "p.yaml:27:11: policy \"jobs\": the role reclaim may not SELECT main.public.closed; GRANT SELECT (\"job_id\") ON \"public\".\"closed\" TO \"reclaim\""),
        wrong(
            "no right on the reference of a file",
            "{ table: main.public.picture, column: url }",
            "{ table: main.public.closed, column: secret }",
            "p.yaml:49:11: policy \"uploads\": the role reclaim may not SELECT main.public.closed; GRANT SELECT (\"secret\") ON \"public\".\"closed\" TO \"reclaim\""),
        wrong(
            "rows that another policy keeps",
            TICKETS,
            "    table: main.public.job\n    expire: { after: 90d, by: made_at }\n    children: [ { table: main.public.job_step, column: job_id } ]\n    protect: [ { table: main.public.invoice, column: job_id } ]",
            "p.yaml:42:5: policy \"tickets\": it deletes rows that policy \"jobs\" keeps by \"keep\" (p.yaml:23:5); say the same there and here, or set the two apart by values of one column under \"where\""),
        wrong(
            "rows that another policy protects",
            TICKETS,
            "    table: main.public.job\n    expire: { after: 90d, by: made_at }\n    keep: \"pinned\"\n    children: [ { table: main.public.job_step, column: job_id }, { table: main.public.invoice, column: job_id } ]",
            "p.yaml:42:5: policy \"tickets\": it deletes rows that policy \"jobs\" keeps by \"protect\" (p.yaml:27:9); say the same there and here, or set the two apart by values of one column under \"where\""),
        wrong(
            "children that another policy keeps",
            TICKETS,
            "    table: main.public.job_log\n    expire: { when: \"id < 0\" }\n    keep: \"id = 7\"",
            "p.yaml:21:5: policy \"jobs\": rows of main.public.job_log go with its own, also those that policy \"tickets\" keeps by \"keep\" (p.yaml:44:5); protect this policy's rows by those that are kept, or remove \"keep\" there"),
        wrong(
            "rows that another policy keeps by the newest",
            TICKETS,
            "    table: main.public.job\n    where: { status: failed }\n    expire: { after: 90d, by: made_at }\n    keep: \"pinned\"\n    children: [ { table: main.public.job_step, column: job_id } ]\n    protect: [ { table: main.public.invoice, column: job_id }, { table: main.public.remark, column: record_id, where: { record_type: Job } } ]",
            "p.yaml:42:5: policy \"tickets\": it deletes rows that policy \"jobs\" keeps by \"keep-newest\" (p.yaml:25:5); say the same there and here, or set the two apart by values of one column under \"where\"",
            "p.yaml:47:64: note: policy \"tickets\": a reference that main.public.remark makes later is covered by the retention alone: no foreign key locks the row; keep the retention longer than such a writer takes"),
        wrong(
            "files that another policy keeps",
            "name: temporary\n    store: temporary",
            "name: temporary\n    store: uploads",
            "p.yaml:55:5: policy \"temporary\": it deletes files by age alone that policy \"uploads\" keeps while something refers to them (p.yaml:48:5); give both a \"prefix\" of its own, or list the references here, too"),
        wrong(
            "a database that does not answer",
            "url: \"${URL}\"",
            "url: \"jdbc:postgresql://127.0.0.1:1/shop\"",
            "p.yaml:2:3: database \"main\": jdbc:postgresql://127.0.0.1:1/shop cannot be used as reclaim: Connection to 127.0.0.1:1 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections; check address, user and password, and that the server runs"),
        wrong(
            "a database and a store that do not answer",
            "url: \"${URL}\"\n    user: ${USER}\n    password: \"file:${DIRECTORY}/password\"\nstores:\n  uploads:\n    s3:\n      bucket: ${BUCKET}",
            "url: \"jdbc:postgresql://127.0.0.1:1/shop\"\n    user: ${USER}\n    password: \"file:${DIRECTORY}/password\"\nstores:\n  uploads:\n    s3:\n      bucket: no-such-bucket",
            "p.yaml:2:3: database \"main\": jdbc:postgresql://127.0.0.1:1/shop cannot be used as reclaim: Connection to 127.0.0.1:1 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections; check address, user and password, and that the server runs",
            "p.yaml:7:3: store \"uploads\": bucket no-such-bucket at ENDPOINT: there is no such bucket: create it, or correct its name"),
        wrong(
            "a password that is wrong",
            "user: ${USER}",
            "user: postgres",
            "p.yaml:2:3: database \"main\": URL cannot be used as postgres: FATAL: password authentication failed for user \"postgres\"; check address, user and password, and that the server runs"),
        wrong(
            "a bucket that is not there",
            "bucket: ${BUCKET}",
            "bucket: no-such-bucket",
            "p.yaml:7:3: store \"uploads\": bucket no-such-bucket at ENDPOINT: there is no such bucket: create it, or correct its name"),
        wrong(
            "a secret key that is wrong",
            "secretKey: \"file:${DIRECTORY}/secret\"",
            "secretKey: \"file:${DIRECTORY}/password\"",
            "p.yaml:7:3: store \"uploads\": bucket BUCKET at ENDPOINT: the secret key is wrong: correct secretKey"),
        wrong(
            "a directory that is not there",
            "${DIRECTORY}/files",
            "${DIRECTORY}/filez",
            "p.yaml:16:3: store \"temporary\": filez is no directory: create it, or correct the path"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void warnsOfWhatIsNoMistake(String what, String text, List<String> problems) throws IOException {
    // When
    Said said = ground.validate(text);

    // Then
    assertThat(problems(said)).isEqualTo(problems);
    assertThat(said.errors()).isEmpty();
    assertThat(said.exitCode()).isZero();
  }

  static Stream<Arguments> warnsOfWhatIsNoMistake() {
    return Stream.of(
        wrong(
            "triggers that may refuse",
            TICKETS,
            "    table: main.public.watched\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: warning: policy \"tickets\": the trigger keep_it of main.public.watched runs BEFORE DELETE and may refuse rows or change what is done; see that it lets expired rows go: those it refuses stay",
            "p.yaml:42:5: warning: policy \"tickets\": the trigger note_it of main.public.watched runs AFTER DELETE and may refuse rows or change what is done; see that it lets expired rows go: those it refuses stay"),
        wrong(
            "triggers that may change a mark",
            TICKETS,
            "    table: main.public.watched\n    expire: { after: 24h, by: at }\n    action: { set: { state: gone } }",
            "p.yaml:42:5: warning: policy \"tickets\": the trigger note_it of main.public.watched runs AFTER UPDATE and may refuse rows or change what is done; see that it lets expired rows go: those it refuses stay"),
        wrong(
            "a rule that rewrites",
            TICKETS,
            "    table: main.public.ruled\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: warning: policy \"tickets\": the rule never of main.public.ruled rewrites each DELETE; see that it lets expired rows go: those it refuses stay"),
        wrong(
            "rows that an undeclared table holds",
            TICKETS,
            "    table: main.public.held\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: warning: policy \"tickets\": rows that main.public.holder refers to by holder_held_id_fkey will be refused and stay; list it under \"protect\" to keep them knowingly, or under \"children\" to delete it along"),
        wrong(
            "partitions that go by rows because the role does not own them",
            TICKETS,
            "    table: main.public.monthly\n    expire: { after: 24h, by: at }",
            "p.yaml:42:5: note: policy \"tickets\": partitions of main.public.monthly, like public.monthly_1, could be dropped whole once all in them has expired, but the role reclaim does not own them and their table: their rows go one by one; ALTER TABLE \"public\".\"monthly\" OWNER TO \"reclaim\", and its partitions likewise"),
        wrong(
            "partitions that go by rows because of what keeps some",
            TICKETS,
            "    table: main.public.monthly\n    expire: { after: 24h, by: at }\n    keep: \"id = 7\""),
        wrong(
            "row-level security that does not bind the owner",
            TICKETS,
            "    table: main.public.owned\n    expire: { after: 24h, by: at }"),
        wrong(
            "one marks and one deletes",
            "  - name: uploads\n",
            "  - name: old-tickets\n    table: main.public.ticket\n    expire: { after: 90d, by: until }\n  - name: uploads\n",
            "p.yaml:46:5: warning: policy \"old-tickets\": it deletes rows that policy \"tickets\" marks (p.yaml:44:5): which comes first is chance; delete only what is marked, by \"where\", or set the two apart"),
        wrong(
            "one deletes what another has marked",
            "  - name: uploads\n",
            "  - name: old-tickets\n    table: main.public.ticket\n    where: { state: expired }\n    expire: { after: 90d, by: until }\n  - name: uploads\n"),
        wrong(
            "policies that are set apart by values",
            "  - name: uploads\n",
            "  - name: other-jobs\n    table: main.public.job\n    where: { status: [new, waiting] }\n    expire: { after: 90d, by: made_at }\n    children: all\n  - name: uploads\n"),
        wrong(
            "files at different ages",
            "  - name: temporary\n",
            "  - name: young\n    store: uploads\n    prefix: tmp/\n    older-than: 2d\n    referenced-by: [ { table: main.public.picture, column: url } ]\n  - name: temporary\n",
            "p.yaml:55:5: warning: policy \"young\": it deletes files sooner than policy \"uploads\" says (p.yaml:47:5); say the same age in both, or give each a \"prefix\" of its own"),
        wrong(
            "a soft reference without an index",
            "column: record_id, where: { record_type: Job } }",
            "column: note }",
            "p.yaml:28:9: warning: policy \"jobs\": no index of main.public.remark begins with note, so each expired row would scan it; CREATE INDEX CONCURRENTLY ON \"public\".\"remark\" (\"note\")"),
        wrong(
            "a soft reference in any case, without an index",
            "column: record_id, where: { record_type: Job } }",
            "column: record_id, ignore-case: true }",
            "p.yaml:28:9: warning: policy \"jobs\": no index of main.public.remark begins with record_id, so each expired row would scan it; CREATE INDEX CONCURRENTLY ON \"public\".\"remark\" (lower(\"record_id\"))"),
        wrong(
            "a soft reference in an array, without an index",
            "{ table: main.public.remark, column: record_id, where: { record_type: Job } }",
            "{ table: main.public.picture, column: gallery }",
            "p.yaml:28:9: note: policy \"jobs\": a reference that main.public.picture makes later is covered by the retention alone: no foreign key locks the row; keep the retention longer than such a writer takes",
            "p.yaml:28:9: warning: policy \"jobs\": no index of main.public.picture begins with gallery, so each expired row would scan it; CREATE INDEX CONCURRENTLY ON \"public\".\"picture\" USING gin (\"gallery\")"),
        wrong(
            "newest without an index",
            "per: project_id",
            "per: status",
            "p.yaml:25:5: warning: policy \"jobs\": no index of main.public.job begins with status, so each expired row would scan it; CREATE INDEX CONCURRENTLY ON \"public\".\"job\" (\"status\", \"made_at\")"));
  }

  /** The good file with one thing in place of another. */
  private static Arguments wrong(String what, String right, String wrong, String... problems) {
    int at = GOOD.indexOf(right);
    assertThat(at).as(what).isNotNegative();
    return Arguments.of(
        what,
        GOOD.substring(0, at) + wrong + GOOD.substring(at + right.length()),
        List.of(problems));
  }

  /** All lines before the summary, without what is said of the good file, too. */
  private static List<String> problems(Said said) {
    String note = NOTE.substring(NOTE.indexOf("note: "));
    return said.out()
        .lines()
        .takeWhile(line -> !line.startsWith("p.yaml: "))
        .filter(line -> !line.endsWith(note))
        .toList();
  }

  @Test
  void writesJsonForMachines() throws IOException {
    // When
    Said said =
        ground.validate(
            GOOD.replace("by: until", "by: untill").replace("/files\"", "/filez\""), "--json");

    // Then
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.out())
        .isEqualToIgnoringNewLines(
            """
            [{"file":"p.yaml","line":16,"column":3,"policy":null,"severity":"error",\
            "problem":"store \\"temporary\\": filez is no directory: create it, or correct the path","mend":""},\
            {"file":"p.yaml","line":28,"column":9,"policy":"jobs","severity":"note",\
            "problem":"a reference that main.public.remark makes later is covered by the retention alone: no foreign key locks the row",\
            "mend":"keep the retention longer than such a writer takes"},\
            {"file":"p.yaml","line":43,"column":27,"policy":"tickets","severity":"error",\
            "problem":"the table main.public.ticket has no column untill","mend":"did you mean until?"}]
            """);
  }

  @Test
  void startsNothingThatItWouldNotCallSound() throws IOException {
    // Given
    String broken =
        GOOD.replace("count > 0", "cuont > 0").replace("keep: \"pinned\"", "keep: \"pined\"");
    List<String> problems = problems(ground.validate(broken));

    // When
    Said planned = ground.with(broken, "plan");
    Said run = ground.with(broken, "run", "--data", ground.directory().resolve("data").toString());

    // Then
    assertThat(problems).hasSize(2);
    assertThat(List.of(planned, run)).extracting(Said::errors).containsOnly(problems);
    assertThat(List.of(planned, run)).extracting(Said::exitCode).containsOnly(2);
  }

  @Test
  void asksForTheFewestRightsThatDo(
      TestDatabase database, TestBucket bucket, @TempDir Path directory)
      throws SQLException, IOException {
    // Given
    ValidationGround bare = ValidationGround.make(database, bucket, directory);
    bare.shop().execute(ValidationGround.DUE);
    Said refused = bare.validate(GOOD);
    List<String> needed = ValidationGround.grants(refused);

    // When
    bare.grant(refused);

    // Then
    for (String grant : needed.subList(2, needed.size())) {
      bare.revoke(grant);
      assertThat(bare.validate(GOOD).out()).contains("; " + grant.replace(";", "") + "\n");
      bare.grant(grant);
    }
    Said run = bare.with(GOOD, "run", "--data", directory.resolve("data").toString());
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(bare.shop().count("SELECT count(*) FROM job")).isEqualTo(3);
    assertThat(bare.shop().count("SELECT count(*) FROM job_log")).isZero();
    assertThat(bare.shop().count("SELECT count(*) FROM session")).isZero();
    assertThat(bare.shop().count("SELECT count(*) FROM ticket WHERE state = 'expired'")).isOne();
  }

  @Test
  void asksForTheRightToSeeWhoHoldsARow(
      TestDatabase database, TestBucket bucket, @TempDir Path directory)
      throws SQLException, IOException {
    // Given
    ValidationGround bare = ValidationGround.make(database, bucket, directory);
    bare.shop()
        .execute(
            "INSERT INTO held SELECT n, now() - interval '3 days' FROM generate_series(1, 3) n");
    bare.shop().execute("INSERT INTO holder VALUES (1, 2)");
    String file =
        GOOD.replace(TICKETS, "    table: main.public.held\n    expire: { after: 24h, by: at }");
    Said refused = bare.validate(file);

    // When
    bare.grant(refused);
    Said run = bare.with(file, "run", "--data", directory.resolve("data").toString(), "tickets");

    // Then
    assertThat(ValidationGround.grants(refused))
        .contains("GRANT SELECT (\"held_id\") ON \"public\".\"holder\" TO \"reclaim\";");
    assertThat(run.exitCode()).as(run.toString()).isZero();
    assertThat(run.out())
        .contains("1 refused: held by the foreign key holder_held_id_fkey of public.holder");
    assertThat(bare.shop().count("SELECT sum(id) FROM held")).isEqualTo(2);
  }

  @Test
  void plansForARoleThatMayOnlyRead(
      TestDatabase database, TestBucket bucket, @TempDir Path directory)
      throws SQLException, IOException {
    // Given
    ValidationGround reading = ValidationGround.make(database, bucket, directory);
    reading.shop().execute(ValidationGround.DUE);
    reading.shop().execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + reading.role());

    // When
    Said planned = reading.with(GOOD, "plan");

    // Then
    assertThat(planned.exitCode()).as(planned.toString()).isZero();
  }

  @Test
  void refusesBooksThatAreAnotherRoles(
      TestDatabase database, TestBucket bucket, @TempDir Path directory)
      throws SQLException, IOException {
    // Given
    ValidationGround bare = ValidationGround.make(database, bucket, directory);
    bare.grant(bare.validate(GOOD));
    bare.shop().execute("CREATE SCHEMA reclaim; CREATE TABLE reclaim.ledger (id int)");

    // When
    Said said = bare.validate(GOOD);

    // Then
    assertThat(problems(said))
        .containsExactly(
            "p.yaml:4:5: database \"main\": the schema reclaim belongs to postgres, and the role reclaim may not work in it; GRANT \"postgres\" TO \"reclaim\"");
  }

  @Test
  void refusesAServerThatTakesNoChanges(
      TestDatabase database, TestBucket bucket, @TempDir Path directory)
      throws SQLException, IOException {
    // Given
    ValidationGround bare = ValidationGround.make(database, bucket, directory);
    bare.shop()
        .execute("ALTER ROLE %s SET default_transaction_read_only = on".formatted(bare.role()));

    // When
    Said said = bare.validate(GOOD);

    // Then
    assertThat(problems(said))
        .containsExactly(
            "p.yaml:2:3: database \"main\": URL cannot be used as reclaim: it takes no changes, being a replica or read-only: name the primary; check address, user and password, and that the server runs");
  }
}
