package dev.reclaim.planner;

import dev.reclaim.crash.CrashPoint;
import dev.reclaim.events.Claim;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.planner.RunProgress.Phase;
import dev.reclaim.planner.scan.OrphanGate;
import dev.reclaim.planner.scan.Scan;
import dev.reclaim.planner.scan.Trust;
import dev.reclaim.policy.FilePolicy;
import dev.reclaim.policy.Policy;
import dev.reclaim.settings.UserException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * One run from its scan to its end: up to three passes, each scanned, said, and waited for.
 *
 * <p>Killed anywhere, it is gone on with from its row: a batch is sent before its position is
 * stored, so what was sent and not noted is sent again under the same identity.
 */
final class PolicyRun {
  private static final int PASSES_MAX = 3;

  /** Most events that workers have not settled when more are published. */
  static final int LEAD_EVENTS_MAX = 512;

  /** A run that waits asks so often whether it is still ours. */
  private static final Duration RENEW_EVERY = Duration.ofSeconds(2);

  private final Policy policy;
  private final RunRequest request;
  private final PolicyScans scans;
  private final Runs runs;
  private final ClaimPublisher publisher;
  private final RunLedger ledger;
  private final RunProgress progress;
  private final Standstills standstills;
  private final Clockwork clockwork;

  PolicyRun(Policy policy, RunRequest request, Runs runs, RunMeans means, RunProgress progress) {
    this.policy = policy;
    this.request = request;
    this.scans = means.scans();
    this.runs = runs;
    this.publisher = means.publisher();
    this.ledger = means.ledger();
    this.progress = progress;
    this.standstills = means.standstills();
    this.clockwork = means.clockwork();
  }

  /**
   * Carries the run to its end.
   *
   * @throws UserException when the scan must not go on; the run is ended as failed
   */
  RunResult carryOut(Run started) throws InterruptedException {
    Run run = started;
    try {
      run = pass(run);
      while (ledger.locked(policy, run) > 0 && run.pass() < PASSES_MAX) {
        run = pass(run.nextPass());
      }
    } catch (UserException e) {
      runs.finish(run, "failed", Optional.of(String.valueOf(e.getMessage())));
      throw e;
    } catch (Standstill.EndlessException e) {
      return end(run, Optional.of(e.why()));
    } catch (InterruptedException | RuntimeException e) {
      letGo(run, e);
      throw e;
    }
    return end(run, Optional.empty());
  }

  /** Lets the next one go on at once, instead of when the lease has run out. */
  private void letGo(Run run, Exception failure) {
    boolean interrupted = Thread.interrupted();
    try {
      runs.release(run);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private Run pass(Run begun) throws InterruptedException {
    Run run = begun;
    Unsettled unsettled = Unsettled.of(ledger, policy, run);
    long claimed = ledger.claimed(policy, run).claimed();
    if (!run.published()) {
      Scanned scanned = scan(run, unsettled, claimed);
      run = scanned.run();
      claimed = scanned.claimed();
      runs.advance(run, "draining", List.of(), Runs.Found.NOTHING, List.of());
    }
    drain(run, unsettled, claimed);
    return run;
  }

  private record Scanned(Run run, long claimed) {}

  private Scanned scan(Run begun, Unsettled unsettled, long before) throws InterruptedException {
    Run run = begun;
    long claimed = before;
    try (ScanAhead scan = new ScanAhead(open(run), run.position(), clockwork.thread("scan"))) {
      boolean last = false;
      Optional<TimeLeft> left = Optional.empty();
      while (!last) {
        Scan.Batch batch = scan.next();
        TimeLeft phase = left.orElse(TimeLeft.from(batch.progress(), clockwork::nanos));
        left = Optional.of(phase);
        keepLead(run, unsettled, batch.claims().size(), claimed, batch.progress(), phase);
        List<Sent> sent = publisher.publish(run, batch.claims());
        CrashPoint.AFTER_PUBLISH.pass();
        unsettled.published(sent);
        run = run.at(batch.position());
        long found = entries(batch.claims());
        runs.advance(
            run,
            "planning",
            sent,
            new Runs.Found(found, batch.guarded(), batch.undated(), batch.refused()),
            batch.claims());
        CrashPoint.BETWEEN_PUBLISHES.pass();
        claimed += found;
        moved(Phase.PLANNING, claimed, batch.progress(), phase);
        last = batch.last();
      }
      runs.note(run, scan.notes());
    }
    return new Scanned(run, claimed);
  }

  private Scan open(Run run) {
    return scans.withQuarantine(
        policy,
        run.id(),
        run.cutoff(),
        request.acceptReferences() ? Trust.ACCEPTED : Trust.AS_BEFORE,
        policy instanceof FilePolicy ? runs.beginAnew(run) : OrphanGate.OPEN);
  }

  /** Waits until so many more events would not be too many. */
  private void keepLead(
      Run run, Unsettled unsettled, int more, long claimed, double share, TimeLeft phase)
      throws InterruptedException {
    int most = Math.max(0, LEAD_EVENTS_MAX - more);
    if (unsettled.size() <= most) {
      return;
    }
    PollPace pace = new PollPace(clockwork);
    long renewed = clockwork.nanos();
    Standstill standstill = standstills.of(policy, run, unsettled);
    for (int left = unsettled.look(); left > most; left = unsettled.look()) {
      standstill.left(left);
      moved(Phase.PLANNING, claimed, share, phase);
      renewed = renew(run, renewed);
      pace.pause();
    }
  }

  private void drain(Run run, Unsettled unsettled, long claimed) throws InterruptedException {
    PollPace pace = new PollPace(clockwork);
    TimeLeft phase = TimeLeft.from(0, clockwork::nanos);
    long renewed = clockwork.nanos();
    Standstill standstill = standstills.of(policy, run, unsettled);
    int most = Math.max(1, unsettled.size());
    for (int left = unsettled.look(); left > 0; left = unsettled.look()) {
      standstill.left(left);
      most = Math.max(most, left);
      moved(Phase.DRAINING, claimed, 1 - (double) left / most, phase);
      renewed = renew(run, renewed);
      pace.pause();
    }
  }

  /** Finds out in time when the run was taken over; returns when it asked last. */
  private long renew(Run run, long renewed) {
    long now = clockwork.nanos();
    if (now - renewed < RENEW_EVERY.toNanos()) {
      return renewed;
    }
    runs.renew(run);
    return now;
  }

  private void moved(Phase phase, long claimed, double share, TimeLeft left) {
    progress.moved(policy.name(), phase, claimed, share, left.at(share));
  }

  private RunResult end(Run run, Optional<String> endless) {
    long locked = ledger.locked(policy, run);
    List<String> dead = ledger.deadLetters(policy, run);
    RunAccounts.Account account = ledger.accounts().of(run);
    Optional<String> problem = endless.or(() -> problem(locked, dead, account));
    RunResult.State state =
        problem.isEmpty() ? RunResult.State.COMPLETE : RunResult.State.INCOMPLETE;
    runs.finish(run, problem.isEmpty() ? "complete" : "incomplete", problem);
    RunLedger.Claimed claimed = ledger.claimed(policy, run);
    progress.moved(policy.name(), Phase.DONE, claimed.claimed(), 1, Optional.of(Duration.ZERO));
    scans.settleUp(policy);
    return new RunResult(
        run.id(),
        policy.name(),
        run.cutoff(),
        state,
        run.resumed(),
        claimed.claimed(),
        claimed.guarded(),
        claimed.undated(),
        claimed.refused(),
        account.rows(),
        account.files(),
        account.reclaimed(),
        OptionalLong.empty(),
        dead.size(),
        problem,
        Stream.concat(claimed.notes().stream(), account.notes().stream()).toList());
  }

  private static Optional<String> problem(
      long locked, List<String> dead, RunAccounts.Account account) {
    if (!dead.isEmpty()) {
      return Optional.of(
          dead.size() + " events are among the dead letters, the first because: " + dead.get(0));
    }
    long failed = account.rows().failed() + account.files().failed();
    if (failed > 0) {
      return Optional.of(
          account.rows().failed() > 0
              ? "a partition could not be put back: see the notes"
              : failed + " files could not be deleted");
    }
    return locked > 0
        ? Optional.of(
            locked + " rows stayed locked by other sessions over " + PASSES_MAX + " passes")
        : Optional.empty();
  }

  private static long entries(List<Claim> claims) {
    long entries = 0;
    for (Claim claim : claims) {
      entries += entries(claim);
    }
    return entries;
  }

  /** A whole partition counts as one until it is known how many rows it had. */
  private static long entries(Claim claim) {
    return switch (claim.kind()) {
      case EXPIRED_RECORDS -> ((ExpiredRecords) claim).keys().size();
      case EXPIRED_PARTITION -> 1;
      case ORPHANED_FILES -> ((OrphanedFiles) claim).files().size();
      case STORE_LEFTOVERS -> ((StoreLeftovers) claim).leftovers().size();
      case QUARANTINED_FILES -> ((QuarantinedFiles) claim).names().size();
    };
  }
}
