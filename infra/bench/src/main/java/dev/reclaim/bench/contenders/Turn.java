package dev.reclaim.bench.contenders;

import dev.reclaim.bench.data.Census;
import dev.reclaim.bench.reclaim.Ground;
import dev.reclaim.bench.server.Login;
import java.util.LinkedHashMap;
import java.util.Map;

/** One contender's turn on its own copy of a database. */
public final class Turn {
  private final Ground ground;
  private final Login login;
  private final Census before;
  private final Map<String, Long> nanos = new LinkedHashMap<>();

  /** A turn on a database that holds what {@code before} says. */
  public Turn(Ground ground, Login login, Census before) {
    this.ground = ground;
    this.login = login;
    this.before = before;
  }

  Ground ground() {
    return ground;
  }

  Login login() {
    return login;
  }

  Census before() {
    return before;
  }

  /** Notes a time, preparations left out. */
  void took(String key, long duration) {
    nanos.put(key, duration);
  }

  /** What was timed. */
  public Map<String, Long> nanos() {
    return nanos;
  }
}
