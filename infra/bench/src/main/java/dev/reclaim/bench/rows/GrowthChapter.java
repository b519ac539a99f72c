package dev.reclaim.bench.rows;

import dev.reclaim.bench.data.Census;
import dev.reclaim.bench.data.Dataset;
import dev.reclaim.bench.data.Datasets;
import dev.reclaim.bench.reclaim.Crew;
import dev.reclaim.bench.reclaim.Installation;
import dev.reclaim.bench.reclaim.Installation.Heaps;
import dev.reclaim.bench.server.Login;
import java.util.ArrayList;
import java.util.List;

/** Tables of growing size, with planner and worker in processes of 128 MiB of heap each. */
final class GrowthChapter {
  private static final double MIB = 1 << 20;

  private GrowthChapter() {}

  static List<Growth> measure(Stage stage, long... sizes) throws Exception {
    List<Growth> growth = new ArrayList<>();
    for (long jobs : sizes) {
      growth.add(measure(stage, jobs));
    }
    return growth;
  }

  private static Growth measure(Stage stage, long jobs) throws Exception {
    Dataset dataset = Datasets.random(jobs);
    Login login = stage.makeOnce(dataset);
    Census before = dataset.census(login);
    try (Installation reclaim =
        Installation.warm(stage.ground(), login, Crew.apart(Contenders.CONNECTIONS))) {
      double overhead = reclaim.runOverOneRow() / 1e9;
      double seconds = reclaim.run(before.expired()) / 1e9;
      Heaps heaps = reclaim.heaps();
      dataset.census(login).requireDone(before, 0);
      return new Growth(
          jobs,
          before.expired() / seconds,
          heaps.plannerBytes() / MIB,
          heaps.workerBytes() / MIB,
          before.expired(),
          seconds,
          overhead);
    } finally {
      stage.clear();
    }
  }
}
