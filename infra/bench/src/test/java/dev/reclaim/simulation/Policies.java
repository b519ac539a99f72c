package dev.reclaim.simulation;

import dev.reclaim.database.RowTarget;
import dev.reclaim.database.TableShape;
import dev.reclaim.policy.ColumnType;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.TableName;
import dev.reclaim.policy.TableTypes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the simulated installation is for. */
final class Policies {
  /** Of rows of both tables. */
  static final Duration ROWS_KEPT = Duration.ofHours(1);

  /** Of files that nothing names. */
  static final Duration FILES_KEPT = Duration.ofHours(24);

  static final PolicyFile FILE =
      PolicyFileReader.read(
          "simulation.yaml",
          """
          databases:
            main: { url: "jdbc:postgresql://simulated/app", user: reclaim, password: "${PASSWORD}" }
          stores:
            renders: { directory: /simulated, state: main }
          policies:
            - name: jobs
              table: main.public.jobs
              expire: { after: PT1H, by: created_at }
              protect: [ { table: main.public.assets, column: job_id } ]
              files: [ { column: url, store: renders } ]
              producers: allowed
              enabled: true
            - name: sessions
              table: main.public.sessions
              expire: { after: PT1H, by: created_at }
              producers: allowed
              enabled: true
            - name: orphans
              store: renders
              older-than: PT24H
              referenced-by:
                - { table: main.public.assets, column: url }
                - { table: main.public.jobs, column: url }
              producers: allowed
              enabled: true
          """,
          name -> "none");

  static final Map<String, RowTarget> TARGETS =
      FILE.rowPolicies().stream().collect(Collectors.toMap(RowPolicy::name, Policies::target));

  private Policies() {}

  private static RowTarget target(RowPolicy policy) {
    TableShape.Column key = new TableShape.Column("id", "text");
    TableShape shape =
        new TableShape(
            policy.table(),
            TableShape.Kind.TABLE,
            List.of(
                key,
                new TableShape.Column("created_at", "timestamp with time zone"),
                new TableShape.Column("url", "text")),
            List.of(key),
            List.of());
    return new RowTarget(policy, shape, new RowPredicate(policy, new Types()), List.of());
  }

  private static final class Types implements TableTypes {
    @Override
    public ColumnType type(TableName table, String column) {
      return new ColumnType(column.equals("created_at") ? "timestamp with time zone" : "text");
    }

    @Override
    public List<String> key(TableName table) {
      return List.of("id");
    }
  }
}
