package dev.reclaim.partitions;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A partition of one table by ranges of one column, with two bounds that are values.
 *
 * @param relation its own number in the catalog, which a table of the same name would not have
 * @param name as SQL writes it, schema included
 * @param parent number of the table that it is a partition of
 * @param parentName as SQL writes it
 * @param from the lowest value, included, as text
 * @param to the highest, excluded, as text
 * @param bound what {@code ATTACH PARTITION} needs to put it back
 */
public record WholePartition(
    long relation,
    String name,
    long parent,
    String parentName,
    String from,
    String to,
    String bound) {

  /** Both bounds; empty where one is no value. */
  record Bounds(String from, String to) {
    private static final String VALUE = "('[^']*'|[-+.0-9eE]+)";
    private static final Pattern RANGE =
        Pattern.compile("FOR VALUES FROM \\(" + VALUE + "\\) TO \\(" + VALUE + "\\)");

    static Optional<Bounds> parse(String bound) {
      Matcher range = RANGE.matcher(bound);
      return range.matches()
          ? Optional.of(new Bounds(plain(range.group(1)), plain(range.group(2))))
          : Optional.empty();
    }

    private static String plain(String value) {
      return value.startsWith("'") ? value.substring(1, value.length() - 1) : value;
    }
  }
}
