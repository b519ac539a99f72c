package dev.reclaim.check;

import dev.reclaim.database.RowTarget.ChildPath;
import dev.reclaim.database.RowTarget.Link;
import dev.reclaim.database.TableShape;
import dev.reclaim.database.TableShape.InboundKey;
import dev.reclaim.policy.Protection;

/**
 * Whether every foreign key that points at rows which go is handled by the policy or harmless, and
 * has an index: without one each deleted row costs a scan of the referring table.
 */
final class ForeignKeysCheck implements RowCheck {
  @Override
  public void check(ExaminedRows rows, Report report) {
    if (rows.policy().marks()) {
      return;
    }
    for (TableShape table : rows.going()) {
      for (InboundKey key : table.inbound()) {
        String part = rows.partOf(table);
        if (!key.indexed()) {
          report.error(
              part,
              "the foreign key %s has no index, so each deleted row would scan %s"
                  .formatted(key.constraint(), key.referring()),
              new Indexes(rows.live()).create(key.referring(), Indexes.columns(key.columns())));
        }
        if (rows.named()
            && key.restricts()
            && !goesAlong(rows, key)
            && !protects(rows, table, key)) {
          report.warning(
              part,
              "rows that %s refers to by %s will be refused and stay"
                  .formatted(key.referring(), key.constraint()),
              "list it under \"protect\" to keep them knowingly, or under \"children\" to delete it along");
        }
      }
    }
  }

  private static boolean goesAlong(ExaminedRows rows, InboundKey key) {
    for (ChildPath path : rows.children()) {
      for (Link link : path.links()) {
        if (link.referring().table().equals(key.referring())
            && link.columns().equals(key.columns())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean protects(ExaminedRows rows, TableShape table, InboundKey key) {
    return table.equals(rows.shape())
        && rows.policy().protections().stream()
            .filter(protection -> protection.table().equals(key.referring()))
            .anyMatch(
                protection ->
                    !(protection instanceof Protection.Through through)
                        || key.columns().contains(through.column()));
  }
}
