package dev.reclaim.worker;

import dev.reclaim.worker.files.Restoration.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was brought back of a run.
 *
 * @param newer files that stay in quarantine because something newer is at their paths
 * @param failed files that stay for another reason
 * @param busy files that somebody was moving or purging, so that they were left alone
 * @param staying some of the paths of those that stay
 * @param reasons why files failed, in words
 */
public record RestoredRun(
    String run,
    long files,
    long bytes,
    long newer,
    long failed,
    long busy,
    List<Part> policies,
    List<String> staying,
    List<String> reasons) {
  /** As many as people read. */
  private static final int STAYING_MAX = 20;

  /** The part of one policy. */
  public record Part(String policy, long files, long bytes, long newer, long failed) {
    private Part plus(Step step) {
      return new Part(
          policy,
          files + step.files(),
          bytes + step.bytes(),
          newer + step.newer().size(),
          failed + step.failed().size());
    }
  }

  /** Whether nothing of it is left in quarantine. */
  public boolean complete() {
    return newer == 0 && failed == 0 && busy == 0;
  }

  /** Adds batches up. */
  static final class Sum {
    private final String run;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final List<String> staying = new ArrayList<>();
    private final Set<String> reasons = new LinkedHashSet<>();
    private long busy;
    private long seen;

    Sum(String run) {
      this.run = run;
    }

    void busy(long files) {
      busy += files;
    }

    void add(String policy, Step step) {
      parts.merge(
          policy, new Part(policy, 0, 0, 0, 0).plus(step), (before, unused) -> before.plus(step));
      seen += step.files() + step.newer().size() + step.failed().size();
      step.newer().forEach(this::stays);
      step.failed().forEach(this::stays);
      reasons.addAll(step.reasons());
    }

    private void stays(String path) {
      if (staying.size() < STAYING_MAX) {
        staying.add(path);
      }
    }

    long seen() {
      return seen;
    }

    RestoredRun end() {
      List<Part> all = List.copyOf(parts.values());
      return new RestoredRun(
          run,
          all.stream().mapToLong(Part::files).sum(),
          all.stream().mapToLong(Part::bytes).sum(),
          all.stream().mapToLong(Part::newer).sum(),
          all.stream().mapToLong(Part::failed).sum(),
          busy,
          all,
          List.copyOf(staying),
          List.copyOf(reasons));
    }
  }
}
