package dev.reclaim.bench.rows;

import dev.reclaim.bench.data.Census;
import dev.reclaim.bench.data.Dataset;
import dev.reclaim.bench.neighbour.Application;
import dev.reclaim.bench.neighbour.Latencies;
import dev.reclaim.bench.reclaim.Crew;
import dev.reclaim.bench.reclaim.Installation;
import dev.reclaim.bench.server.Login;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** An application on the same table, alone, beside the loop of 1,000, and beside Reclaim. */
final class NeighbourChapter {
  private static final long WARM_UP_MS = 2_000;

  private final Stage stage;
  private final Dataset dataset;
  private final Scale scale;
  private final Map<String, Felt> felt = new LinkedHashMap<>();

  private NeighbourChapter(Stage stage, Dataset dataset, Scale scale) {
    this.stage = stage;
    this.dataset = dataset;
    this.scale = scale;
  }

  /** Measures on copies of a database that has been made. */
  static Map<String, Felt> measure(Stage stage, Dataset dataset, Scale scale) throws Exception {
    NeighbourChapter chapter = new NeighbourChapter(stage, dataset, scale);
    chapter.alone();
    chapter.besideLoop();
    chapter.besideReclaim();
    return chapter.felt;
  }

  private void alone() throws Exception {
    Login login = stage.copy(dataset);
    beside(
        "alone",
        login,
        () -> {
          TimeUnit.MILLISECONDS.sleep(scale.alone().toMillis());
          return scale.alone().toNanos();
        });
    stage.clear();
  }

  private void besideLoop() throws Exception {
    Login login = stage.copy(dataset);
    Census before = dataset.census(login);
    long added =
        beside(
            "loop",
            login,
            () -> {
              long started = System.nanoTime();
              Contenders.LOOP_1000.run(login);
              return System.nanoTime() - started;
            });
    dataset.census(login).requireDone(before, added);
    stage.clear();
  }

  private void besideReclaim() throws Exception {
    Login login = stage.copy(dataset);
    Census before = dataset.census(login);
    long added;
    try (Installation reclaim =
        Installation.warm(stage.ground(), login, Crew.apart(Contenders.CONNECTIONS))) {
      added = beside("reclaim", login, () -> reclaim.run(before.expired()));
    }
    dataset.census(login).requireDone(before, added);
    stage.clear();
  }

  /** Returns the rows that the application has added meanwhile. */
  private long beside(String key, Login login, Callable<Long> deletion) throws Exception {
    try (Application application = Application.start(login)) {
      TimeUnit.MILLISECONDS.sleep(WARM_UP_MS);
      long waits = stage.server().lockWaits(Application.NAME);
      long from = System.nanoTime();
      long took = deletion.call();
      long to = System.nanoTime();
      long added = application.stop();
      Latencies latencies = application.between(from, to);
      felt.put(
          key,
          new Felt(
              latencies.percentileMs(50),
              latencies.percentileMs(99),
              stage.server().lockWaits(Application.NAME) - waits,
              latencies.count(),
              took / 1e9));
      return added;
    }
  }
}
