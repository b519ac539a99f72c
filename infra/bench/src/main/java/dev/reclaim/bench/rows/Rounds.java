package dev.reclaim.bench.rows;

import dev.reclaim.bench.Comparison;
import dev.reclaim.bench.contenders.Contender;
import dev.reclaim.bench.contenders.OneDelete;
import dev.reclaim.bench.contenders.Turn;
import dev.reclaim.bench.data.Census;
import dev.reclaim.bench.data.Dataset;
import dev.reclaim.bench.server.Login;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Turns of several contenders over copies of one database. Who begins changes from round to round,
 * so that nobody always comes after the same other.
 */
final class Rounds {
  private final Stage stage;
  private final PrintStream out;

  Rounds(Stage stage, PrintStream out) {
    this.stage = stage;
    this.out = out;
  }

  /**
   * Compares contenders, of which one is {@link OneDelete}, on a database that has been made.
   *
   * @param rounds at most; one at least is measured, whatever the budget
   */
  Comparison compare(
      Dataset dataset, List<? extends Contender> contenders, int rounds, Budget budget)
      throws Exception {
    Comparison comparison = new Comparison(dataset.name(), OneDelete.KEY);
    long last = 0;
    for (int round = 0; round < rounds && (round == 0 || budget.allows(last)); round++) {
      long started = System.nanoTime();
      for (Contender contender : rotated(contenders, round)) {
        turn(dataset, contender, round, comparison);
      }
      last = System.nanoTime() - started;
    }
    comparison.print(out);
    return comparison;
  }

  static <T> List<T> rotated(List<? extends T> all, int by) {
    List<T> rotated = new ArrayList<>(all);
    Collections.rotate(rotated, -by);
    return rotated;
  }

  private void turn(Dataset dataset, Contender contender, int round, Comparison comparison)
      throws Exception {
    Login login = stage.copy(dataset);
    Census before = dataset.census(login);
    Turn turn = new Turn(stage.ground(), login, before);
    contender.take(turn);
    if (contender.deletes()) {
      dataset.census(login).requireDone(before, 0);
    }
    stage.clear();
    turn.nanos()
        .forEach(
            (key, nanos) -> {
              comparison.add(key, nanos, before.expired());
              out.printf(
                  "%s, round %d: %-20s %7.2f s%n", dataset.name(), round + 1, key, nanos / 1e9);
            });
  }
}
