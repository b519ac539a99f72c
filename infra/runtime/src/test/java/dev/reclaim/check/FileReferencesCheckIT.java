package dev.reclaim.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.check.Examination.Purpose;
import dev.reclaim.database.Databases;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.policy.Problem;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class FileReferencesCheckIT {
  private static final String HEAD =
      """
      databases:
        main: { url: "${DB_URL}", user: "${DB_USER}", password: "${DB_PASSWORD}" }
      stores:
        files: { directory: "${DIRECTORY}", state: main }
      policies:
      """;

  @TempDir private Path directory;
  private TestDatabase test;

  @BeforeAll
  void createTables(TestDatabase database) throws SQLException {
    test = database;
    try (Connection connection = test.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE job (id bigint PRIMARY KEY, status text, tags jsonb, day date, at timestamptz);
          CREATE TABLE asset (id int PRIMARY KEY, url text)
          """);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "column: tags ~ main.public.job.tags holds several names of files, and \"files\" takes a column with one; remove it, and have a policy about the store find what no row names, with referenced-by: [ { table: main.public.job, column: tags } ]",
        "column: day ~ main.public.job.day is of type date, which names no file; refer to a text, an array of texts or JSON, by an expression if need be",
      })
  void saysWhatNoFileCanBeLinkedBy(String column, String message) {
    String policy =
        """
          - name: p
            table: main.public.job
            expire: { after: P1D, by: at }
            files: [ { column: status, store: files }, { %s, store: files } ]
        """
            .formatted(column);

    assertThat(errors(policy)).containsExactly("p.yaml:9:50: policy \"p\": " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "table: main.public.job, column: at ~ 10:35 ~ main.public.job.at is of type timestamp with time zone, which names no file; refer to a text, an array of texts or JSON, by an expression if need be",
        "table: main.public.asset, column: url, path: $.a ~ 10:50 ~ \"path\" is for JSON, and main.public.asset.url is of type text; remove it",
        "table: main.public.job, column: tags, path: '$.a[' ~ 10:49 ~ \"path\" is no SQL/JSON path: syntax error at end of jsonpath input; correct it",
        "table: main.public.job, column: tags, path: 'strict $.a' ~ 10:49 ~ \"path\" is strict, which fails where a document lacks it; remove that word",
        "table: main.public.job, expression: tags ->> 'a' || b ~ 10:35 ~ the database cannot read \"referenced-by[0].expression\": column \"b\" does not exist; correct it",
        "table: main.public.job, expression: tags ? 'a' ~ 10:35 ~ main.public.job (tags ? 'a') is of type boolean, which names no file; refer to a text, an array of texts or JSON, by an expression if need be",
      })
  void saysWhatCannotReferToFiles(String reference, String place, String message) {
    assertThat(errors(orphans(reference)))
        .containsExactly("p.yaml:%s: policy \"orphans\": %s".formatted(place, message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "table: main.public.asset, column: url",
        "table: main.public.job, column: tags, path: \"$.a ? (@.b == 1)\"",
        "table: main.public.job, expression: \"tags ->> 'a' || '.png'\"",
      })
  void takesWhatRefersToFiles(String reference) {
    assertThat(errors(orphans(reference))).isEmpty();
  }

  private static String orphans(String reference) {
    return """
      - name: orphans
        store: files
        older-than: P2D
        referenced-by:
          - { %s }
    """
        .formatted(reference);
  }

  private List<String> errors(String policies) {
    PolicyFile file =
        PolicyFileReader.read(
            "p.yaml",
            HEAD + policies,
            name ->
                switch (name) {
                  case "DB_URL" -> test.jdbcUrl();
                  case "DB_USER" -> test.user();
                  case "DB_PASSWORD" -> test.password();
                  default -> directory.toString();
                });
    try (Databases databases = Databases.connect(file, 2, "test")) {
      return Examination.of(file, databases, Purpose.PLAN).problems().stream()
          .filter(Problem::isError)
          .map(Problem::line)
          .toList();
    }
  }
}
