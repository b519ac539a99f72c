package dev.reclaim.cli.demo;

import java.util.List;

/**
 * What the oracle saw between two looks.
 *
 * @param planted what had to go; rows that are marked count nothing
 * @param deleted what went, rightly or wrongly
 * @param marked rows that were marked
 * @param wronglyDeleted rows and files that should have stayed as they were and went or changed
 * @param leftBehind rows and files that should have gone or been marked and are as before
 * @param policies by policy, in the order of the sample systems
 */
public record Verdict(
    Account planted,
    Account deleted,
    long marked,
    long wronglyDeleted,
    long leftBehind,
    List<OfPolicy> policies) {

  public Verdict {
    policies = List.copyOf(policies);
  }

  /** A policy's part of the verdict. */
  public record OfPolicy(
      String name,
      Account planted,
      Account deleted,
      long marked,
      long wronglyDeleted,
      long leftBehind) {

    OfPolicy plus(OfPolicy other) {
      return new OfPolicy(
          name,
          planted.plus(other.planted),
          deleted.plus(other.deleted),
          marked + other.marked,
          wronglyDeleted + other.wronglyDeleted,
          leftBehind + other.leftBehind);
    }
  }

  /** Sums up; what no policy may touch has the empty name, and counts without being listed. */
  static Verdict of(List<OfPolicy> parts) {
    OfPolicy sum =
        parts.stream()
            .reduce(new OfPolicy("", Account.NOTHING, Account.NOTHING, 0, 0, 0), OfPolicy::plus);
    return new Verdict(
        sum.planted,
        sum.deleted,
        sum.marked,
        sum.wronglyDeleted,
        sum.leftBehind,
        parts.stream().filter(part -> !part.name.isEmpty()).toList());
  }
}
