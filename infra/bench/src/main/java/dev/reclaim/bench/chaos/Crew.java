package dev.reclaim.bench.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Three workers, two planners and the metrics stream, each a process; whoever ends is started again
 * at once.
 */
final class Crew implements AutoCloseable {
  private static final int WORKERS = 3;
  private static final int PLANNERS = 2;
  private static final long WATCH_EVERY_MS = 100;

  private final Site site;
  private final Path directory;
  private final List<Post> posts = new ArrayList<>();
  private final Thread watch = new Thread(this::watch, "crew");
  private volatile boolean planning;
  private volatile boolean closing;

  private Crew(Site site, Path directory) throws IOException {
    this.site = site;
    this.directory = directory;
    for (int i = 1; i <= WORKERS; i++) {
      posts.add(new Post(Role.WORKER, "worker-" + i));
    }
    for (int i = 1; i <= PLANNERS; i++) {
      posts.add(new Post(Role.PLANNER, "planner-" + i));
    }
    posts.add(new Post(Role.METRICS, "metrics"));
  }

  static Crew start(Site site, Path directory) throws IOException, InterruptedException {
    Crew crew = new Crew(site, directory);
    for (Post post : crew.posts) {
      RoleProcess unused = post.process.awaitReady();
    }
    crew.watch.setDaemon(true);
    crew.watch.start();
    return crew;
  }

  /** A place that is always filled. */
  final class Post {
    private final Role role;
    private final String name;
    private RoleProcess process;
    private boolean ordered;

    private Post(Role role, String name) throws IOException {
      this.role = role;
      this.name = name;
      this.process = launch();
    }

    private RoleProcess launch() throws IOException {
      ordered = false;
      return RoleProcess.start(role, name, site, directory, Map.of());
    }

    Role role() {
      return role;
    }

    synchronized RoleProcess process() {
      return process;
    }

    Path state() {
      return directory.resolve(name + "-state");
    }

    private synchronized void keepFilled() throws IOException {
      if (!process.isAlive()) {
        process = launch();
      }
      if (role == Role.PLANNER && planning && !ordered && process.hasSaid(Role.READY)) {
        process.order("go");
        ordered = true;
      }
    }

    /** Kills who is there, does something while nobody is, and lets the next one start. */
    synchronized void replace(Between between) throws IOException, InterruptedException {
      process.kill();
      between.run();
      process = launch();
    }
  }

  interface Between {
    void run() throws IOException;
  }

  private void watch() {
    while (!closing) {
      try {
        for (Post post : posts) {
          post.keepFilled();
        }
        TimeUnit.MILLISECONDS.sleep(WATCH_EVERY_MS);
      } catch (IOException e) {
        throw new IllegalStateException("a process cannot be started", e);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** All posts of a role. */
  List<Post> posts(Role role) {
    return posts.stream().filter(post -> post.role() == role).toList();
  }

  /** Lets planners begin runs. */
  void plan() {
    planning = true;
  }

  /** Lets them begin no more. */
  void rest() {
    planning = false;
    for (Post post : posts(Role.PLANNER)) {
      synchronized (post) {
        post.ordered = false;
        post.process.order("rest");
      }
    }
  }

  /** Waits until everybody is up. */
  void awaitReady(long deadlineNanos) throws InterruptedException {
    while (!posts.stream().allMatch(post -> post.process().hasSaid(Role.READY))) {
      if (System.nanoTime() > deadlineNanos) {
        throw new IllegalStateException("not everybody came up");
      }
      TimeUnit.MILLISECONDS.sleep(WATCH_EVERY_MS);
    }
  }

  /**
   * Has one of the planners make one more run of each policy, after whatever any had begun; false
   * when that took too long.
   */
  boolean lastRuns(List<String> policies, Random random, long deadlineNanos)
      throws InterruptedException {
    List<Post> planners = posts(Role.PLANNER);
    RoleProcess planner = planners.get(random.nextInt(planners.size())).process();
    policies.forEach(policy -> planner.forget("done " + policy));
    planner.order("last");
    while (!policies.stream().allMatch(policy -> planner.hasSaid("done " + policy))) {
      if (System.nanoTime() > deadlineNanos) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(WATCH_EVERY_MS);
    }
    return true;
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    watch.join();
    posts.forEach(post -> post.process().close());
  }
}
