package dev.reclaim.database;

import java.sql.SQLException;

/**
 * An error of the driver on its way through code that declares none; {@link SqlFailure} says what
 * kind it is.
 */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DatabaseException(SQLException cause) {
    super(cause.getMessage(), cause);
  }
}
