package dev.reclaim.simulation;

import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One session of the database, and the transaction that is open in it. */
final class FakeSession {
  private static final Pattern LOCK_TIMEOUT = Pattern.compile("lock_timeout = '(\\d+)(ms|s)'");
  private static final Pattern IDLE_TIMEOUT =
      Pattern.compile("idle_in_transaction_session_timeout = '(\\d+)s'");
  private static final long NEVER_MS = 3_600_000;

  final FakeDatabase database;
  final Machine machine;
  private final Scheduler scheduler;
  private @Nullable Transaction transaction;
  private boolean autoCommit = true;
  private boolean broken;
  private boolean closed;
  private long lockTimeoutMs = NEVER_MS;
  private long idleTimeoutMs = NEVER_MS;
  private long lastUsedMs;

  FakeSession(FakeDatabase database, Machine machine, Scheduler scheduler) {
    this.database = database;
    this.machine = machine;
    this.scheduler = scheduler;
    this.lastUsedMs = scheduler.nowMs();
  }

  /** The transaction of the statement that runs. */
  Transaction transaction() {
    Transaction open = transaction == null ? new Transaction(this, database.now()) : transaction;
    transaction = open;
    return open;
  }

  /** Runs one statement. */
  Rows run(String sql, Object[] values) throws SQLException {
    scheduler.pause();
    requireOpen();
    set(sql);
    String text = database.sabotage().sql(sql);
    Behaviour behaviour = understood(text);
    database.trouble().beforeStatement(this);
    Transaction mine = transaction();
    if (mine.aborted) {
      throw error("25P02", "current transaction is aborted");
    }
    Rows rows;
    try {
      rows = behaviour.run(this, values);
    } catch (SQLException e) {
      mine.aborted = true;
      if (autoCommit) {
        rollBack();
      }
      throw e;
    } catch (RuntimeException e) {
      scheduler.fail(e);
      throw e;
    }
    lastUsedMs = scheduler.nowMs();
    if (autoCommit) {
      commit();
    }
    return rows;
  }

  private Behaviour understood(String text) {
    try {
      return database.statements().of(text);
    } catch (RuntimeException e) {
      scheduler.fail(e);
      throw e;
    }
  }

  /** What {@code SET LOCAL} says. */
  private void set(String sql) {
    if (!sql.contains("SET LOCAL")) {
      return;
    }
    Matcher lock = LOCK_TIMEOUT.matcher(sql);
    if (lock.find()) {
      lockTimeoutMs = Long.parseLong(lock.group(1)) * (lock.group(2).equals("s") ? 1_000 : 1);
    }
    Matcher idle = IDLE_TIMEOUT.matcher(sql);
    if (idle.find()) {
      idleTimeoutMs = Long.parseLong(idle.group(1)) * 1_000;
    }
  }

  /** Waits for whoever has locked the row. */
  <K extends Comparable<? super K>, R> void lock(Table<K, R> table, K key) throws SQLException {
    Transaction mine = transaction();
    for (Optional<Transaction> other = holder(table, key);
        other.isPresent();
        other = holder(table, key)) {
      Transaction holder = other.get();
      if (waitsForMe(holder, mine)) {
        throw error("40P01", "deadlock detected");
      }
      mine.waitsFor = holder;
      boolean came =
          scheduler.await(() -> holder.over || holder.session.isIdleTooLong(), lockTimeoutMs);
      mine.waitsFor = null;
      requireOpen();
      if (!came) {
        throw error("55P03", "canceling statement due to lock timeout");
      }
    }
    take(table, key, mine);
  }

  /** Whether nobody else has locked the row. */
  <K extends Comparable<? super K>, R> boolean tryLock(Table<K, R> table, K key) {
    if (holder(table, key).isPresent()) {
      return false;
    }
    take(table, key, transaction());
    return true;
  }

  private <K extends Comparable<? super K>, R> void take(
      Table<K, R> table, K key, Transaction mine) {
    table.locks.put(key, mine);
    mine.lockedAt.putIfAbsent(new Transaction.Lock(table, key), scheduler.step());
  }

  private <K extends Comparable<? super K>, R> Optional<Transaction> holder(
      Table<K, R> table, K key) {
    @Nullable Transaction holder = table.locks.get(key);
    if (holder == null || holder == transaction) {
      return Optional.empty();
    }
    if (holder.session.isIdleTooLong()) {
      holder.session.cut("it was idle in its transaction");
      return Optional.empty();
    }
    return Optional.of(holder);
  }

  private static boolean waitsForMe(Transaction holder, Transaction mine) {
    for (@Nullable Transaction next = holder; next != null; next = next.waitsFor) {
      if (next == mine) {
        return true;
      }
    }
    return false;
  }

  private boolean isIdleTooLong() {
    return transaction != null && scheduler.nowMs() - lastUsedMs > idleTimeoutMs;
  }

  void begin() {
    autoCommit = false;
  }

  boolean isAutoCommit() {
    return autoCommit;
  }

  void autoCommit(boolean wanted) throws SQLException {
    if (wanted && transaction != null) {
      commit();
    }
    autoCommit = wanted;
  }

  void commit() throws SQLException {
    @Nullable Transaction open = transaction;
    if (open == null) {
      return;
    }
    if (!autoCommit) {
      scheduler.pause();
      requireOpen();
    }
    database.trouble().beforeCommit(this);
    transaction = null;
    forgetSettings();
    if (open.aborted) {
      open.rollBack();
      return;
    }
    open.commit();
    database.trouble().afterCommit(this);
  }

  void rollBack() {
    if (transaction != null) {
      transaction.rollBack();
      transaction = null;
    }
    forgetSettings();
  }

  private void forgetSettings() {
    lockTimeoutMs = NEVER_MS;
    idleTimeoutMs = NEVER_MS;
  }

  /** The connection is gone; what was open in it is undone. */
  void cut(String why) {
    scheduler.story().tell("a session of %s is cut: %s", machine.name(), why);
    broken = true;
    end();
  }

  /** Its process is gone, or has closed it. */
  void end() {
    closed = true;
    rollBack();
    database.unlockAll(this);
  }

  void requireOpen() throws SQLException {
    if (isIdleTooLong()) {
      cut("it was idle in its transaction");
    }
    if (broken || closed) {
      throw error("08006", "the connection is gone");
    }
  }

  boolean isClosed() {
    return closed;
  }

  static SQLException error(String state, String message) {
    return new SQLException(message, state);
  }
}
