package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The claim that rows of a policy's table have expired.
 *
 * @param cutoff rows older than this are claimed; a worker never goes beyond its own policy's
 *     cutoff
 * @param keys 1 to {@value Claim#ENTRIES_MAX} primary keys, each the text form of its columns in
 *     the order of the key (UTC, {@code DateStyle=ISO}), all of the same arity
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExpiredRecords(
    String policy, @Nullable String run, Instant cutoff, List<List<String>> keys) implements Claim {

  public ExpiredRecords {
    Require.text("policy", policy);
    Require.present("cutoff", cutoff);
    Require.size("keys", keys, ENTRIES_MAX);
    int arity = keys.get(0) == null ? 0 : keys.get(0).size();
    for (List<String> key : keys) {
      Require.that(key != null && !key.isEmpty(), "keys holds an empty key");
      Require.that(key.size() == arity, "keys differ in their number of columns");
      for (String column : key) {
        Require.that(column != null, "keys holds a null");
      }
    }
    keys = copyOf(keys);
  }

  /** By hand: streams of a column or two cost more than all else that is done with a key. */
  private static List<List<String>> copyOf(List<List<String>> keys) {
    List<List<String>> copies = new ArrayList<>(keys.size());
    for (List<String> key : keys) {
      copies.add(List.copyOf(key));
    }
    return Collections.unmodifiableList(copies);
  }

  @Override
  public ClaimKind kind() {
    return ClaimKind.EXPIRED_RECORDS;
  }
}
