package dev.reclaim.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** 200 when every check holds, else 503; either way which check says what. */
final class ReadyRoute implements Route {
  private static final Logger LOG = LoggerFactory.getLogger(ReadyRoute.class);

  private final Map<String, BooleanSupplier> checks;

  ReadyRoute(Map<String, BooleanSupplier> checks) {
    this.checks = checks;
  }

  @Override
  public Answer answer(Map<String, String> query) {
    Map<String, Boolean> results = new LinkedHashMap<>();
    checks.forEach((name, check) -> results.put(name, holds(name, check)));
    boolean ready = !results.containsValue(false);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", ready ? "ready" : "not ready");
    body.put("checks", results);
    return Answer.json(ready ? 200 : 503, body);
  }

  private static boolean holds(String name, BooleanSupplier check) {
    try {
      return check.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.warn("readiness check {} failed", name, e);
      return false;
    }
  }
}
