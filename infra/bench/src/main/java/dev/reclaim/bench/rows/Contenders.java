package dev.reclaim.bench.rows;

import dev.reclaim.bench.contenders.BareArrays;
import dev.reclaim.bench.contenders.Contender;
import dev.reclaim.bench.contenders.DetachPartition;
import dev.reclaim.bench.contenders.LoopDelete;
import dev.reclaim.bench.contenders.OneDelete;
import dev.reclaim.bench.contenders.PlannerAlone;
import dev.reclaim.bench.contenders.ReclaimRun;
import dev.reclaim.bench.reclaim.Crew;
import java.util.List;

/** Who takes part on which table. */
final class Contenders {
  static final int CONNECTIONS = 4;
  static final String RECLAIM1 = "reclaim1";
  static final String RECLAIM4 = "reclaim4";
  static final String WORKERS2 = "workers2";
  static final LoopDelete LOOP_1000 = new LoopDelete(1_000);

  private static final LoopDelete LOOP_10000 = new LoopDelete(10_000);
  private static final ReclaimRun RECLAIM = new ReclaimRun(RECLAIM4, Crew.here(CONNECTIONS), false);
  private static final ReclaimRun RECLAIM_1 = new ReclaimRun(RECLAIM1, Crew.here(1), false);

  /** As many connections as {@link #RECLAIM}, shared out. */
  private static final ReclaimRun WORKERS =
      new ReclaimRun(WORKERS2, Crew.workers(2, CONNECTIONS / 2), false);

  private Contenders() {}

  static BareArrays bare(Scale scale) {
    return new BareArrays(CONNECTIONS, scale.keysPerTransaction(), false);
  }

  static BareArrays bareCounted(Scale scale) {
    return new BareArrays(CONNECTIONS, scale.keysPerTransaction(), true);
  }

  /** All of them; planner and replay are measured here, too. */
  static List<Contender> onRandom(Scale scale) {
    return List.of(
        new OneDelete(),
        LOOP_1000,
        LOOP_10000,
        RECLAIM_1,
        new ReclaimRun(RECLAIM4, Crew.here(CONNECTIONS), true),
        WORKERS,
        bare(scale),
        bareCounted(scale),
        new PlannerAlone());
  }

  static List<Contender> onClustered() {
    return List.of(new OneDelete(), LOOP_1000, LOOP_10000, RECLAIM_1, RECLAIM, WORKERS);
  }

  static List<Contender> onSideTables() {
    return List.of(new OneDelete(), LOOP_1000, RECLAIM);
  }

  static List<Contender> onPartitions() {
    return List.of(new OneDelete(), new DetachPartition(false), new DetachPartition(true), RECLAIM);
  }
}
