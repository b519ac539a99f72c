package dev.reclaim.bench.rows;

import dev.reclaim.bench.data.Dataset;
import dev.reclaim.bench.reclaim.Ground;
import dev.reclaim.bench.server.Login;
import dev.reclaim.bench.server.Server;
import java.sql.SQLException;

/** Where all turns take place: one server, one broker, and one database at a time to work on. */
record Stage(Server server, Ground ground) {
  private static final String DATABASE = "contender";

  /** Makes the database that turns get copies of, with Reclaim's empty schema in it. */
  void make(Dataset dataset) throws SQLException {
    dataset.make(server, dataset.name());
    ground.prepare(server.login(dataset.name()));
  }

  /** A warm copy of it to work on. */
  Login copy(Dataset dataset) throws SQLException {
    server.copyDatabase(dataset.name(), DATABASE);
    return login();
  }

  /** Makes a database that only one turn works on. */
  Login makeOnce(Dataset dataset) throws SQLException {
    dataset.make(server, DATABASE);
    ground.prepare(login());
    server.settle(DATABASE);
    return login();
  }

  private Login login() {
    return server.login(DATABASE);
  }

  /** Drops what was worked on. */
  void clear() throws SQLException {
    server.dropDatabase(DATABASE);
  }

  void drop(Dataset dataset) throws SQLException {
    server.dropDatabase(dataset.name());
  }
}
