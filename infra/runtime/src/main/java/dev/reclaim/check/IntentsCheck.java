package dev.reclaim.check;

import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Whether something was begun that nobody will end: partitions taken off their tables by policies
 * that the file no longer has, and files of stores that it no longer has.
 */
final class IntentsCheck {
  /** Most partitions that are named. */
  private static final int NAMED_MAX = 20;

  private static final String READABLE =
      """
      SELECT count(*) = 3
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'reclaim' AND c.relname IN ('partition_intent', 'store_intent', 'open_claim')
         AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
      """;

  private static final String PARTITIONS =
      """
      SELECT name, policy FROM reclaim.partition_intent
       WHERE state = 'intent' AND policy <> ALL (CAST(:policies AS text[]))
       ORDER BY name
       LIMIT :limit
      """;

  private static final String STORES =
      """
      SELECT store, count(*) AS files
        FROM reclaim.open_claim JOIN reclaim.store_intent USING (store, planned_on, source, id)
       WHERE state = 'intent' AND store <> ALL (CAST(:stores AS text[]))
       GROUP BY store
       ORDER BY store
      """;

  private record Partition(String name, String policy) {}

  private record Store(String name, long files) {}

  private IntentsCheck() {}

  static void check(Handle handle, PolicyFile file, Report report) {
    if (!handle.createQuery(READABLE).mapTo(Boolean.class).one()) {
      return;
    }
    partitions(handle, file).forEach(partition -> say(partition, report));
    stores(handle, file).forEach(store -> say(store, report));
  }

  private static List<Partition> partitions(Handle handle, PolicyFile file) {
    return handle
        .createQuery(PARTITIONS)
        .bindArray("policies", String.class, file.policies().stream().map(Policy::name).toArray())
        .bind("limit", NAMED_MAX)
        .map((row, context) -> new Partition(row.getString("name"), row.getString("policy")))
        .list();
  }

  private static List<Store> stores(Handle handle, PolicyFile file) {
    return handle
        .createQuery(STORES)
        .bindArray("stores", String.class, file.stores().keySet().toArray())
        .map((row, context) -> new Store(row.getString("store"), row.getLong("files")))
        .list();
  }

  private static void say(Partition partition, Report report) {
    report.warning(
        "",
        "the policy %s began to drop the partition %s and is gone: it may be off its table"
            .formatted(partition.policy(), partition.name()),
        "put the policy back for one run, or attach it as reclaim.partition_intent.bound says");
  }

  private static void say(Store store, Report report) {
    report.warning(
        "",
        "the deletion of %d files was begun in a store %s, which is gone: they are not accounted for"
            .formatted(store.files(), store.name()),
        "put the store back, and workers end it within two days");
  }
}
