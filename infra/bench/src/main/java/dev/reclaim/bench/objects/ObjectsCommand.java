package dev.reclaim.bench.objects;

import dev.reclaim.bench.reclaim.Ground;
import dev.reclaim.bench.server.Directories;
import dev.reclaim.bench.server.Server;
import dev.reclaim.embedded.EmbeddedS3;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code infra/bench/run objects}: files that nothing refers to, in buckets and in folders. */
@Command(
    name = "objects",
    mixinStandardHelpOptions = true,
    description = "Orphaned files: s3cmd, rclone, aws and find, which delete unasked, and Reclaim.")
public final class ObjectsCommand implements Callable<Integer> {
  @Option(
      names = "--objects",
      paramLabel = "N",
      defaultValue = "20000",
      description = "Objects in 10 buckets. Default: ${DEFAULT-VALUE}")
  private int objects;

  @Option(
      names = "--files",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Files of the directory. Default: ${DEFAULT-VALUE}")
  private int files;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Rounds in which each contender has its turn. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--only",
      paramLabel = "CONTENDER",
      split = ",",
      description = "Only these of reclaim, s3cmd, rclone, aws, find. Other figures are null.")
  private @Nullable Set<String> only;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures as JSON, too.")
  private @Nullable Path json;

  /** Made by picocli alone. */
  ObjectsCommand() {}

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("reclaim-bench-objects-");
    try (Server server = Server.start(directory.resolve("postgres"), null);
        EmbeddedS3 store = EmbeddedS3.start(Files.createDirectories(directory.resolve("s3")));
        Ground ground = Ground.start()) {
      Path folder = Files.createDirectories(directory.resolve("folder"));
      Ware ware = new Ware(store, folder, objects, files);
      FilesReport report =
          new ObjectsBenchmark(server, ground, ware, System.out)
              .measure(rounds, only == null ? Set.of() : only);
      write(report, server);
    } finally {
      Directories.delete(directory);
    }
    return 0;
  }

  private void write(FilesReport report, Server server) throws Exception {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>(report.fields());
    fields.put("objects", objects);
    fields.put("files", files);
    fields.put("server", "PostgreSQL " + server.version());
    fields.put("processors", Runtime.getRuntime().availableProcessors());
    String text =
        JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(fields);
    System.out.println(text);
    if (json != null) {
      Files.writeString(json, text);
    }
  }
}
