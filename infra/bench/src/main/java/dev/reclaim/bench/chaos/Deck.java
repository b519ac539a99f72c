package dev.reclaim.bench.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Faults in an order by chance, each kind once before any comes again. */
final class Deck {
  private final Random random;
  private final List<Fault> left = new ArrayList<>();

  Deck(Random random) {
    this.random = random;
  }

  Fault next() {
    if (left.isEmpty()) {
      left.addAll(List.of(Fault.values()));
      Collections.shuffle(left, random);
    }
    return left.remove(left.size() - 1);
  }

  /** Puts one that took no effect among those that are still to come. */
  void again(Fault fault) {
    left.add(random.nextInt(left.size() + 1), fault);
  }
}
