package dev.reclaim.bench.rows;

import dev.reclaim.bench.data.Census;
import dev.reclaim.bench.data.Dataset;
import dev.reclaim.bench.data.Datasets;
import dev.reclaim.bench.reclaim.Crew;
import dev.reclaim.bench.reclaim.Installation;
import dev.reclaim.bench.server.Login;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The estimate of reusable space beside what {@code VACUUM FULL} gives back, on three tables. */
final class SpaceChapter {
  private static final String ESTIMATE =
      "SELECT reusable_bytes_estimate FROM reclaim.run WHERE policy LIKE 'jobs-%' ORDER BY started_at DESC LIMIT 1";

  private SpaceChapter() {}

  static List<Space> measure(Stage stage, Scale scale) throws Exception {
    List<Space> spaces = new ArrayList<>();
    spaces.add(measure(stage, "plain", Datasets.childless(scale.spaceJobs())));
    spaces.add(measure(stage, "narrow", Datasets.narrow(scale.spaceJobs())));
    spaces.add(measure(stage, "toast", Datasets.toast(scale.spaceJobs() / 4)));
    return spaces;
  }

  private static Space measure(Stage stage, String table, Dataset dataset) throws Exception {
    Login login = stage.makeOnce(dataset);
    Census before = dataset.census(login);
    try (Connection connection = login.connect();
        Statement statement = connection.createStatement()) {
      long full = size(statement);
      try (Installation reclaim =
          Installation.warm(stage.ground(), login, Crew.here(Contenders.CONNECTIONS))) {
        reclaim.run(before.expired());
      }
      dataset.census(login).requireDone(before, 0);
      @Nullable Long estimate = estimate(statement);
      statement.execute("VACUUM FULL jobs");
      return new Space(table, estimate, full - size(statement));
    } finally {
      stage.clear();
    }
  }

  /** What the run over the jobs said. */
  private static @Nullable Long estimate(Statement statement) throws SQLException {
    try (ResultSet run = statement.executeQuery(ESTIMATE)) {
      return run.next() ? run.getObject(1, Long.class) : null;
    }
  }

  private static long size(Statement statement) throws SQLException {
    try (ResultSet size = statement.executeQuery("SELECT pg_total_relation_size('jobs')")) {
      size.next();
      return size.getLong(1);
    }
  }
}
