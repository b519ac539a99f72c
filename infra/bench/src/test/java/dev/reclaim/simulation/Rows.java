package dev.reclaim.simulation;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a statement came to. */
final class Rows {
  final List<String> columns;
  final List<@Nullable Object[]> all = new ArrayList<>();

  /** Rows changed, where it returns none. */
  final int changed;

  private Rows(List<String> columns, int changed) {
    this.columns = columns;
    this.changed = changed;
  }

  static Rows of(String... columns) {
    return new Rows(List.of(columns), -1);
  }

  static Rows changed(int rows) {
    return new Rows(List.of(), rows);
  }

  static Rows one(@Nullable Object value) {
    return of("value").add(value);
  }

  Rows add(@Nullable Object... row) {
    all.add(row);
    return this;
  }

  boolean hasRows() {
    return changed < 0;
  }
}
