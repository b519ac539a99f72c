package dev.reclaim.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Contenders over several rounds, each compared with the yardstick of its own round. */
public final class Comparison {
  private final String name;
  private final String yardstick;
  private final Map<String, List<Turn>> turns = new LinkedHashMap<>();

  /** One contender in one round. */
  public record Turn(double seconds, double perSecond) {}

  /**
   * What is known of one contender.
   *
   * @param ratio how many times as fast as the yardstick, the median over the rounds
   */
  public record Standing(String contender, double ratio, List<Turn> rounds) {}

  /** A comparison with {@code yardstick}, which has to be among the contenders. */
  public Comparison(String name, String yardstick) {
    this.name = name;
    this.yardstick = yardstick;
  }

  /** Notes a turn over {@code units} of work. */
  public void add(String contender, long nanos, long units) {
    double seconds = nanos / 1e9;
    turns
        .computeIfAbsent(contender, it -> new ArrayList<>())
        .add(new Turn(seconds, units / seconds));
  }

  public String getName() {
    return name;
  }

  /** In the order in which they first had their turn. */
  public List<Standing> getStandings() {
    List<Turn> measure = turns.getOrDefault(yardstick, List.of());
    List<Standing> standings = new ArrayList<>();
    turns.forEach(
        (contender, rounds) -> {
          double[] ratios =
              IntStream.range(0, Math.min(rounds.size(), measure.size()))
                  .mapToDouble(i -> measure.get(i).seconds() / rounds.get(i).seconds())
                  .sorted()
                  .toArray();
          standings.add(new Standing(contender, median(ratios), List.copyOf(rounds)));
        });
    return standings;
  }

  private static double median(double[] sorted) {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** A table for people. */
  public void print(PrintStream out) {
    out.printf("%n%-42s %10s %14s%n", name, "ratio", "median /s");
    for (Standing standing : getStandings()) {
      double[] rates = standing.rounds().stream().mapToDouble(Turn::perSecond).sorted().toArray();
      out.printf("%-42s %10.2f %,14.0f%n", standing.contender(), standing.ratio(), median(rates));
    }
    out.println();
  }
}
