package dev.reclaim.bench.orphans;

import dev.reclaim.bench.reclaim.ChildProcess;
import dev.reclaim.bench.server.Login;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The script that people write: all references into a {@code HashSet}, cut at a fixed place, then
 * each listed key held against it. It checks no age, believes anything and tells nobody.
 */
final class HashSetProcess {
  private static final int FETCH = 10_000;

  private HashSetProcess() {}

  /** Returns the ns from the first reference asked for to the last orphan found. */
  static long measure(Login login, int heapMiBMax, long objects, long warmObjects)
      throws Exception {
    List<String> arguments = List.of(Long.toString(objects), Long.toString(warmObjects));
    try (ChildProcess process =
        ChildProcess.start("hash-set", HashSetProcess.class, heapMiBMax, login, arguments)) {
      process.awaitReady();
      return Long.parseLong(process.ask("scan"));
    }
  }

  /** The child. */
  public static void main(String[] args) throws Exception {
    Login login = ChildProcess.login(args[1]);
    long objects = Long.parseLong(args[2]);
    long warmObjects = Long.parseLong(args[3]);
    find(login, References.WARM_TABLE, warmObjects);
    System.out.println("ready");
    if (System.in.read() >= 0) {
      long started = System.nanoTime();
      find(login, References.TABLE, objects);
      System.out.println(System.nanoTime() - started);
    }
  }

  private static void find(Login login, String table, long objects) throws SQLException {
    Set<String> references = references(login, table);
    Set<String> orphans = new HashSet<>();
    new Shelf(objects)
        .list(
            "",
            object -> {
              if (!references.contains(object.path())) {
                orphans.add(object.path());
              }
            });
    if (orphans.size() != Shelf.orphans(objects)) {
      throw new IllegalStateException(orphans.size() + " orphans found");
    }
  }

  private static Set<String> references(Login login, String table) throws SQLException {
    Set<String> references = new HashSet<>();
    try (Connection connection = login.connect()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(FETCH);
        try (ResultSet rows = statement.executeQuery("SELECT url FROM " + table)) {
          while (rows.next()) {
            references.add(rows.getString(1).substring(Shelf.ADDRESS.length()));
          }
        }
      }
    }
    return references;
  }
}
