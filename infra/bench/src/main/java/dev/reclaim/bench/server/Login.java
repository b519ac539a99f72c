package dev.reclaim.bench.server;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** The way into one database. */
public record Login(String url, String user, String password) {

  public Connection connect() throws SQLException {
    return connect("bench");
  }

  /**
   * Connects.
   *
   * @param applicationName stands in the server's log
   */
  public Connection connect(String applicationName) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", applicationName);
    return DriverManager.getConnection(url, properties);
  }
}
