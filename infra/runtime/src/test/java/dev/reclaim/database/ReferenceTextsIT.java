package dev.reclaim.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reclaim.database.ReferenceTexts.UnusableReferenceException;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.policy.Reference;
import dev.reclaim.policy.TableName;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class ReferenceTextsIT {
  private static final String TABLES =
      """
      CREATE DOMAIN address AS varchar(50);
      CREATE DOMAIN addresses AS address[];
      CREATE DOMAIN document AS jsonb;
      CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE "Asset" (
        id int, plain text, fixed char(6), loosely text COLLATE loose, "Odd Name" address, list text[], listed addresses,
        doc jsonb, text_doc json, docs jsonb[], domain_doc document, key uuid, raw bytea, day date, pair point, days date[]);
      INSERT INTO "Asset" VALUES
        (1, 'a', 'b', 'A', 'c', '{d,NULL,"",e}', '{f,g}',
         '{"url": "h", "more": {"urls": ["i", "", "j", null, 7, true], "x": {"url": "k"}}, "empty": {}}',
         '["l", "m", "l"]', ARRAY['{"n": "o"}', '"p"']::jsonb[], '"q"', '00000000-0000-0000-0000-000000000001',
         'r', '2020-01-01', '(1,2)', '{2020-01-01}'),
        (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
        (3, '', '', '', '', '{}', '{}', '{}', '[]', '{}', 'null', NULL, '', NULL, NULL, '{}'),
        (4, E' \\t\\n', ' ', ' ', ' ', ARRAY[['s', 't'], ['u', ' ']], '{" "}', '" "', '" "', ARRAY['" "']::jsonb[],
         '{"a": [[["v"]]]}', NULL, '', NULL, NULL, NULL);
      """;

  private Databases databases;

  @BeforeAll
  void createTables(TestDatabase test) throws SQLException {
    try (Connection connection = test.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLES);
    }
    PolicyFile file =
        PolicyFileReader.read(
            "p.yaml",
            """
            databases:
              main: { url: "%s", user: %s, password: "${PASSWORD}" }
            policies: [ { name: p, table: main.public.Asset, expire: { when: "false" } } ]
            """
                .formatted(test.jdbcUrl(), test.user()),
            Map.of("PASSWORD", test.password())::get);
    databases = Databases.connect(file, 2, "test");
  }

  @AfterAll
  void close() {
    databases.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "plain ~ ~ a1",
        "fixed ~ ~ b1",
        "loosely ~ ~ A1",
        "Odd Name ~ ~ c1",
        "list ~ ~ d1 e2 s1 t2 u3",
        "listed ~ ~ f1 g2",
        "doc ~ ~ (empty) (more) (url) (url) (urls) (x) h i j k",
        "doc ~ $ ~ (empty) (more) (url) (url) (urls) (x) h i j k",
        "doc ~ $.url ~ h1",
        "doc ~ lax $.url ~ h1",
        "doc ~ $.more.urls ~ i1 j2",
        "doc ~ $.more.urls[*] ~ i1 j2",
        "doc ~ $.more.urls[0] ~ i1",
        "doc ~ $.**.url ~ h k",
        "doc ~ $.more ? (@.x.url == \"k\").urls ~ i1 j2",
        "doc ~ $.more ? (@.x.url == \"?\").urls ~",
        "doc ~ $.missing.further ~",
        "text_doc ~ ~ l1 m2 l3",
        "docs ~ ~ (n) o p",
        "domain_doc ~ ~ (a) q v",
        "domain_doc ~ $.a ~ v1",
        "key ~ ~ 00000000-0000-0000-0000-0000000000011",
      })
  void readsEachTextOfAColumn(String column, @Nullable String path, @Nullable String texts) {
    assertThat(read(new Reference.Column(table(), column, Optional.ofNullable(path)), texts))
        .containsExactlyInAnyOrderElementsOf(expected(texts));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "'x/' || id ~ x/11 x/21 x/31 x/41",
        "\"Asset\".plain ~ a1",
        "doc -> 'more' ->> 'x' ~ {\"url\":·\"k\"}1",
        "doc #> '{more,urls}' ~ i1 j2",
        "CASE WHEN doc ? 'url' THEN doc ->> 'url' END ~ h1",
        "ARRAY[plain, fixed] ~ a1 b2",
        "unnest(list) ~ d1 e1 s1 t1 u1",
        "jsonb_path_query(doc, '$.more.*') ~ (url) i j k",
        "(SELECT b.plain FROM \"Asset\" b WHERE b.id < \"Asset\".id LIMIT 1) ~ a1 a1 a1",
        "'x' ~ x1 x1 x1 x1",
      })
  void readsEachTextOfAnExpression(String expression, String texts) {
    assertThat(read(new Reference.Expression(table(), expression), texts))
        .containsExactlyInAnyOrderElementsOf(expected(texts));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "raw ~ ~ column ~ main.public.Asset.raw is of type bytea, which names no file; refer to a text, an array of texts or JSON, by an expression if need be",
        "day ~ ~ column ~ main.public.Asset.day is of type date, which names no file",
        "pair ~ ~ column ~ main.public.Asset.pair is of type point, which names no file",
        "days ~ ~ column ~ main.public.Asset.days is of type date[], which names no file",
        "plain ~ $.a ~ path ~ \"path\" is for JSON, and main.public.Asset.plain is of type text; remove it",
        "listed ~ $.a ~ path ~ \"path\" is for JSON, and main.public.Asset.listed is of type addresses; remove it",
        "doc ~ strict $.a ~ path ~ \"path\" is strict, which fails where a document lacks it; remove that word",
        "doc ~ $.a[ ~ path ~ \"path\" is no SQL/JSON path: syntax error at end of jsonpath input",
        "doc ~ $.a).b ~ path ~ \"path\" is no SQL/JSON path: syntax error at or near \")\" of jsonpath input",
      })
  void refusesWhatNamesNoFile(String column, @Nullable String path, String part, String message) {
    Reference reference = new Reference.Column(table(), column, Optional.ofNullable(path));

    assertThatThrownBy(() -> read(reference, ""))
        .isInstanceOfSatisfying(
            UnusableReferenceException.class,
            e -> {
              assertThat(e.part()).isEqualTo(part);
              assertThat(e.what() + "; " + e.mend()).startsWith(message);
            });
  }

  @Test
  void refusesAnAggregateWhichWouldReadOneTextOfTheWholeTable() {
    assertThatThrownBy(() -> read(new Reference.Expression(table(), "max(plain)"), ""))
        .hasMessageContaining("aggregate functions are not allowed");
  }

  private static TableName table() {
    return new TableName("main", "public", "Asset");
  }

  private static List<String> expected(@Nullable String texts) {
    return texts == null
        ? List.of()
        : Arrays.stream(texts.split(" ")).map(text -> text.replace('·', ' ')).toList();
  }

  /**
   * What is read: names of members in brackets, and where the order is certain each text's number
   * in its row.
   */
  private List<String> read(Reference reference, @Nullable String texts) {
    boolean numbered = texts != null && !texts.contains("(") && texts.matches(".*\\d.*");
    return databases
        .get("main")
        .inTransaction(
            handle -> {
              String sql =
                  "SELECT CASE WHEN %2$s THEN %1$s || CASE WHEN %4$s THEN %3$s::text ELSE '' END ELSE '(' || %1$s || ')' END"
                          .formatted(
                              ReferenceTexts.TEXT,
                              ReferenceTexts.IS_VALUE,
                              ReferenceTexts.ORDINAL,
                              numbered)
                      + ReferenceTexts.of(handle, reference).from();
              try (var statement = handle.getConnection().prepareStatement(sql);
                  var rows = statement.executeQuery()) {
                List<String> read = new ArrayList<>();
                while (rows.next()) {
                  read.add(rows.getString(1));
                }
                return read;
              }
            });
  }
}
