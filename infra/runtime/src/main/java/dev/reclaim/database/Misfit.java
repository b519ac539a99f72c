package dev.reclaim.database;

import dev.reclaim.policy.TableName;

/** Something that a policy says and the live database does not bear out. */
public final class Misfit extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String part;
  private final String mend;

  /**
   * A misfit.
   *
   * @param part of the policy, like {@code expire.by}
   * @param mend what to do about it
   */
  public Misfit(String part, String what, String mend) {
    super(what);
    this.part = part;
    this.mend = mend;
  }

  static Misfit noTable(String part, TableName table) {
    return new Misfit(
        part,
        "there is no table %s in database %s".formatted(table.sql(), table.database()),
        "create it, or correct the name");
  }

  public String part() {
    return part;
  }

  public String what() {
    return String.valueOf(getMessage());
  }

  public String mend() {
    return mend;
  }
}
