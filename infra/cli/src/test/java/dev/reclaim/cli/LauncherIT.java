package dev.reclaim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code infra/bin/reclaim} in a checkout of its own, with a java and a mvn that only
 * talk.
 */
class LauncherIT {
  private static final String BUILDS =
      "mkdir -p \"$(dirname \"$0\")/../house/infra/cli/target\"; : > \"$(dirname \"$0\")/../house/infra/cli/target/reclaim.jar\"";

  @TempDir private Path directory;
  private Path programs;
  private Path house;
  private Path script;

  @BeforeEach
  void copyTheScript() throws IOException {
    programs = Files.createDirectories(directory.resolve("programs"));
    house = directory.resolve("house");
    script = house.resolve("infra/bin/reclaim");
    Files.createDirectories(script.getParent());
    Files.copy(Path.of("..", "bin", "reclaim"), script);
    Files.copy(Path.of("..", "bin", "launch.sh"), script.resolveSibling("launch.sh"));
    Files.createDirectories(house.resolve("planner/src/main"));
    Files.writeString(house.resolve("pom.xml"), "");
    program("java", javaOfVersion("17.0.15"));
  }

  @Test
  void namesTheJdkItNeedsWhereJavaIsTooOld() throws Exception {
    program("java", javaOfVersion("11.0.2"));

    Answer answer = call(script, house, "demo");

    assertThat(answer.exitCode()).isEqualTo(1);
    assertThat(answer.err())
        .isEqualTo(
            "reclaim needs a JDK of version 17 or newer; java is version 11. Set JAVA_HOME to a newer one.");
  }

  @Test
  void knowsTheOldWayOfCountingVersions() throws Exception {
    program("java", javaOfVersion("1.8.0_402"));

    assertThat(call(script, house, "demo").err()).contains("needs a JDK of version 17 or newer");
  }

  @Test
  void saysSoWhereThereIsNoJava() throws Exception {
    Files.delete(programs.resolve("java"));
    program("java", "exit 127");

    Answer answer = call(script, house, "demo");

    assertThat(answer.exitCode()).isEqualTo(1);
    assertThat(answer.err())
        .startsWith("reclaim needs a JDK of version 17 or newer, and found no java");
  }

  @Test
  void buildsWhereNothingIsBuiltAndThenOnlyWhereSourcesAreNewer() throws Exception {
    // Given
    program("mvn", BUILDS);

    // When
    Answer first = call(script, house, "version");
    Answer second = call(script, house, "version");
    Path source = Files.writeString(house.resolve("planner/src/main/Some.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    Answer third = call(script, house, "version");

    // Then
    assertThat(first.err()).startsWith("Building reclaim");
    assertThat(second.err()).isEmpty();
    assertThat(third.err()).startsWith("Building reclaim");
    assertThat(first.out()).endsWith("reclaim.jar version");
    assertThat(first.exitCode()).isZero();
  }

  @Test
  void saysWhyABuildFailedAndStartsNothing() throws Exception {
    program("mvn", "echo '[INFO] Scanning'; echo '[ERROR] no such goal'; exit 1");

    Answer answer = call(script, house, "version");

    assertThat(answer.exitCode()).isEqualTo(1);
    assertThat(answer.err()).contains("[ERROR] no such goal").contains("The build failed");
    assertThat(answer.err()).doesNotContain("Scanning");
    assertThat(answer.out()).isEmpty();
  }

  @Test
  void worksThroughLinksAndFromAnyDirectoryAndHandsArgumentsOverAsTheyAre() throws Exception {
    // Given
    program("mvn", BUILDS);
    Path links = Files.createDirectories(directory.resolve("some where"));
    Files.createSymbolicLink(
        links.resolve("one"), Path.of("..", "house", "infra", "bin", "reclaim"));
    Path link = Files.createSymbolicLink(links.resolve("two"), links.resolve("one"));

    // When
    Answer answer = call(link, links, "run", "--policies", "my file.yaml");

    // Then
    assertThat(answer.exitCode()).isZero();
    assertThat(answer.out())
        .endsWith(
            house.toRealPath().resolve("infra/cli/target/reclaim.jar")
                + " run --policies my file.yaml");
  }

  @Test
  void endsWithTheExitCodeOfTheCommand() throws Exception {
    program("mvn", BUILDS);
    program("java", javaOfVersion("21") + "; exit 3");

    assertThat(call(script, house, "run").exitCode()).isEqualTo(3);
  }

  private static String javaOfVersion(String version) {
    return "if [ \"$1\" = -version ]; then echo 'openjdk version \"%s\" 2020-01-14' >&2; exit; fi; echo \"$@\""
        .formatted(version);
  }

  private void program(String name, String text) throws IOException {
    Path program = Files.writeString(programs.resolve(name), "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private record Answer(int exitCode, String out, String err) {}

  private Answer call(Path command, Path from, String... arguments) throws Exception {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command.toString())
            .directory(from.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.command().addAll(java.util.List.of(arguments));
    builder.environment().remove("JAVA_HOME");
    builder.environment().remove("JAVA_OPTS");
    builder.environment().merge("PATH", programs + ":", (path, first) -> first + path);
    Process process = builder.start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Answer(
        process.exitValue(),
        Files.readString(out, UTF_8).strip(),
        Files.readString(err, UTF_8).strip());
  }
}
