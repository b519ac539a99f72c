package dev.reclaim.cli.demo;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Rows and files of one sample system. */
final class SystemPlanting {
  private final SampleSystem system;
  private final SampleServers servers;

  SystemPlanting(SampleSystem system, SampleServers servers) {
    this.system = system;
    this.servers = servers;
  }

  /** An empty database with the system's tables, in place of any that was there. */
  void create() throws SQLException {
    try (Connection connection = servers.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + system.database() + " WITH (FORCE)");
      statement.execute("CREATE DATABASE " + system.database());
    }
    try (Connection connection = servers.connect(system.database())) {
      system.tables().run(connection);
    }
  }

  /**
   * Plants a round.
   *
   * @param round keys and paths of different rounds differ
   * @param shares how much of everything, see {@link Shares}
   */
  void plant(int round, Map<String, Long> shares) throws SQLException, IOException {
    try (Connection connection = servers.connect(system.database())) {
      configure(connection, round, shares);
      new SqlScript("planting.sql").run(connection);
      system.planting().run(connection);
      if (round == 0) {
        system.keys().run(connection);
        analyze(connection);
      }
      new FilePlanting(servers).plant(connection);
    }
  }

  private void configure(Connection connection, int round, Map<String, Long> shares)
      throws SQLException {
    set(connection, "round", Integer.toString(round));
    set(connection, "endpoint", servers.s3().endpoint().toString());
    set(connection, "umlaut", FileNames.beyondAscii() ? "\u00dc" : "U");
    set(connection, "umlaut_in_url", FileNames.beyondAscii() ? "%C3%9C" : "U");
    for (Map.Entry<String, Long> share : shares.entrySet()) {
      set(connection, share.getKey(), share.getValue().toString());
    }
  }

  private static void set(Connection connection, String name, String value) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT set_config('demo.' || ?, ?, false)")) {
      statement.setString(1, name);
      statement.setString(2, value);
      statement.execute();
    }
  }

  private static void analyze(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ANALYZE");
    }
  }
}
