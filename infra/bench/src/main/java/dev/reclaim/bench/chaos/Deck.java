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

  /** As many, none of them twice. */
  List<Fault> next(int faults) {
    List<Fault> dealt = new ArrayList<>();
    while (dealt.size() < faults) {
      if (left.isEmpty()) {
        List<Fault> fresh = new ArrayList<>(List.of(Fault.values()));
        fresh.removeAll(dealt);
        Collections.shuffle(fresh, random);
        left.addAll(fresh);
      }
      dealt.add(left.remove(left.size() - 1));
    }
    return dealt;
  }

  /** Puts one that took no effect among those that are still to come. */
  void again(Fault fault) {
    left.add(random.nextInt(left.size() + 1), fault);
  }
}
