package dev.reclaim.space;

import java.util.Collection;

/**
 * What deleted rows of one table, or of several taken together, leave reusable: so much for each
 * row and so much for each of its logical bytes.
 *
 * @param weight rows that the tables hold
 */
public record SpaceEstimate(double bytesPerRow, double bytesPerByte, double weight) {
  /** Of nothing. */
  public static final SpaceEstimate NONE = new SpaceEstimate(0, 0, 0);

  /** The estimate for so many rows of so many logical bytes in all. */
  public long reusableBytes(long rows, long logicalBytes) {
    return Math.max(0, Math.round(bytesPerRow * rows + bytesPerByte * logicalBytes));
  }

  /** One for rows of all these tables, mixed as the tables hold them. */
  static SpaceEstimate pooled(Collection<SpaceEstimate> parts) {
    double weight = parts.stream().mapToDouble(SpaceEstimate::weight).sum();
    if (weight <= 0) {
      return NONE;
    }
    double perRow = parts.stream().mapToDouble(it -> it.bytesPerRow * it.weight).sum();
    double perByte = parts.stream().mapToDouble(it -> it.bytesPerByte * it.weight).sum();
    return new SpaceEstimate(perRow / weight, perByte / weight, weight);
  }
}
