package dev.reclaim.events;

import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What accounts are broken down by: names that a policy gives to columns of its table, each with
 * the text that the column held in the row that went. They lie in the order of their names, so that
 * the same labels are the same JSON.
 */
public final class Labels {
  /** Most labels of one policy. */
  public static final int LABELS_MAX = 3;

  /** Longest value, in characters of Unicode; a longer one is cut. */
  public static final int VALUE_LENGTH_MAX = 100;

  /** The value of every label under which the rest is summed. */
  public static final String OTHER = "(other)";

  /** By the names and values in turn; the shorter of two that begin alike comes first. */
  public static final Comparator<Map<String, String>> ORDER = Labels::compare;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  private Labels() {}

  /** The same names, with {@link #OTHER} for every value. */
  public static Map<String, String> other(Map<String, String> labels) {
    Map<String, String> other = new LinkedHashMap<>(labels);
    other.replaceAll((name, value) -> OTHER);
    return other;
  }

  /** In order and unchangeable; none where nothing is said. */
  static Map<String, String> sorted(@Nullable Map<String, String> labels) {
    if (labels == null || labels.isEmpty()) {
      return Map.of();
    }
    Require.that(labels.size() <= LABELS_MAX, "labels holds more than %d", LABELS_MAX);
    labels.forEach(Labels::require);
    SortedMap<String, String> sorted = new TreeMap<>(labels);
    return Collections.unmodifiableSortedMap(sorted);
  }

  private static void require(String name, String value) {
    Require.that(NAME.matcher(name).matches(), "labels holds a name that is none: %s", name);
    Require.that(
        value != null && value.codePointCount(0, value.length()) <= VALUE_LENGTH_MAX,
        "the value of the label %s is missing or longer than %d characters",
        name,
        VALUE_LENGTH_MAX);
  }

  private static int compare(Map<String, String> one, Map<String, String> other) {
    Iterator<Map.Entry<String, String>> others = other.entrySet().iterator();
    for (Map.Entry<String, String> entry : one.entrySet()) {
      if (!others.hasNext()) {
        return 1;
      }
      Map.Entry<String, String> beside = others.next();
      int names = entry.getKey().compareTo(beside.getKey());
      int order = names == 0 ? entry.getValue().compareTo(beside.getValue()) : names;
      if (order != 0) {
        return order;
      }
    }
    return others.hasNext() ? -1 : 0;
  }
}
