package dev.reclaim.database;

import dev.reclaim.policy.DatabaseSettings;
import dev.reclaim.settings.UserException;

/** A database of the policy file that cannot be reached, or refuses us. */
public final class UnusableDatabaseException extends UserException {
  private static final long serialVersionUID = 1L;
  private static final String MEND = "check address, user and password, and that the server runs";

  private final String database;
  private final String what;

  UnusableDatabaseException(DatabaseSettings settings, String reason, Exception cause) {
    super(
        Kind.FAILED,
        "The %s cannot be used: %s. Check address, user and password, and that the server runs."
            .formatted(settings, reason),
        cause);
    this.database = settings.name();
    this.what = "%s cannot be used as %s: %s".formatted(settings.url(), settings.user(), reason);
  }

  /** Its name in the file. */
  public String database() {
    return database;
  }

  /** Why, without the name. */
  public String what() {
    return what;
  }

  /** What to do about it. */
  public String mend() {
    return MEND;
  }
}
