package dev.reclaim.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockWaitsTest {
  private static final String LOG =
      """
      2026-01-05 10:00:00.001 UTC [11] app=neighbour LOG:  process 11 still waiting for ShareLock on transaction 7 after 100.1 ms
      2026-01-05 10:00:00.001 UTC [11] app=neighbour DETAIL:  Process holding the lock: 12. Wait queue: 11.
      2026-01-05 10:00:00.009 UTC [11] app=neighbour LOG:  process 11 acquired ShareLock on transaction 7 after 108.0 ms
      2026-01-05 10:00:00.010 UTC [12] app=reclaim LOG:  process 12 still waiting for ShareLock on transaction 8 after 100.2 ms
      2026-01-05 10:00:00.011 UTC [11] app=neighbour LOG:  checkpoint starting
      2026-01-05 10:00:00.012 UTC [13] app=neighbour LOG:  process 13 still waiting for ExclusiveLock on tuple (1,2) of relation 3 after 100.4 ms
      """;

  @TempDir private Path directory;

  @Test
  void countsEachLongWaitOfTheApplicationOnceAndNobodyElses() throws Exception {
    Path log = Files.writeString(directory.resolve("postgres.log"), LOG, UTF_8);

    assertThat(LockWaits.count(log, "neighbour")).isEqualTo(2);
    assertThat(LockWaits.count(log, "nobody")).isZero();
  }
}
