package dev.reclaim.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code infra/bench/run chaos} in a short form, and on request in a long one. */
class ChaosIT {
  private static final long SEED = 20261121;
  private static final int FAULTS_PER_ROUND = 4;

  @TempDir private Path directory;

  @Test
  void whateverHappensTheAccountsStayExact() throws Exception {
    requireExact(1, 6);
  }

  @Test
  @Tag("soak")
  void theyStayExactForManyRounds() throws Exception {
    requireExact(Integer.getInteger("reclaim.chaos.rounds", 20), FAULTS_PER_ROUND);
  }

  private void requireExact(int rounds, int faultsPerRound) throws Exception {
    List<String> said = new ArrayList<>();
    try (Chaos chaos = new Chaos(directory, SEED, said::add)) {
      ChaosReport report = chaos.play(rounds, faultsPerRound);

      assertThat(report.notes()).as("seed %d: %s", SEED, said).isEmpty();
      assertThat(report.faults()).isNotEmpty();
      assertThat(report.deleted().rows()).isPositive();
      assertThat(report.deleted().files()).isPositive();
      assertThat(report.ledger()).isEqualTo(report.deleted()).isEqualTo(report.planted());
      assertThat(report.metrics()).isEqualTo(report.deleted());
    }
  }
}
