package dev.reclaim.events;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The claim that a whole partition of a policy's table has expired, because of its bounds alone.
 *
 * @param cutoff rows older than this are claimed; a worker never goes beyond its own policy's
 *     cutoff
 * @param table the policy's table, {@code schema.name}, each part quoted where SQL wants it
 * @param partition the partition, likewise
 * @param from the lowest value of the partition key, included, in its type's own text form
 * @param to the highest value, excluded, likewise
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ExpiredPartition(
    String policy,
    @Nullable String run,
    Instant cutoff,
    String table,
    String partition,
    String from,
    String to)
    implements Claim {

  public ExpiredPartition {
    Require.text("policy", policy);
    Require.present("cutoff", cutoff);
    Require.text("table", table);
    Require.text("partition", partition);
    Require.text("from", from);
    Require.text("to", to);
  }

  @Override
  public ClaimKind kind() {
    return ClaimKind.EXPIRED_PARTITION;
  }
}
