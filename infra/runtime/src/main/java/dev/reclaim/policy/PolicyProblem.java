package dev.reclaim.policy;

/** One mistake in the policy file; collected, so that all are shown at once. */
final class PolicyProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Position position;

  PolicyProblem(Position position, String message) {
    super(message);
    this.position = position;
  }

  Position position() {
    return position;
  }
}
