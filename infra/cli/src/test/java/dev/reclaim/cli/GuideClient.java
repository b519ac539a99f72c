package dev.reclaim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What runs the guide's code of one language, as a reader would.
 *
 * @param file what the code is saved as
 * @param runs commands that run the file, of which the first is taken whose check succeeds
 * @param missing said where none does
 */
record GuideClient(String file, List<Run> runs, String missing) {
  private static final long SECONDS_MAX = 60;

  /** A command before the file's name, and one that fails where the client is not there. */
  private record Run(List<String> command, List<String> check) {
    static Run of(String command, String... check) {
      return new Run(List.of(command.split(" ")), List.of(check));
    }
  }

  static final GuideClient KCAT =
      new GuideClient(
          "claim.sh",
          List.of(Run.of("sh -eu", "kcat", "-V")),
          "kcat is not there: apt-get install kcat");

  static final GuideClient JAVA =
      new GuideClient(
          "ClaimJobs.java",
          List.of(
              new Run(
                  List.of(java(), "-cp", System.getProperty("java.class.path")),
                  List.of(java(), "-version"))),
          "a Java that runs this test is always there");

  static final GuideClient PYTHON =
      new GuideClient(
          "claim.py",
          List.of(
              Run.of("python3", "python3", "-c", "import confluent_kafka"),
              Run.of("/usr/bin/python3", "/usr/bin/python3", "-c", "import confluent_kafka")),
          "confluent_kafka is not there: apt-get install python3-confluent-kafka");

  static final GuideClient NODE =
      new GuideClient(
          "claim.cjs",
          List.of(Run.of("node", "node", "-e", "require('kafkajs')")),
          "kafkajs is not there: npm install kafkajs, and export NODE_PATH=.../node_modules");

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Runs the code to its end and returns what it wrote; skips the test where that cannot be. */
  String run(String code, Path directory, String kafka) throws IOException, InterruptedException {
    Optional<Run> run = runs.stream().filter(there(directory)).findFirst();
    assumeTrue(run.isPresent(), missing);
    List<String> command = new ArrayList<>(run.orElseThrow().command());
    command.add(Files.writeString(directory.resolve(file), code).toString());
    Path out = directory.resolve("out");
    int exitCode = end(command, out, kafka);
    assertThat(exitCode).as(() -> file + " said: " + text(out)).isZero();
    return text(out);
  }

  private static Predicate<Run> there(Path directory) {
    return run -> {
      try {
        return end(run.check(), directory.resolve("check"), "") == 0;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    };
  }

  private static int end(List<String> command, Path out, String kafka)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().put("KAFKA", kafka);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("%s never ended: %s".formatted(command.get(0), text(out)));
    }
    return process.exitValue();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return Arrays.toString(e.getStackTrace());
    }
  }
}
