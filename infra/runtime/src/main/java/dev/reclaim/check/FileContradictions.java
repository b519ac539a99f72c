package dev.reclaim.check;

import dev.reclaim.policy.FilePolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds pairs of file policies that judge the same files differently. */
final class FileContradictions {
  private final Map<String, Report> reports;

  /**
   * Contradictions.
   *
   * @param reports by the policy's name
   */
  FileContradictions(Map<String, Report> reports) {
    this.reports = reports;
  }

  void find(List<FilePolicy> policies) {
    for (FilePolicy one : policies) {
      for (FilePolicy other : policies) {
        boolean same =
            !one.equals(other)
                && one.store().equals(other.store())
                && (one.prefix().startsWith(other.prefix())
                    || other.prefix().startsWith(one.prefix()));
        if (same && one.judgesByAgeAlone() && !other.judgesByAgeAlone()) {
          report(one)
              .error(
                  "referenced-by",
                  "it deletes files by age alone that policy \"%s\" keeps while something refers to them (%s)"
                      .formatted(other.name(), report(other).at("referenced-by")),
                  "give both a \"prefix\" of its own, or list the references here, too");
        } else if (same && one.olderThan().compareTo(other.olderThan()) < 0) {
          report(one)
              .warning(
                  "older-than",
                  "it deletes files sooner than policy \"%s\" says (%s)"
                      .formatted(other.name(), report(other).at("older-than")),
                  "say the same age in both, or give each a \"prefix\" of its own");
        }
      }
    }
  }

  private Report report(FilePolicy policy) {
    return Optional.ofNullable(reports.get(policy.name())).orElseThrow();
  }
}
