package dev.reclaim.simulation;

/** No row goes that is not past its retention by the database's clock, as it is when it goes. */
final class NothingRenewedDeleted extends Invariant {
  NothingRenewedDeleted(Violations violations) {
    super(violations);
  }

  @Override
  void rowGone(RowGone gone) {
    if (!gone.row().createdAt().isBefore(gone.now().minus(Policies.ROWS_KEPT))) {
      violated(
          "%s of %s, made %s, was deleted at %s",
          gone.row().key(), gone.table(), gone.row().createdAt(), gone.now());
    }
  }
}
