package dev.reclaim.planner;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionContext;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.CronSchedule;
import com.github.kagkarlsson.scheduler.task.schedule.CronStyle;
import dev.reclaim.database.Database;
import dev.reclaim.database.Databases;
import dev.reclaim.policy.Policy;
import dev.reclaim.policy.PolicyFile;
import dev.reclaim.policy.Schedule;
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

  /** A planner whose heart has missed four beats is dead; whoever finds it has its slot. */
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  private static final int HEARTBEATS_MISSED_MAX = 4;

  /** Most attempts at one slot, a poll apart; the next slot goes on with what is left. */
  private static final int ATTEMPTS_MAX = 30;

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
            .heartbeatInterval(HEARTBEAT)
            .missedHeartbeatsLimit(HEARTBEATS_MISSED_MAX)
            .shutdownMaxWait(PATIENCE)
            .startTasks(tasks)
            .build();
    scheduler.start();
    schedulers.add(scheduler);
  }

  private RecurringTask<Void> task(Policy policy, Schedule schedule) {
    CronSchedule cron = new CronSchedule(schedule.cron(), schedule.zone(), CronStyle.UNIX);
    return Tasks.recurring(policy.name(), cron)
        .onDeadExecution((ended, operations) -> again(ended, operations, "its planner is dead"))
        .onFailure((ended, operations) -> failed(ended, operations, cron))
        .execute((instance, context) -> new SlotRun(policy, slot(context)).carryOut(this::run));
  }

  /** The same slot, which is due: a new time would be a slot of its own. */
  private static void again(
      ExecutionComplete ended, ExecutionOperations<Void> operations, String why) {
    Execution execution = ended.getExecution();
    LOG.warn("{} at {} is gone on with: {}", execution.getTaskName(), execution.executionTime, why);
    operations.reschedule(ended, execution.executionTime);
  }

  private static void failed(
      ExecutionComplete ended, ExecutionOperations<Void> operations, CronSchedule cron) {
    Execution execution = ended.getExecution();
    String why = ended.getCause().map(Throwable::toString).orElse("no reason given");
    if (execution.consecutiveFailures < ATTEMPTS_MAX) {
      again(ended, operations, why);
    } else {
      LOG.error("{} at {} is given up: {}", execution.getTaskName(), execution.executionTime, why);
      operations.reschedule(ended, cron.getNextExecutionTime(ended));
    }
  }

  private Optional<RunResult> run(Policy policy, RunRequest request) throws InterruptedException {
    return planner.run(policy, request, RunProgress.SILENT);
  }

  private static Instant slot(ExecutionContext context) {
    return context.getExecution().executionTime;
  }

  @Override
  public void close() {
    schedulers.forEach(Scheduler::stop);
  }
}
