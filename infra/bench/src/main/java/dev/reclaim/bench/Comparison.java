package dev.reclaim.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/** Contenders over several rounds, each compared with others of its own round only. */
public final class Comparison {
  private final String name;
  private final String yardstick;
  private final Map<String, List<Turn>> turns = new LinkedHashMap<>();

  private record Turn(double seconds, double perSecond) {}

  /** A comparison with {@code yardstick}, which has to be among the contenders. */
  public Comparison(String name, String yardstick) {
    this.name = name;
    this.yardstick = yardstick;
  }

  /** Notes a turn over {@code units} of work; each contender has one in each round. */
  public void add(String contender, long nanos, long units) {
    double seconds = nanos / 1e9;
    turns
        .computeIfAbsent(contender, it -> new ArrayList<>())
        .add(new Turn(seconds, units / seconds));
  }

  /** How many times as fast as the yardstick each was, the medians over the rounds. */
  public Map<String, Double> ratios() {
    Map<String, Double> ratios = new LinkedHashMap<>();
    turns.keySet().forEach(it -> speed(it, yardstick).ifPresent(ratio -> ratios.put(it, ratio)));
    return ratios;
  }

  /**
   * How many times as fast as {@code other} a contender was within each round, the median; empty
   * where one of them did not take part.
   */
  public OptionalDouble speed(String contender, String other) {
    List<Turn> own = turns.getOrDefault(contender, List.of());
    List<Turn> others = turns.getOrDefault(other, List.of());
    int rounds = Math.min(own.size(), others.size());
    return rounds == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Quantiles.median(
                IntStream.range(0, rounds)
                    .mapToDouble(i -> others.get(i).seconds() / own.get(i).seconds())
                    .toArray()));
  }

  /** How long each turn took, in the order of rounds. */
  public Map<String, List<Double>> seconds() {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    turns.forEach((it, rounds) -> seconds.put(it, rounds.stream().map(Turn::seconds).toList()));
    return seconds;
  }

  /** A table for people. */
  public void print(PrintStream out) {
    out.printf("%n%-22s %8s %12s %14s%n", name, "ratio", "median s", "median rows/s");
    ratios()
        .forEach(
            (contender, ratio) -> {
              List<Turn> rounds = turns.getOrDefault(contender, List.of());
              out.printf(
                  "%-22s %8.2f %12.2f %,14.0f%n",
                  contender,
                  ratio,
                  Quantiles.median(rounds.stream().mapToDouble(Turn::seconds).toArray()),
                  Quantiles.median(rounds.stream().mapToDouble(Turn::perSecond).toArray()));
            });
    out.println();
  }
}
