package dev.reclaim.check;

/** One thing that is looked at of every row policy whose table is there. */
interface RowCheck {
  void check(ExaminedRows rows, Report report);
}
