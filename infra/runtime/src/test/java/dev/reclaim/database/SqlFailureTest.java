package dev.reclaim.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlFailureTest {
  @ParameterizedTest
  @CsvSource({
    "08006, SYSTEMIC",
    "53300, SYSTEMIC",
    "57P01, SYSTEMIC",
    "25006, SYSTEMIC",
    "XX000, SYSTEMIC",
    "40001, CONTENTION",
    "40P01, CONTENTION",
    "55P03, CONTENTION",
    "57014, CONTENTION",
    "23503, ROW_REFUSED",
    "P0001, ROW_REFUSED",
    "22P02, DATA",
    "42P01, POLICY",
    "42501, POLICY",
  })
  void tellsWhoHasToAct(String state, SqlFailure failure) {
    assertThat(SqlFailure.of(new SQLException("no", state))).isEqualTo(failure);
  }

  @Test
  void looksForTheStateBelowOtherFailures() {
    SQLException refused = new SQLException("no", "23503");
    assertThat(SqlFailure.of(new IllegalStateException(new DatabaseException(refused))))
        .isEqualTo(SqlFailure.ROW_REFUSED);
  }

  @Test
  void waitsWhereNothingIsKnown() {
    assertThat(SqlFailure.of(new SQLException("broken"))).isEqualTo(SqlFailure.SYSTEMIC);
    assertThat(SqlFailure.of(new IOException("broken"))).isEqualTo(SqlFailure.SYSTEMIC);
  }
}
