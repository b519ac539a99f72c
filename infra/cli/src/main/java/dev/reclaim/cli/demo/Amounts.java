package dev.reclaim.cli.demo;

/**
 * How much of what is planted must go; about as many rows and a fifth as many files must stay.
 *
 * @param rows with children, without rows that are only marked
 */
public record Amounts(long rows, long files) {
  /** Enough to be watched for a while. */
  public static final Amounts DEFAULT = new Amounts(120_000, 10_400);

  public static final long MIN = 100;

  public Amounts {
    if (rows < MIN || files < MIN) {
      throw new IllegalArgumentException("a demo takes at least " + MIN + " rows and files");
    }
  }
}
