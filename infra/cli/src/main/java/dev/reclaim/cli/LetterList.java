package dev.reclaim.cli;

import dev.reclaim.deadletters.Act;
import dev.reclaim.deadletters.Letter;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Letters counted by class and policy, and the newest of them; memory for those alone. */
final class LetterList {
  private static final Comparator<Line> OLDEST_FIRST =
      Comparator.comparing(Line::failedAt).thenComparing(Line::letter);

  private final int limit;
  private final Map<List<String>, Count> counts = new TreeMap<>(LetterList::inOrder);
  private final PriorityQueue<Line> newest = new PriorityQueue<>(OLDEST_FIRST);
  private long letters;

  LetterList(int limit) {
    this.limit = limit;
  }

  /** Letters of one class and policy. */
  record Count(
      String label, @Nullable String policy, long letters, Instant oldest, Instant newest) {
    Count plus(Count other) {
      return new Count(
          label,
          policy,
          letters + other.letters,
          oldest.isBefore(other.oldest) ? oldest : other.oldest,
          newest.isAfter(other.newest) ? newest : other.newest);
    }
  }

  /** One letter. */
  record Line(
      String letter,
      Instant failedAt,
      String label,
      @Nullable String policy,
      @Nullable String event,
      String origin,
      int replays,
      String reason,
      List<String> acts) {}

  /** The list as JSON. */
  record Report(long letters, List<Count> counts, List<Line> newest) {}

  void add(Letter letter, List<Act> acts) {
    letters++;
    Count one =
        new Count(
            letter.label(), letter.policy().orElse(null), 1, letter.failedAt(), letter.failedAt());
    counts.merge(List.of(letter.label(), ListLetters.policy(letter)), one, Count::plus);
    newest.add(
        new Line(
            letter.id().toString(),
            letter.failedAt(),
            letter.label(),
            letter.policy().orElse(null),
            letter.event().orElse(null),
            letter.origin(),
            letter.replays(),
            letter.reason(),
            acts.stream().map(Act::toString).toList()));
    if (newest.size() > limit) {
      newest.poll();
    }
  }

  Report report() {
    return new Report(
        letters,
        List.copyOf(counts.values()),
        newest.stream().sorted(OLDEST_FIRST.reversed()).toList());
  }

  void print(PrintStream out) {
    Report report = report();
    if (letters == 0) {
      out.println("No dead letters.");
      return;
    }
    out.printf("%-22s %-24s %9s  %-20s  %s%n", "class", "policy", "letters", "oldest", "newest");
    for (Count count : report.counts()) {
      out.printf(
          "%-22s %-24s %,9d  %-20s  %s%n",
          Printable.line(count.label()),
          Printable.line(count.policy() == null ? "-" : count.policy()),
          count.letters(),
          second(count.oldest()),
          second(count.newest()));
    }
    out.printf("%-22s %-24s %,9d%n%n", "total", "", letters);
    for (Line line : report.newest()) {
      out.printf(
          "%-10s %s  %s%s  %s%n",
          line.letter(),
          second(line.failedAt()),
          Printable.line(line.label()),
          line.replays() == 0 ? "" : ", %d replays".formatted(line.replays()),
          Printable.line(line.reason()));
      line.acts().forEach(act -> out.println("           " + Printable.line(act)));
    }
    if (report.newest().size() < letters) {
      out.printf("The newest %,d of %,d; --limit shows more.%n", report.newest().size(), letters);
    }
  }

  private static Instant second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private static int inOrder(List<String> one, List<String> other) {
    int byLabel = one.get(0).compareTo(other.get(0));
    return byLabel != 0 ? byLabel : one.get(1).compareTo(other.get(1));
  }
}
