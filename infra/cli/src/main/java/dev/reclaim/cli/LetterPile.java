package dev.reclaim.cli;

import dev.reclaim.cli.LetterDesk.LetterWork;
import dev.reclaim.deadletters.Act;
import dev.reclaim.deadletters.Letter;
import dev.reclaim.deadletters.LetterFilter;
import dev.reclaim.deadletters.LetterId;
import dev.reclaim.settings.UserException;
import java.util.List;

/** Letters that the same is done to, one after the other, and how many it was done to. */
final class LetterPile {
  private final LetterDesk desk;
  private final LetterWork work;
  private final boolean dryRun;
  private long done;
  private long left;

  LetterPile(LetterDesk desk, LetterWork work, boolean dryRun) {
    this.desk = desk;
    this.work = work;
    this.dryRun = dryRun;
  }

  /** Those that the filter accepts; what came to be acted upon before is passed over in silence. */
  void take(LetterFilter filter, boolean all) throws InterruptedException {
    try {
      desk.visit(
          filter,
          (letter, acts) -> {
            if (all || acts.isEmpty()) {
              try {
                take(letter);
              } catch (InterruptedException e) {
                throw new StoppedException(e);
              }
            }
          });
    } catch (StoppedException e) {
      throw e.reason();
    }
  }

  /** Those that are named. */
  void take(List<LetterId> ids, boolean all) throws InterruptedException {
    List<Letter> letters = ids.stream().distinct().map(desk::require).toList();
    for (Letter letter : letters) {
      List<Act> acts = desk.done(letter.id());
      if (all || acts.isEmpty()) {
        take(letter);
      } else {
        leave(letter, "was " + acts.get(acts.size() - 1) + "; --all means it all the same");
      }
    }
  }

  private void take(Letter letter) throws InterruptedException {
    var obstacle = work.obstacle(letter);
    if (obstacle.isPresent()) {
      leave(letter, "is left: " + obstacle.get());
      return;
    }
    if (dryRun) {
      System.out.printf(
          "%s would be %s: %s, %s%n",
          letter.id(),
          work.done(),
          Printable.line(letter.label()),
          Printable.line(letter.policy().orElse("no policy")));
    } else {
      work.carryOut(letter);
    }
    done++;
  }

  private void leave(Letter letter, String why) {
    left++;
    System.out.println(letter.id() + " " + Printable.line(why));
  }

  /** Says how many; returns the exit code. */
  int report() {
    System.out.printf(
        "%,d %s%s%s.%n",
        done,
        done == 1 ? "letter " : "letters ",
        (dryRun ? "would be " : "") + work.done(),
        left == 0 ? "" : ", %,d left".formatted(left));
    return left == 0 ? 0 : UserException.Kind.FAILED.exitCode();
  }

  /** Carries an interruption out of a visit. */
  private static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final InterruptedException reason;

    StoppedException(InterruptedException reason) {
      super(reason);
      this.reason = reason;
    }

    InterruptedException reason() {
      return reason;
    }
  }
}
