package dev.reclaim.audit;

/** Growing sums of one policy and run. For one thread. */
final class GroupSums {
  private Amounts ledger = Amounts.NONE;
  private Amounts outcomes = Amounts.NONE;
  private long unsaid;
  private long beyond;

  void booked(Entry row) {
    ledger = ledger.plus(Amounts.of(row));
  }

  void said(Entry outcome) {
    outcomes = outcomes.plus(Amounts.of(outcome));
  }

  /** The outcome of a ledger row is on its way. */
  void notSaidYet() {
    unsaid++;
  }

  /** The topic has dropped the outcome of a ledger row with age. */
  void forgotten() {
    beyond++;
  }

  Amounts ledger() {
    return ledger;
  }

  Amounts outcomes() {
    return outcomes;
  }

  long unsaid() {
    return unsaid;
  }

  long beyond() {
    return beyond;
  }
}
