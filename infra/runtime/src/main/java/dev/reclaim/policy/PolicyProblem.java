package dev.reclaim.policy;

/** One mistake in the policy file; collected, so that all are shown at once. */
final class PolicyProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int line;

  PolicyProblem(int line, String message) {
    super(message);
    this.line = line;
  }

  int line() {
    return line;
  }
}
