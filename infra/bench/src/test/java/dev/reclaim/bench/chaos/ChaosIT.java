package dev.reclaim.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code infra/bench/run chaos}. */
class ChaosIT {
  private static final long SEED = 20261121;

  @TempDir private Path directory;

  @Test
  void whateverHappensTheAccountsStayExact() throws Exception {
    List<String> said = new ArrayList<>();
    try (Chaos chaos = new Chaos(directory, SEED, said::add)) {
      ChaosReport report = chaos.play(1, 6);

      assertThat(report.notes()).as("seed %d: %s", SEED, said).isEmpty();
      assertThat(report.faults()).isNotEmpty();
      assertThat(report.deleted().rows()).isPositive();
      assertThat(report.deleted().files()).isPositive();
      assertThat(report.ledger()).isEqualTo(report.deleted()).isEqualTo(report.planted());
      assertThat(report.metrics()).isEqualTo(report.deleted());
    }
  }
}
