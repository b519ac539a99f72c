package dev.reclaim.planner.scan;

import java.util.Optional;

/**
 * What one short transaction read of a relation.
 *
 * @param next where to go on, the same position again when it has to be tried in smaller pieces;
 *     empty behind the relation
 */
record RowPart(FoundRows found, Optional<RowPosition> next) {
  static RowPart again(RowPosition from) {
    return new RowPart(FoundRows.bounded(), Optional.of(from));
  }
}
