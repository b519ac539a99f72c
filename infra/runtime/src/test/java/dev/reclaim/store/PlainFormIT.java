package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@RequiresServers
class PlainFormIT {
  static Stream<StoreSettings> stores() {
    List<String> urls =
        List.of("https://cdn.example.org/files", "/static/media", "https://[::1]/é+(x)");
    return Stream.of(
        new S3Settings(
            "renders", URI.create("http://minio.local:9000"), "x", true, null, null, urls),
        new S3Settings("a.b$c^d", null, "x", false, null, null, List.of()),
        new S3Settings("renders", null, "x", false, null, null, List.of()),
        new DirectorySettings(Path.of("/srv/app/media"), urls));
  }

  @ParameterizedTest
  @MethodSource("stores")
  void isTheSameToTheDatabase(StoreSettings store, TestDatabase database) throws SQLException {
    // Given
    PlainForm form =
        ReferenceParser.of(store, List.of("https://other.example/", "data:", "a.b")).plainForm();
    Random random = new Random(11);
    List<String> texts =
        new ArrayList<>(Stream.generate(() -> PlainTexts.next(random)).limit(20_000).toList());
    texts.add("https://[::1]/é+(x)/a.png");
    texts.add("s3://a.b$c^d/a.png");
    texts.add("a".repeat(form.charsMax()));
    texts.add("a".repeat(form.charsMax() + 1));

    // When
    List<String> plain = new ArrayList<>();
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT text FROM unnest(?::text[]) AS text WHERE "
                    + form.sql("(text COLLATE \"C\")"))) {
      statement.setArray(1, connection.createArrayOf("text", texts.toArray()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          plain.add(rows.getString(1));
        }
      }
    }

    // Then
    assertThat(plain).isEqualTo(texts.stream().filter(form::contains).toList());
    assertThat(plain).hasSizeBetween(1_000, 15_000);
  }
}
