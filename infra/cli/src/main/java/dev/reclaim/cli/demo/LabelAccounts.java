package dev.reclaim.cli.demo;

import java.util.Map;

/**
 * The accounts of policies with labels, broken down, as three have kept them apart.
 *
 * @param deleted what went, by the oracle
 * @param ledger what the workers wrote down
 * @param metrics what the metrics stream published
 */
public record LabelAccounts(
    Map<Label, Account> deleted, Map<Label, Account> ledger, Map<Label, Account> metrics) {

  public LabelAccounts {
    deleted = Map.copyOf(deleted);
    ledger = Map.copyOf(ledger);
    metrics = Map.copyOf(metrics);
  }

  boolean agree() {
    return ledger.equals(deleted) && metrics.equals(deleted);
  }
}
