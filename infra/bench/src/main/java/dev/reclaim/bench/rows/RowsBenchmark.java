package dev.reclaim.bench.rows;

import dev.reclaim.bench.contenders.Contender;
import dev.reclaim.bench.data.Dataset;
import dev.reclaim.bench.data.Datasets;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;

/** All chapters in turn, on one server. */
final class RowsBenchmark {
  /** Of the time that is left; random has more contenders, and the neighbour. */
  private static final double CLUSTERED_SHARE = 0.35;

  private final Stage stage;
  private final Scale scale;
  private final Set<Chapter> chapters;
  private final Budget budget;
  private final Rounds rounds;
  private final RowsReport report = new RowsReport();

  RowsBenchmark(Stage stage, Scale scale, Set<Chapter> chapters, Budget budget, PrintStream out) {
    this.stage = stage;
    this.scale = scale;
    this.chapters = chapters;
    this.budget = budget;
    this.rounds = new Rounds(stage, out);
  }

  /** The main tables come last: their rounds take what time the other chapters have left. */
  RowsReport measure() throws Exception {
    Dataset random = Datasets.random(scale.jobs());
    compare(Chapter.TOAST, Datasets.toast(scale.toastJobs()), Contenders.onSideTables());
    compare(Chapter.CHILDLESS, Datasets.childless(scale.jobs()), Contenders.onSideTables());
    compare(
        Chapter.PARTITIONED,
        Datasets.partitioned(scale.partitionJobs()),
        Contenders.onPartitions());
    if (chapters.contains(Chapter.GROWTH)) {
      report.addGrowth(GrowthChapter.measure(stage, scale.growth()));
    }
    if (chapters.contains(Chapter.SPACE)) {
      report.addSpace(SpaceChapter.measure(stage, scale));
    }
    if (chapters.contains(Chapter.CLUSTERED)) {
      Dataset clustered = Datasets.clustered(scale.jobs());
      stage.make(clustered);
      compare(clustered, Contenders.onClustered(), scale.rounds(), budget.share(CLUSTERED_SHARE));
      stage.drop(clustered);
    }
    onRandom(random);
    return report;
  }

  private void onRandom(Dataset random) throws Exception {
    if (!chapters.contains(Chapter.NEIGHBOUR) && !chapters.contains(Chapter.RANDOM)) {
      return;
    }
    stage.make(random);
    if (chapters.contains(Chapter.NEIGHBOUR)) {
      report.addNeighbour(NeighbourChapter.measure(stage, random, scale));
    }
    if (chapters.contains(Chapter.RANDOM)) {
      compare(random, Contenders.onRandom(scale), scale.rounds(), budget);
    }
    stage.drop(random);
  }

  private void compare(Chapter chapter, Dataset dataset, List<Contender> contenders)
      throws Exception {
    if (chapters.contains(chapter)) {
      stage.make(dataset);
      compare(dataset, contenders, scale.sideRounds(), budget);
      stage.drop(dataset);
    }
  }

  private void compare(Dataset dataset, List<Contender> contenders, int howOften, Budget time)
      throws Exception {
    report.add(rounds.compare(dataset, contenders, howOften, time), dataset.name());
  }
}
