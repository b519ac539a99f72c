package dev.reclaim.check;

import dev.reclaim.policy.Sql;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jdbi.v3.core.Handle;

/** Whether a database server can be worked with: its version, its role, its clock, our schema. */
final class ServerCheck {
  /** Ranges of heap blocks are read by TID range scans, which 14 brought. */
  private static final int VERSION_MIN = 140_000;

  private static final Duration CLOCKS_APART_MAX = Duration.ofSeconds(5);

  private static final String TRAITS =
      """
      SELECT current_setting('server_version_num')::int AS version,
             pg_is_in_recovery() AS replica,
             current_database() AS database,
             has_database_privilege(current_database(), 'CREATE') AS may_create,
             to_regnamespace('reclaim') IS NOT NULL AS prepared,
             coalesce((SELECT pg_has_role(r.relowner, 'USAGE') FROM pg_class r JOIN pg_namespace n ON n.oid = r.relnamespace
                        WHERE n.nspname = 'reclaim' AND r.relname = 'ledger'), true)
               AND coalesce(has_schema_privilege(to_regnamespace('reclaim'), 'CREATE, USAGE'), true) AS owns,
             (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'reclaim') AS owner
      """;

  /** What a server says of itself. */
  record Traits(
      int version,
      boolean replica,
      String database,
      boolean mayCreate,
      boolean prepared,
      boolean owns,
      String owner,
      Duration clockAhead) {}

  private ServerCheck() {}

  static Traits ask(Handle handle, InstantSource clock) {
    Instant before = clock.instant();
    Instant now = handle.createQuery("SELECT clock_timestamp()").mapTo(Instant.class).one();
    Instant after = clock.instant();
    Duration ahead =
        now.isBefore(before)
            ? Duration.between(before, now)
            : now.isAfter(after) ? Duration.between(after, now) : Duration.ZERO;
    return handle
        .createQuery(TRAITS)
        .map(
            (row, context) ->
                new Traits(
                    row.getInt("version"),
                    row.getBoolean("replica"),
                    row.getString("database"),
                    row.getBoolean("may_create"),
                    row.getBoolean("prepared"),
                    row.getBoolean("owns"),
                    String.valueOf(row.getString("owner")),
                    ahead))
        .one();
  }

  static void check(Traits server, Report report) {
    if (server.version() < VERSION_MIN) {
      report.error(
          "url",
          "the server is PostgreSQL %d and 14 is the oldest that will do"
              .formatted(server.version() / 10_000),
          "upgrade it");
    }
    if (server.replica()) {
      report.error("url", "the server is a replica", "name the primary");
    }
    if (server.clockAhead().abs().compareTo(CLOCKS_APART_MAX) > 0) {
      report.warning(
          "url",
          "the server's clock is %d s %s this machine's"
              .formatted(
                  server.clockAhead().abs().toSeconds(),
                  server.clockAhead().isNegative() ? "behind" : "ahead of"),
          "set both by NTP");
    }
  }

  /** Whether the books can be kept there. */
  static void checkBooks(Traits server, String role, Report report) {
    if (!server.prepared() && !server.mayCreate()) {
      report.error(
          "user",
          "the role %s may not make the schema reclaim, which keeps the books".formatted(role),
          create(server, role));
    }
    if (server.prepared() && !server.owns()) {
      report.error(
          "user",
          "the schema reclaim belongs to %s, and the role %s may not work in it"
              .formatted(server.owner(), role),
          "GRANT %s TO %s".formatted(Sql.identifier(server.owner()), Sql.identifier(role)));
    }
  }

  /** The statement that lets a role make our schema. */
  static String create(Traits server, String role) {
    return "GRANT CREATE ON DATABASE %s TO %s"
        .formatted(Sql.identifier(server.database()), Sql.identifier(role));
  }
}
