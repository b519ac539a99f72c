package dev.reclaim.simulation;

import java.sql.SQLException;

/** What a statement does, with the values of its parameters in the order of its text. */
@FunctionalInterface
interface Behaviour {
  Rows run(FakeSession session, Object[] values) throws SQLException;
}
