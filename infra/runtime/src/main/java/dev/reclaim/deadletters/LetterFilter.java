package dev.reclaim.deadletters;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which letters are meant; what is empty leaves none out.
 *
 * @param labels classes
 * @param policies names of policies that the letters' events name
 * @param since given up then or later
 * @param until given up before
 */
public record LetterFilter(
    Set<String> labels, Set<String> policies, Optional<Instant> since, Optional<Instant> until) {

  public boolean accepts(Letter letter) {
    return (labels.isEmpty() || labels.contains(letter.label()))
        && (policies.isEmpty() || letter.policy().filter(policies::contains).isPresent())
        && since.filter(letter.failedAt()::isBefore).isEmpty()
        && until.filter(end -> !letter.failedAt().isBefore(end)).isEmpty();
  }
}
