package dev.reclaim.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** As whom PostgreSQL runs: it refuses to be root. */
enum PostgresUser {
  /** As the user of this JVM, who is not root. */
  OURSELVES(""),

  /**
   * In a user namespace of its own: the kernel still knows it as root, so root's files are its
   * files, but it sees itself as nobody.
   */
  NAMESPACED("unshare --user"),

  /** As nobody, to whom the data directory is given; for containers that forbid namespaces. */
  NOBODY("setpriv --reuid=65534 --regid=65534 --clear-groups");

  static final String CACHE_PROPERTY = "reclaim.cache";
  private static final int NOBODY_ID = 65534;
  private static final long PROBE_TIMEOUT_SECONDS_MAX = 5;

  private final String prefix;

  PostgresUser(String prefix) {
    this.prefix = prefix;
  }

  static PostgresUser find() {
    if (new UnixSystem().getUid() != 0) {
      return OURSELVES;
    }
    for (PostgresUser user : List.of(NAMESPACED, NOBODY)) {
      if (user.works()) {
        return user;
      }
    }
    throw new EmbeddedServerException(
        "PostgreSQL refuses to run as root, and neither `unshare --user` nor `setpriv` works here to run it as someone else. Start this program as an ordinary user.");
  }

  private boolean works() {
    try {
      Process probe =
          new ProcessBuilder(command(List.of("true")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!probe.waitFor(PROBE_TIMEOUT_SECONDS_MAX, TimeUnit.SECONDS)) {
        probe.destroyForcibly();
        return false;
      }
      return probe.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("Interrupted while starting PostgreSQL", e);
    }
  }

  /** A process that runs the command as this user, free of the caller's PostgreSQL settings. */
  ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command(command));
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("PG"));
    environment.put("LC_ALL", "C");
    return builder;
  }

  private List<String> command(List<String> command) {
    List<String> whole = new ArrayList<>();
    if (!prefix.isEmpty()) {
      whole.addAll(List.of(prefix.split(" ", -1)));
    }
    whole.addAll(command);
    return whole;
  }

  /** Where the programs are unpacked to, such that this user can reach them. */
  Path cache() {
    String chosen = System.getProperty(CACHE_PROPERTY);
    if (chosen != null) {
      return Path.of(chosen).toAbsolutePath();
    }
    if (this == NOBODY) {
      return Path.of("/var/cache/reclaim");
    }
    @Nullable String xdg = System.getenv("XDG_CACHE_HOME");
    Path cache =
        xdg == null || xdg.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return cache.resolve("reclaim").toAbsolutePath();
  }

  /** Makes everything under the path this user's own. */
  void own(Path path) throws IOException {
    if (this != NOBODY) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(path)) {
      paths = walk.toList();
    }
    for (Path each : paths) {
      Files.setAttribute(each, "unix:uid", NOBODY_ID);
      Files.setAttribute(each, "unix:gid", NOBODY_ID);
    }
  }
}
