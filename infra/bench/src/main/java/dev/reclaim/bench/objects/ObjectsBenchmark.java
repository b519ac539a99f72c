package dev.reclaim.bench.objects;

import dev.reclaim.bench.reclaim.Ground;
import dev.reclaim.bench.server.Login;
import dev.reclaim.bench.server.Server;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Turns of Reclaim and of each tool over the same ware, round by round. */
final class ObjectsBenchmark {
  private static final String RECLAIM = "reclaim";
  private static final String WARM = "warm";

  /** Files of each kind that a planner and a worker delete when they have just started. */
  private static final int WARM_OBJECTS_MAX = 1_000;

  /** Rows that name other files: an empty set of references stops a policy. */
  private static final String TABLE =
      "CREATE TABLE assets (id bigint PRIMARY KEY, url text NOT NULL); INSERT INTO assets SELECT i, 'kept/' || i || '.png' FROM generate_series(1, 1000) i";

  private final Server server;
  private final Ground ground;
  private final Ware ware;
  private final PrintStream out;
  private final FilesReport report = new FilesReport();
  private final Login login;

  ObjectsBenchmark(Server server, Ground ground, Ware ware, PrintStream out) throws SQLException {
    this.server = server;
    this.ground = ground;
    this.ware = ware;
    this.out = out;
    this.login = prepare();
  }

  private Login prepare() throws SQLException {
    server.createDatabase("objects");
    Login made = server.login("objects");
    try (Connection connection = made.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
    }
    ground.prepare(made);
    return made;
  }

  /**
   * Who begins changes from round to round.
   *
   * @param only who takes part; empty for all
   */
  FilesReport measure(int rounds, Set<String> only) throws Exception {
    Predicate<String> takesPart = name -> only.isEmpty() || only.contains(name);
    List<Tool> tools =
        Stream.of(
                Tool.s3cmd(ware.server(), ware.buckets()),
                Tool.rclone(ware.server(), ware.buckets()),
                Tool.aws(ware.server(), ware.buckets()))
            .filter(tool -> takesPart.test(tool.name()) && installed(tool))
            .toList();
    Tool find = Tool.find(ware.directory());
    boolean findTakesPart = takesPart.test(find.name()) && installed(find);
    boolean reclaimTakesPart = takesPart.test(RECLAIM);
    if (reclaimTakesPart) {
      warmUp();
    }
    for (int round = 0; round < rounds; round++) {
      if (reclaimTakesPart && round % 2 == 0) {
        note(reclaim());
      }
      for (Tool tool : tools) {
        ware.plantObjects(ground.nextTurn());
        long nanos = tool.run();
        ware.requireNoObjects();
        note("objects", tool.name(), nanos, ware.objects());
      }
      if (findTakesPart) {
        ware.plantFiles(ground.nextTurn());
        long nanos = find.run();
        ware.requireNoFiles();
        note("directory", find.name(), nanos, ware.files());
      }
      if (reclaimTakesPart && round % 2 == 1) {
        note(reclaim());
      }
    }
    return report;
  }

  private boolean installed(Tool tool) {
    if (tool.program().isEmpty()) {
      out.println(
          tool.name() + " is not installed here and does not take part: its figure is null");
    }
    return tool.program().isPresent();
  }

  /** A whole turn that does not count: a worker has run for weeks, a tool starts when called. */
  private void warmUp() throws Exception {
    Turn unused = reclaim();
  }

  /** The ns that Reclaim took. */
  private record Turn(long objects, long directory) {}

  private void note(Turn turn) {
    note("objects", RECLAIM, turn.objects(), ware.objects());
    note("directory", RECLAIM, turn.directory(), ware.files());
  }

  private Turn reclaim() throws Exception {
    int number = ground.nextTurn();
    int warm = Math.min(WARM_OBJECTS_MAX, ware.objects());
    ware.plantObjects(number);
    ware.plantObjects(WARM, warm, number);
    ware.plantFiles(number);
    Path warmFolder = Files.createDirectories(ware.directory().resolveSibling("warm"));
    List<String> buckets = Stream.concat(ware.buckets().stream(), Stream.of(WARM)).toList();
    Map<String, Path> directories =
        Map.of("directory", ware.directory(), "warm-folder", warmFolder);
    new Ware(ware.server(), warmFolder, 0, warm).plantFiles(number);
    FilePolicies policies = FilePolicies.of(login, ware.server(), buckets, directories, number);
    Turn turn;
    try (FilesRun reclaim = new FilesRun(ground, policies)) {
      long unused = reclaim.run(List.of(WARM, "warm-folder"), warm);
      turn =
          new Turn(
              reclaim.run(ware.buckets(), ware.objectsPerBucket()),
              reclaim.run(List.of("directory"), ware.files()));
    }
    ware.requireNoObjects();
    ware.requireNoFiles();
    return turn;
  }

  private void note(String chapter, String contender, long nanos, int units) {
    double perSecond = units / (nanos / 1e9);
    report.add(chapter, contender, perSecond);
    out.printf("%-10s %-8s %6.2f s %,10.0f/s%n", chapter, contender, nanos / 1e9, perSecond);
  }
}
