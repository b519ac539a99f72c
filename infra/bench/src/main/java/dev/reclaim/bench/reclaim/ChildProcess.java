package dev.reclaim.bench.reclaim;

import dev.reclaim.bench.server.Login;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM beside this one that answers each line with a line, and ends when its standard input does.
 */
public final class ChildProcess implements AutoCloseable {
  private static final long CLOSE_SECONDS_MAX = 60;
  private static final String USER = "BENCH_USER";
  private static final String PASSWORD = "BENCH_PASSWORD";

  private final String name;
  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter questions;

  private ChildProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    this.questions =
        new PrintWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
  }

  /**
   * Starts one and returns at once; {@link #awaitReady} waits for its first line.
   *
   * @param arguments follow the name and the database's address
   */
  public static ChildProcess start(
      String name, Class<?> main, int heapMiBMax, Login login, List<String> arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMiBMax + "m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                name,
                login.url()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(USER, login.user());
    builder.environment().put(PASSWORD, login.password());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new ChildProcess(name, builder.start());
  }

  /** In the child: the way into the database that {@link #start} was given. */
  public static Login login(String url) {
    return new Login(url, System.getenv(USER), System.getenv(PASSWORD));
  }

  /** Waits until it has said that it is ready. */
  public void awaitReady() throws IOException {
    String unused = answer();
  }

  /** Says a line and waits for the answer. */
  public String ask(String question) throws IOException {
    questions.println(question);
    return answer();
  }

  private String answer() throws IOException {
    @Nullable String line = answers.readLine();
    if (line == null) {
      throw new IllegalStateException("the process " + name + " has ended before its time");
    }
    return line;
  }

  @Override
  public void close() throws InterruptedException {
    questions.close();
    if (!process.waitFor(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}
