package dev.reclaim.bench.rows;

import dev.reclaim.bench.contenders.Contender;
import dev.reclaim.bench.data.Dataset;
import dev.reclaim.bench.data.Datasets;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;

/** All chapters in turn, on one server. */
final class RowsBenchmark {
  private final Stage stage;
  private final Scale scale;
  private final Set<Chapter> chapters;
  private final Rounds rounds;
  private final RowsReport report = new RowsReport();

  RowsBenchmark(Stage stage, Scale scale, Set<Chapter> chapters, PrintStream out) {
    this.stage = stage;
    this.scale = scale;
    this.chapters = chapters;
    this.rounds = new Rounds(stage, out);
  }

  RowsReport measure() throws Exception {
    Dataset random = Datasets.random(scale.jobs());
    compare(Chapter.RANDOM, random, Contenders.onRandom(scale), scale.rounds());
    compare(
        Chapter.CLUSTERED,
        Datasets.clustered(scale.jobs()),
        Contenders.onClustered(),
        scale.rounds());
    compareAside(Chapter.TOAST, Datasets.toast(scale.toastJobs()), Contenders.onSideTables());
    compareAside(Chapter.CHILDLESS, Datasets.childless(scale.jobs()), Contenders.onSideTables());
    compareAside(
        Chapter.PARTITIONED,
        Datasets.partitioned(scale.partitionJobs()),
        Contenders.onPartitions());
    if (chapters.contains(Chapter.NEIGHBOUR)) {
      stage.make(random);
      report.addNeighbour(NeighbourChapter.measure(stage, random, scale));
      stage.drop(random);
    }
    if (chapters.contains(Chapter.GROWTH)) {
      report.addGrowth(GrowthChapter.measure(stage, scale.growth()));
    }
    if (chapters.contains(Chapter.SPACE)) {
      report.addSpace(SpaceChapter.measure(stage, scale));
    }
    return report;
  }

  private void compareAside(Chapter chapter, Dataset dataset, List<Contender> contenders)
      throws Exception {
    compare(chapter, dataset, contenders, scale.sideRounds());
  }

  private void compare(Chapter chapter, Dataset dataset, List<Contender> contenders, int howOften)
      throws Exception {
    if (chapters.contains(chapter)) {
      stage.make(dataset);
      report.add(rounds.compare(dataset, contenders, howOften), dataset.name());
      stage.drop(dataset);
    }
  }
}
