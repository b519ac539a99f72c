package dev.reclaim.worker.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.testing.RequiresServers;
import dev.reclaim.testing.TestDatabase;
import dev.reclaim.worker.TestSystem;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@RequiresServers
@TestInstance(Lifecycle.PER_CLASS)
class RefusedRowsIT {
  private static final String REMEMBERED =
      """
      SELECT policy || ' ' || key::text || ' ' || by || ' ' || times || ' ' || (again_at - refused_at)
        FROM reclaim.refused_row ORDER BY key
      """;

  private final TestSystem system;
  private final Databases databases;

  RefusedRowsIT(TestDatabase server) throws SQLException {
    system = new TestSystem(server);
    databases = system.open();
  }

  @AfterAll
  void close() throws SQLException {
    databases.close();
    system.close();
  }

  @BeforeEach
  void shop() throws SQLException {
    system.clean("shop");
    system.execute(
        """
        CREATE TABLE shop.item (tenant text, id int, made timestamptz, PRIMARY KEY (tenant, id));
        INSERT INTO shop.item SELECT 'a,b', i, '2001-01-01' FROM generate_series(1, 4) i;
        CREATE TABLE shop.bill (tenant text, item int,
                                CONSTRAINT needs_item FOREIGN KEY (tenant, item) REFERENCES shop.item);
        CREATE INDEX ON shop.bill (tenant, item);
        TRUNCATE reclaim.refused_row
        """);
  }

  @Test
  void remembersEachRowAsItIsAndWhoRefusedIt() throws SQLException {
    // When
    remember(Map.of(0, "needed for the audit", 2, "the trigger keeper of shop.item"));

    // Then
    assertThat(system.texts(REMEMBERED))
        .containsExactly(
            "p {\"a,b\",1} needed for the audit 1 1 day",
            "p {\"a,b\",3} the trigger keeper of shop.item 1 1 day");
    assertThat(
            system.number(
                "SELECT count(*) FROM reclaim.refused_row JOIN shop.item AS i ON key[2] = i.id::text WHERE row_version = i.xmin::text"))
        .isEqualTo(2);
  }

  @Test
  void waitsTwiceAsLongEachTimeUntilTheRowChanges() throws SQLException {
    // When
    remember(Map.of(0, "no", 1, "no"));
    remember(Map.of(0, "no", 1, "no"));
    system.execute("UPDATE shop.item SET made = made WHERE id = 2");
    remember(Map.of(0, "never", 1, "no", 3, "no"));

    // Then
    assertThat(system.texts(REMEMBERED))
        .containsExactly(
            "p {\"a,b\",1} never 3 4 days", "p {\"a,b\",2} no 1 1 day", "p {\"a,b\",4} no 1 1 day");
  }

  @Test
  void waitsAMonthAtMost() throws SQLException {
    for (int i = 0; i < 40; i++) {
      remember(Map.of(0, "no"));
    }
    assertThat(system.texts(REMEMBERED)).containsExactly("p {\"a,b\",1} no 40 30 days");
  }

  @Test
  void leavesRowsThatAForeignKeyHoldsToThePlanner() throws SQLException {
    remember(Map.of(1, "held by the foreign key needs_item of shop.bill"));
    assertThat(system.texts(REMEMBERED)).isEmpty();
  }

  @Test
  void remembersAKeyThatIsLongerThanABTreeTakes() throws SQLException {
    // Given
    system.execute(
        "UPDATE shop.item SET tenant = (SELECT string_agg(md5(n::text), '') FROM generate_series(1, 80) n) WHERE id = 4");
    String tenant = system.texts("SELECT tenant FROM shop.item WHERE id = 4").get(0);

    // When
    remember(List.of(List.of(tenant, "4")), Map.of(0, "no"));

    // Then
    assertThat(system.texts("SELECT length(key[1]) FROM reclaim.refused_row"))
        .containsExactly("2560");
  }

  private void remember(Map<Integer, String> refusedBy) {
    remember(
        List.of(List.of("a,b", "1"), List.of("a,b", "2"), List.of("a,b", "3"), List.of("a,b", "4")),
        refusedBy);
  }

  private void remember(List<List<String>> keys, Map<Integer, String> refusedBy) {
    RowTarget target =
        Objects.requireNonNull(
            RowTargets.resolve(
                    system.policies(
                        "policies: [{ name: p, table: main.shop.item, expire: { after: P30D, by: made } }]"),
                    databases)
                .get("p"));
    boolean unused =
        databases
            .get("main")
            .inTransaction(
                handle -> {
                  RefusedRows.remember(
                      handle.getConnection(), target, target.shape().keys(keys), refusedBy);
                  return true;
                });
  }
}
