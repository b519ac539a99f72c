package dev.reclaim.simulation;

import java.sql.SQLException;

/** What goes wrong between a process and its database, by chance and as drivers tell it. */
final class Trouble {
  private static final int CUT_ONE_IN = 150;
  private static final int CONTENDED_ONE_IN = 150;
  private static final int COMMIT_LOST_ONE_IN = 25;

  private final Chance chance;
  private boolean on = true;
  private boolean away;

  Trouble(Chance chance) {
    this.chance = chance;
  }

  void end() {
    on = false;
    away = false;
  }

  /** The whole database, for everybody who is in trouble. */
  void away(boolean now) {
    away = on && now;
  }

  boolean isOn() {
    return on;
  }

  boolean isAway() {
    return away;
  }

  void beforeStatement(FakeSession session) throws SQLException {
    if (!isFor(session)) {
      return;
    }
    if (away || session.machine.isCutOff() || chance.oneIn(CUT_ONE_IN)) {
      session.cut("before a statement");
      session.requireOpen();
    }
    if (chance.oneIn(CONTENDED_ONE_IN)) {
      session.transaction().aborted = true;
      if (session.isAutoCommit()) {
        session.rollBack();
      }
      throw FakeSession.error("40001", "could not serialize access");
    }
  }

  void beforeCommit(FakeSession session) throws SQLException {
    if (isFor(session) && chance.oneIn(COMMIT_LOST_ONE_IN)) {
      session.cut("before its commit");
      session.requireOpen();
    }
  }

  /** It was committed, and nobody knows. */
  void afterCommit(FakeSession session) throws SQLException {
    if (isFor(session) && chance.oneIn(COMMIT_LOST_ONE_IN)) {
      session.cut("after its commit");
      session.requireOpen();
    }
  }

  private boolean isFor(FakeSession session) {
    return on && session.machine.isTroubled();
  }
}
