package dev.reclaim.planner;

import static java.util.Objects.requireNonNull;

import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.database.RowTarget;
import dev.reclaim.database.RowTargets;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.PolicyFileReader;
import dev.reclaim.testing.TestDatabase;
import java.util.List;
import java.util.Map;

/** A policy file over one test database, called {@code main}, and that database open. */
public record TestPolicies(PolicyFile file, Databases databases) implements AutoCloseable {
  /** Makes the tables, migrates, and reads {@code stores} and {@code policies} as YAML. */
  public static TestPolicies of(TestDatabase test, String tables, String stores, String policies) {
    String text =
        """
        databases:
          main: { url: "%s", user: %s, password: "${PASSWORD}" }
        stores:
        %spolicies:
        %s"""
            .formatted(
                test.jdbcUrl(),
                test.user(),
                stores.isEmpty() ? "  none: { directory: /tmp, state: main }\n" : stores.indent(2),
                policies.indent(2));
    PolicyFile file =
        PolicyFileReader.read("p.yaml", text, Map.of("PASSWORD", test.password())::get);
    TestPolicies opened = new TestPolicies(file, Databases.open(file, 8, "test"));
    opened.execute(tables);
    return opened;
  }

  public Policy policy(String name) {
    return file.policy(name).orElseThrow();
  }

  public Map<String, RowTarget> targets() {
    return RowTargets.resolve(file, databases);
  }

  public RowTarget target(String policy) {
    return requireNonNull(targets().get(policy));
  }

  public Database main() {
    return databases.get("main");
  }

  /** Any number of statements, without parameters. */
  public void execute(String sql) {
    main()
        .inTransaction(
            handle -> {
              try (var statement = handle.getConnection().createStatement()) {
                return statement.execute(sql);
              }
            });
  }

  /** The first column, as text. */
  public List<String> texts(String sql) {
    return main().jdbi().withHandle(handle -> handle.createQuery(sql).mapTo(String.class).list());
  }

  @Override
  public void close() {
    databases.close();
  }
}
