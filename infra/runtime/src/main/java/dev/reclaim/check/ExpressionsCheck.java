package dev.reclaim.check;

import dev.reclaim.policy.Condition;
import dev.reclaim.policy.Protection;
import dev.reclaim.policy.RowPolicy;
import dev.reclaim.policy.RowPredicate;
import dev.reclaim.policy.Sql;
import dev.reclaim.policy.UnclearReferenceException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the database can read each condition, by itself, so that a mistake is said of the one
 * that has it; then all of them as they will be asked.
 */
final class ExpressionsCheck implements RowCheck {
  /** What is said of them is said when they are looked at by themselves. */
  private static final Set<String> CONDITIONS = Set.of("expire.when", "where", "keep");

  @Override
  public void check(ExaminedRows rows, Report report) {
    new Look(rows, report, new Explain(rows.live().handle())).all();
  }

  private record Look(ExaminedRows rows, Report report, Explain explain) {
    void all() {
      RowPolicy policy = rows.policy();
      policy
          .expiry()
          .when()
          .ifPresent(when -> condition("expire.when", new Condition.Expression(when)));
      conditions("where", policy.where());
      conditions("keep", policy.keep());
      policy.set().forEach((column, value) -> value("action.set." + column, column, value));
      if (rows.named()) {
        predicate().ifPresent(this::guards);
      }
    }

    private Optional<RowPredicate> predicate() {
      try {
        return Optional.of(new RowPredicate(rows.policy(), rows.live().tables()));
      } catch (UnclearReferenceException e) {
        report.error(e.part(), e.what(), e.mend());
        return Optional.empty();
      }
    }

    private void conditions(String key, List<Condition> conditions) {
      List<String> parts = ConditionParts.of(report.places(), key, conditions);
      for (int i = 0; i < parts.size(); i++) {
        condition(parts.get(i), conditions.get(i));
      }
    }

    private void condition(String part, Condition condition) {
      if (condition instanceof Condition.OneOf values
          && rows.shape().column(values.column()).isEmpty()) {
        return;
      }
      boolean read = where(part, condition.sql(rows.policy().table()));
      if (read && condition instanceof Condition.Expression expression) {
        alone(part, expression.text(), rows.policy().table().sql());
      }
    }

    /** An expression must not reach out of the parentheses that it will be put into. */
    private void alone(String part, String text, String tables) {
      String sql = "SELECT CASE WHEN %s THEN 1 END FROM %s".formatted(Sql.verbatim(text), tables);
      if (explain.query(sql).filter(it -> !it.isOfRights()).isPresent()) {
        report.error(
            part,
            "\"%s\" is no whole expression: it would change the meaning of what stands around it"
                .formatted(part),
            "balance its parentheses, and end it without a comment");
      }
    }

    private void value(String part, String column, String value) {
      if (rows.shape().column(column).isPresent()) {
        where(
            part,
            "%s IS NOT DISTINCT FROM %s"
                .formatted(rows.policy().table().column(column), Sql.literal(value)));
      }
    }

    private void guards(RowPredicate predicate) {
      for (RowPredicate.Guard guard : predicate.guards()) {
        if (!CONDITIONS.contains(guard.part())) {
          where(guard.part(), guard.sql());
        }
      }
      if (!report.hasErrors()) {
        matches();
        whole(predicate);
      }
    }

    private void matches() {
      List<Protection> protections = rows.policy().protections();
      for (int i = 0; i < protections.size(); i++) {
        if (protections.get(i) instanceof Protection.Match match) {
          alone(
              "protect[%d].match".formatted(i),
              match.sql(),
              rows.policy().table().sql() + ", " + match.table().sql());
        }
      }
    }

    private void whole(RowPredicate predicate) {
      String sql =
          "SELECT %s, %s FROM %s WHERE %s"
              .formatted(
                  predicate.guarded(),
                  predicate.undated(),
                  rows.policy().table().sql(),
                  predicate.expired(Instant.EPOCH));
      explain
          .query(sql)
          .ifPresent(
              failure ->
                  report.error(
                      "",
                      "its conditions cannot be put together: " + failure.what(),
                      failure.mend()));
    }

    private boolean where(String part, String condition) {
      Optional<Explain.Failure> failure =
          explain.query(
              "SELECT FROM %s WHERE %s".formatted(rows.policy().table().sql(), condition));
      failure
          .filter(it -> !(it.isOfRights() && report.hasErrors()))
          .ifPresent(it -> report.error(part, it.words(part), it.mend()));
      return failure.isEmpty();
    }
  }
}
