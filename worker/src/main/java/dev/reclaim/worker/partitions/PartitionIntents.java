package dev.reclaim.worker.partitions;

import dev.reclaim.partitions.WholePartition;
import dev.reclaim.worker.claims.ReceivedClaim;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The intents of one database. Who asks holds the {@link Turn} of the partition. */
final class PartitionIntents {
  private static final String OPEN =
      """
      SELECT CAST(relation AS bigint) AS relation, name, CAST(parent AS bigint) AS parent, parent_name,
             lower_bound, upper_bound, bound, attempt
        FROM reclaim.partition_intent
       WHERE name = :name AND state = 'intent'
      """;

  private static final String TAKE =
      """
      INSERT INTO reclaim.partition_intent
             (relation, name, parent, parent_name, lower_bound, upper_bound, bound, policy, planned_on, source, id)
      VALUES (CAST(:relation AS oid), :name, CAST(:parent AS oid), :parentName, :from, :to, :bound, :policy,
              :plannedOn, :source, :id)
      """;

  private static final String TAKE_OVER =
      """
      UPDATE reclaim.partition_intent
         SET attempt = attempt + 1, policy = :policy, planned_on = :plannedOn, source = :source, id = :id
       WHERE name = :name AND state = 'intent'
      """;

  private static final String CLOSE =
      """
      UPDATE reclaim.partition_intent SET state = :state, closed_at = now()
       WHERE name = :name AND state = 'intent' AND planned_on = :plannedOn AND source = :source AND id = :id
      """;

  private PartitionIntents() {}

  /** The open one of a partition of that name. */
  static Optional<Intent> open(Handle handle, String name) {
    return handle
        .createQuery(OPEN)
        .bind("name", name)
        .map((row, context) -> Intent.of(row))
        .findOne();
  }

  static Intent take(Handle handle, ReceivedClaim claim, WholePartition partition) {
    handle
        .createUpdate(TAKE)
        .bind("relation", partition.relation())
        .bind("name", partition.name())
        .bind("parent", partition.parent())
        .bind("parentName", partition.parentName())
        .bind("from", partition.from())
        .bind("to", partition.to())
        .bind("bound", partition.bound())
        .bind("policy", claim.claim().policy())
        .bindMap(claim.identityColumns())
        .execute();
    return new Intent(partition, 1);
  }

  /** Makes the open one this event's. */
  static Intent takeOver(Handle handle, ReceivedClaim claim, Intent intent) {
    handle
        .createUpdate(TAKE_OVER)
        .bind("name", intent.partition().name())
        .bind("policy", claim.claim().policy())
        .bindMap(claim.identityColumns())
        .execute();
    return new Intent(intent.partition(), intent.attempt() + 1);
  }

  /** Ends this event's own. */
  static void close(Handle handle, ReceivedClaim claim, Intent intent, Intent.End end) {
    int closed =
        handle
            .createUpdate(CLOSE)
            .bind("name", intent.partition().name())
            .bind("state", end.label())
            .bindMap(claim.identityColumns())
            .execute();
    if (closed != 1) {
      throw new IllegalStateException("no open intent of " + claim.identity());
    }
  }
}
