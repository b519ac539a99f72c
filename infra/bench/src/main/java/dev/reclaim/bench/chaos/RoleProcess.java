package dev.reclaim.bench.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A {@link Role} that can be killed, stopped and told to go on. */
public final class RoleProcess implements AutoCloseable {
  private static final long READY_SECONDS_MAX = 180;
  private static final long END_SECONDS_MAX = 60;
  private static final long POLL_MS = 20;

  private final Process process;
  private final Path errors;
  private final Set<String> said = ConcurrentHashMap.newKeySet();

  private RoleProcess(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
  }

  /**
   * Starts one.
   *
   * @param directory takes what it says on standard error, and its state
   * @param environment on top of the site's
   */
  public static RoleProcess start(
      Role role, String name, Site site, Path directory, Map<String, String> environment)
      throws IOException {
    return start(
        Role.class,
        directory.resolve(name + ".err"),
        site(site, environment),
        List.of(
            role.name(),
            name,
            site.kafka().bootstrapServers(),
            site.name(),
            directory.resolve(name + "-state").toString()));
  }

  private static Map<String, String> site(Site site, Map<String, String> more) {
    Map<String, String> environment = site.environment();
    environment.putAll(more);
    return environment;
  }

  static RoleProcess start(
      Class<?> main, Path errors, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-Dorg.slf4j.simpleLogger.log.dev.reclaim=warn",
                "-Dorg.slf4j.simpleLogger.showDateTime=true",
                "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
    builder.environment().putAll(environment);
    RoleProcess role = new RoleProcess(builder.start(), errors);
    Thread listener = new Thread(role::listen, "listens-to-" + role.process.pid());
    listener.setDaemon(true);
    listener.start();
    return role;
  }

  private void listen() {
    try (BufferedReader lines = process.inputReader(UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        said.add(line);
      }
    } catch (IOException e) {
      // It has ended.
    }
  }

  /** Waits until it has said that it is ready; fails when it ends before. */
  public RoleProcess awaitReady() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS_MAX);
    while (!hasSaid(Role.READY)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IllegalStateException("a process did not come up: " + errors());
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MS);
    }
    return this;
  }

  boolean hasSaid(String line) {
    return said.contains(line);
  }

  /** A line it has said that begins so, without that; empty where there is none. */
  String answer(String beginning) {
    return said.stream()
        .filter(line -> line.startsWith(beginning))
        .map(line -> line.substring(beginning.length()))
        .findFirst()
        .orElse("");
  }

  void forget(String line) {
    said.remove(line);
  }

  /** Gives an order; one that has ended hears nothing. */
  public void order(String line) {
    try {
      OutputStream input = process.getOutputStream();
      input.write((line + "\n").getBytes(UTF_8));
      input.flush();
    } catch (IOException e) {
      // Whoever follows it is told when it starts.
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it said on standard error. */
  public String errors() {
    try {
      return Files.readString(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL. */
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    int unused = awaitEnd();
  }

  /** Waits for its end; returns its exit code. */
  public int awaitEnd() throws InterruptedException {
    if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
      throw new IllegalStateException("still alive: " + errors());
    }
    return process.exitValue();
  }

  /** SIGSTOP. */
  void stop() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void goOn() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    int unused = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
