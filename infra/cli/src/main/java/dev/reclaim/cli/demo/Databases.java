package dev.reclaim.cli.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Plain connections to the sample databases. */
final class Databases {
  private Databases() {}

  static Connection open(SampleServers servers, String database) throws SQLException {
    return DriverManager.getConnection(
        servers.databaseUrl().apply(database), servers.user(), servers.password());
  }
}
