package dev.reclaim.cli.demo;

import java.io.IOException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The oracle over one sample system. The work is done by the SQL of its scripts. */
final class SystemOracle {
  private static final int FILES_PER_INSERT_MAX = 10_000;

  private static final String ROWS =
      """
      SELECT compared.*
      FROM (SELECT w AS watched, w.ctid AS place FROM oracle.watched w) w,
        LATERAL oracle.compare_rows(w.watched) compared
      ORDER BY w.place
      """;

  private static final String LISTED =
      """
       (store, path, url, bytes, modified)
      SELECT ?, path, url, bytes, modified
      FROM unnest(?::text[], ?::text[], ?::bigint[], ?::timestamptz[])
        AS listed (path, url, bytes, modified)
      """;

  private static final String FILES = "SELECT * FROM oracle.compared_files ORDER BY policy";

  private static final String LABELLED_ROWS =
      """
      SELECT labelled.* FROM (SELECT w AS watched FROM oracle.watched w) w,
        LATERAL oracle.labelled_rows(w.watched) labelled
      """;

  private static final String LABELLED_FILES = "SELECT * FROM oracle.labelled_files";

  private final SampleSystem system;
  private final SampleServers servers;

  SystemOracle(SampleSystem system, SampleServers servers) {
    this.system = system;
    this.servers = servers;
  }

  void before() throws SQLException, IOException {
    try (Connection connection = servers.connect(system.database())) {
      connection.setAutoCommit(false);
      new SqlScript("oracle.sql").run(connection);
      list(connection, "file");
      system.oracle().run(connection);
      connection.commit();
    }
  }

  List<Verdict.OfPolicy> after() throws SQLException, IOException {
    try (Connection connection = servers.connect(system.database())) {
      connection.setAutoCommit(false);
      execute(connection, "TRUNCATE oracle.file_after");
      list(connection, "file_after");
      List<Verdict.OfPolicy> parts = new ArrayList<>(read(connection, ROWS, Counted.ROWS));
      parts.addAll(read(connection, FILES, Counted.FILES));
      connection.commit();
      return parts;
    }
  }

  /** What went by labels; of files as last listed by {@link #after}. */
  Map<Label, Account> labels() throws SQLException {
    Map<Label, Account> labels = new HashMap<>();
    try (Connection connection = servers.connect(system.database())) {
      readLabels(connection, LABELLED_ROWS, Counted.ROWS, labels);
      readLabels(connection, LABELLED_FILES, Counted.FILES, labels);
    }
    return labels;
  }

  private static void readLabels(
      Connection connection, String sql, Counted counted, Map<Label, Account> into)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet line = statement.executeQuery(sql)) {
      while (line.next()) {
        String[] label = line.getString("label").split("=", 2);
        into.merge(
            new Label(line.getString("policy"), label[0], label[1]),
            counted.account(line.getLong("deleted"), line.getLong("deleted_bytes")),
            Account::plus);
      }
    }
  }

  private void list(Connection connection, String table) throws SQLException, IOException {
    for (SampleStore store : SampleStore.values()) {
      if (store.system() == system) {
        insertAll(connection, table, store, files(store));
      }
    }
  }

  private List<StoreListing.Listed> files(SampleStore store) throws IOException {
    List<StoreListing.Listed> files = new StoreListing(servers.directoryOf(store)).files();
    if (store.isBucket()) {
      new BucketListing(servers.s3()).requireSame(store.storeName(), files);
    }
    return files;
  }

  private static void insertAll(
      Connection connection, String table, SampleStore store, List<StoreListing.Listed> files)
      throws SQLException {
    for (int from = 0; from < files.size(); from += FILES_PER_INSERT_MAX) {
      int to = Math.min(files.size(), from + FILES_PER_INSERT_MAX);
      insert(connection, table, store, files.subList(from, to));
    }
  }

  private static void insert(
      Connection connection, String table, SampleStore store, List<StoreListing.Listed> files)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("INSERT INTO oracle." + table + LISTED)) {
      statement.setString(1, store.storeName());
      statement.setArray(2, texts(connection, files.stream().map(f -> f.path()).toArray()));
      statement.setArray(
          3, texts(connection, files.stream().map(f -> FileNames.inUrl(f.path())).toArray()));
      statement.setArray(
          4, connection.createArrayOf("bigint", files.stream().map(f -> f.bytes()).toArray()));
      statement.setArray(
          5, texts(connection, files.stream().map(f -> f.modified().toString()).toArray()));
      statement.execute();
    }
  }

  private static Array texts(Connection connection, Object[] values) throws SQLException {
    return connection.createArrayOf("text", values);
  }

  /** What a line of the comparison counts. */
  private enum Counted {
    ROWS,
    FILES;

    Account account(long number, long bytes) {
      return this == ROWS ? new Account(number, 0, bytes) : new Account(0, number, bytes);
    }
  }

  private static List<Verdict.OfPolicy> read(Connection connection, String sql, Counted counted)
      throws SQLException {
    List<Verdict.OfPolicy> parts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet line = statement.executeQuery(sql)) {
      while (line.next()) {
        parts.add(
            new Verdict.OfPolicy(
                line.getString("policy"),
                counted.account(line.getLong("planted"), line.getLong("planted_bytes")),
                counted.account(line.getLong("deleted"), line.getLong("deleted_bytes")),
                line.getLong("marked"),
                line.getLong("wrong"),
                line.getLong("left_behind")));
      }
    }
    return parts;
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
