package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a run has moved away is brought back by the run's name, or purged by a later run. */
@RequiresServers
class RestoreCommandIT {
  private final Shop shop;
  private Path scans = Path.of("");
  @TempDir private Path directory;

  RestoreCommandIT(TestDatabase database) {
    this.shop = new Shop(database);
  }

  @BeforeEach
  void plant() throws SQLException, IOException {
    scans = Files.createDirectories(directory.resolve("scans"));
    shop.execute(
        "CREATE TABLE letter (id int PRIMARY KEY, file text, sent_at timestamptz, kind text)");
    shop.execute(
        """
        INSERT INTO letter VALUES (1, 'named.pdf', now(), 'a'), (2, 'with its row.pdf', now() - interval '90 days', 'b')
        """);
    for (String name : List.of("named.pdf", "orphan.pdf", "other.pdf", "with its row.pdf")) {
      Path file = Files.writeString(scans.resolve(name), "content of " + name);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(9))));
    }
  }

  private Path policies() throws IOException {
    return shop.policies(
        directory,
        """
        stores:
          scans: { directory: "%s", state: shop }
        policies:
          - name: letters
            table: shop.public.letter
            expire: { after: P30D, by: sent_at }
            files: [ { column: file, store: scans } ]
            labels: { kind: kind }
            quarantine: P7D
          - name: scans
            store: scans
            older-than: P2D
            referenced-by: [ { table: shop.public.letter, column: file } ]
            quarantine: P7D
        """
            .formatted(scans));
  }

  private Said command(String name, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                name,
                "--policies",
                policies().toString(),
                "--data",
                directory.resolve("data").toString()));
    arguments.addAll(List.of(more));
    return Said.by(arguments.toArray(String[]::new));
  }

  private List<String> files() throws IOException {
    try (var all = Files.list(scans)) {
      return all.filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private String runOf(String policy) throws SQLException {
    return shop.text("SELECT id FROM reclaim.run WHERE policy = '" + policy + "'");
  }

  @Test
  void bringsBackWhatARunMovedAndPurgesTheRestWhenItsTimeHasCome() throws Exception {
    // Given: the row's file goes first, so that it is its policy's and not an orphan
    Said letters = command("run", "letters");
    assertThat(letters.exitCode()).as(letters.toString()).isZero();
    Said ran = command("run", "scans");
    assertThat(ran.exitCode()).as(ran.toString()).isZero();
    assertThat(ran.out()).contains("2 files are in quarantine; reclaim restore scans/");
    assertThat(files()).containsExactly("named.pdf");

    // When
    Said listed = command("restore");
    Path json = directory.resolve("restored.json");
    Said restored = command("restore", runOf("scans"), "--json", json.toString());

    // Then
    assertThat(listed.exitCode()).as(listed.toString()).isZero();
    assertThat(listed.out())
        .contains(runOf("scans") + ": 2 files, 41 bytes of store scans, by policy scans")
        .contains(runOf("letters") + ": 1 files, 27 bytes of store scans, by policy letters");
    assertThat(restored.exitCode()).as(restored.toString()).isZero();
    assertThat(restored.out())
        .contains("scans: 2 files, 41 bytes brought back")
        .contains("Complete: all of it is back, and off the account.");
    assertThat(files()).containsExactly("named.pdf", "orphan.pdf", "other.pdf");
    assertThat(Files.readString(scans.resolve("orphan.pdf"))).isEqualTo("content of orphan.pdf");
    JsonNode result = JsonMapper.shared().readTree(json);
    assertThat(result.get("files").asLong()).isEqualTo(2);
    assertThat(shop.count("SELECT sum(files) FROM reclaim.ledger WHERE policy = 'scans'")).isZero();
    assertThat(shop.count("SELECT sum(bytes) FROM reclaim.ledger WHERE policy = 'scans'")).isZero();
    assertThat(
            shop.count(
                "SELECT count(*) FROM reclaim.ledger WHERE source = 'reclaim/restore' AND emitted_at IS NOT NULL"))
        .isEqualTo(1);

    // When
    Said again = command("restore", runOf("scans"));
    Said unknown = command("restore", "no/such-run");
    Said noPolicy = command("restore", runOf("scans"), "--policy", "none");

    // Then
    assertThat(again.exitCode()).as(again.toString()).isZero();
    assertThat(again.out()).contains("Nothing of it is in quarantine.");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.errors()).last().asString().contains("no run no/such-run");
    assertThat(noPolicy.exitCode()).isEqualTo(2);

    // When: the row's file has been there for 8 days, and a later run of its policy comes
    shop.execute(
        """
        UPDATE reclaim.quarantined_file
           SET moved_at = moved_at - interval '8 days', purge_after = purge_after - interval '8 days'
        """);
    Said later = command("run", "letters");

    // Then
    assertThat(later.exitCode()).as(later.toString()).isZero();
    assertThat(shop.count("SELECT count(*) FROM reclaim.quarantined_file")).isZero();
    assertThat(
            shop.count(
                "SELECT sum((outcome -> 'counts' ->> 'purged')::int) FROM reclaim.ledger WHERE policy = 'letters'"))
        .isEqualTo(1);
    assertThat(shop.count("SELECT sum(files) FROM reclaim.ledger WHERE policy = 'letters'"))
        .isEqualTo(1);
    try (var left = Files.walk(scans.resolve(".reclaim"))) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void saysWhatStaysBecauseSomethingNewerIsThere() throws Exception {
    assertThat(command("run", "scans").exitCode()).isZero();
    Files.writeString(scans.resolve("orphan.pdf"), "newer");

    Said restored = command("restore", runOf("scans"));

    assertThat(restored.exitCode()).as(restored.toString()).isEqualTo(1);
    assertThat(restored.out())
        .contains("1 stay in quarantine: something newer is at their paths")
        .contains("  orphan.pdf")
        .contains("Not complete.");
    assertThat(Files.readString(scans.resolve("orphan.pdf"))).isEqualTo("newer");
    assertThat(command("restore").out()).contains(": 1 files, 21 bytes of store scans");
  }
}
