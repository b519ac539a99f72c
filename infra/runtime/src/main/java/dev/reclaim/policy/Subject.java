package dev.reclaim.policy;

import java.util.Locale;
import java.util.Optional;

/**
 * What of the policy file is spoken of.
 *
 * @param name as the operator chose it; empty where there is none
 */
public record Subject(Kind kind, String name) {
  /** The file as a whole. */
  public static final Subject FILE = new Subject(Kind.FILE, "");

  /** The parts of a policy file that have names. */
  public enum Kind {
    FILE,
    DATABASE,
    STORE,
    POLICY
  }

  /** Name of the policy, where it is one that has a name. */
  public Optional<String> policy() {
    return kind == Kind.POLICY && !name.isEmpty() ? Optional.of(name) : Optional.empty();
  }

  /** Before a message: {@code policy "x": }. */
  String lead() {
    if (kind == Kind.FILE) {
      return "";
    }
    return "%s %s: "
        .formatted(
            kind.name().toLowerCase(Locale.ROOT),
            name.isEmpty() ? "without a name" : "\"" + name + "\"");
  }
}
