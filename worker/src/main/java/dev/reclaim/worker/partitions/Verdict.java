package dev.reclaim.worker.partitions;

import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import dev.reclaim.partitions.PartitionSize;
import java.util.List;
import java.util.Optional;

/**
 * What became of a claimed partition.
 *
 * @param end of its intent, if there is one; empty leaves it open for the next event
 */
record Verdict(
    OutcomeCounts counts, Reclaimed reclaimed, List<String> notes, Optional<Intent.End> end) {

  static Verdict dropped(PartitionSize size) {
    return new Verdict(
        new OutcomeCounts(size.rows(), 0, 0, 0, 0, 0, 0, 0, 0, 0),
        new Reclaimed(size.rows(), 0, size.bytes()),
        List.of(),
        Optional.of(Intent.End.DONE));
  }

  static Verdict missing(String name) {
    return kept(new OutcomeCounts(0, 0, 0, 0, 0, 0, 0, 0, 1, 0), name + " is already gone");
  }

  static Verdict changed(String name, String why) {
    return kept(
        new OutcomeCounts(0, 0, 0, 0, 0, 0, 0, 1, 0, 0), "%s kept, %s".formatted(name, why));
  }

  static Verdict refused(String name, String why) {
    return kept(
        new OutcomeCounts(0, 0, 0, 0, 0, 1, 0, 0, 0, 0), "%s refused: %s".formatted(name, why));
  }

  /** In use, wherever it stands; the next pass goes on from there. */
  static Verdict locked(String name, Standing standing) {
    Verdict verdict =
        kept(
            new OutcomeCounts(0, 0, 0, 0, 0, 0, 1, 0, 0, 0),
            name + " kept, locked by another session");
    return standing == Standing.ATTACHED ? verdict : verdict.ending(Optional.empty());
  }

  static Verdict stranded(String why) {
    return kept(new OutcomeCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 1), why)
        .ending(Optional.of(Intent.End.STRANDED));
  }

  private static Verdict kept(OutcomeCounts counts, String note) {
    return new Verdict(counts, Reclaimed.NOTHING, List.of(note), Optional.of(Intent.End.RETURNED));
  }

  private Verdict ending(Optional<Intent.End> end) {
    return new Verdict(counts, reclaimed, notes, end);
  }
}
