package dev.reclaim.planner;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Schedule;
import dev.reclaim.settings.UserException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs enabled policies when their cron says so, once in all planners: each database keeps the
 * schedule of its own policies. A slot whose predecessor is still at work waits; slots that pass
 * meanwhile are left out.
 */
public final class Schedules implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Schedules.class);
  private static final int THREADS = 4;

  /** What is left of a run at its end is interrupted; whoever comes next goes on with it. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final List<Scheduler> schedulers = new ArrayList<>();
  private final Planner planner;

  private Schedules(Planner planner) {
    this.planner = planner;
  }

  /** Starts the schedules of every enabled policy that has one. */
  public static Schedules start(
      String owner, PolicyFile file, Databases databases, Planner planner) {
    Schedules schedules = new Schedules(planner);
    for (Database database : databases.all()) {
      List<RecurringTask<Void>> tasks = new ArrayList<>();
      for (Policy policy : file.policies()) {
        if (policy.database().equals(database.name()) && policy.enabled()) {
          policy.schedule().ifPresent(schedule -> tasks.add(schedules.task(policy, schedule)));
        }
      }
      if (!tasks.isEmpty()) {
        schedules.start(owner, database, tasks);
      }
    }
    return schedules;
  }

  private void start(String owner, Database database, List<RecurringTask<Void>> tasks) {
    Scheduler scheduler =
        Scheduler.create(database.dataSource())
            .tableName("reclaim.scheduled_tasks")
            .schedulerName(() -> owner)
            .threads(THREADS)
            .pollingInterval(Duration.ofSeconds(2))
            .heartbeatInterval(Duration.ofSeconds(5))
            .missedHeartbeatsLimit(4)
            .shutdownMaxWait(PATIENCE)
            .startTasks(tasks)
            .build();
    scheduler.start();
    schedulers.add(scheduler);
  }

  private RecurringTask<Void> task(Policy policy, Schedule schedule) {
    return Tasks.recurring(
            policy.name(), new CronSchedule(schedule.cron(), schedule.zone(), CronStyle.UNIX))
        .execute((instance, context) -> run(policy, slot(context)));
  }

  private static Instant slot(ExecutionContext context) {
    return context.getExecution().executionTime;
  }

  /** A run of an earlier slot that was left unfinished is gone on with first. */
  private void run(Policy policy, Instant slot) {
    RunRequest request = RunRequest.slot(slot);
    try {
      Optional<RunResult> result = planner.run(policy, request, RunProgress.SILENT);
      while (result.isPresent()) {
        report(result.get());
        if (request.id(policy).equals(Optional.of(result.get().run()))) {
          return;
        }
        result = planner.run(policy, request, RunProgress.SILENT);
      }
    } catch (UserException e) {
      LOG.error("{} at {} stopped: {}", policy.name(), slot, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void report(RunResult result) {
    LOG.info(
        "{} {}{}: {} rows, {} files, {} bytes{}",
        result.run(),
        result.resumed() ? "gone on with, " : "",
        result.state(),
        result.reclaimed().rows(),
        result.reclaimed().files(),
        result.reclaimed().bytes(),
        result.problem().map(problem -> "; " + problem).orElse(""));
  }

  @Override
  public void close() {
    schedulers.forEach(Scheduler::stop);
  }
}
