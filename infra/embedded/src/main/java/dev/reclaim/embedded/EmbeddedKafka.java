package dev.reclaim.embedded;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker inside this JVM: one KRaft node, broker and controller in one, whose topics and
 * offsets stay in its data directory.
 *
 * <p>The port is another one after each start. Kafka offers no public way to embed a broker; this
 * class is the only one that knows its insides.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedKafka.class);
  private static final int PORT_ATTEMPTS_MAX = 3;

  private final DirectoryLock lock;
  private final KafkaRaftServer server;
  private final int port;

  private EmbeddedKafka(DirectoryLock lock, KafkaRaftServer server, int port) {
    this.lock = lock;
    this.server = server;
    this.port = port;
  }

  /**
   * Starts a broker on the data of the directory, or a new one if there is none; returns when it
   * takes records.
   */
  public static EmbeddedKafka start(Path dataDirectory) {
    return start(dataDirectory, OptionalInt.empty());
  }

  /**
   * Likewise, behind a proxy on this host: clients are told to come to its port, which can stay the
   * same when the broker's own changes with the next start.
   */
  public static EmbeddedKafka startBehind(int proxyPort, Path dataDirectory) {
    return start(dataDirectory, OptionalInt.of(proxyPort));
  }

  private static EmbeddedKafka start(Path dataDirectory, OptionalInt proxyPort) {
    neverEndThisProcess();
    DirectoryLock lock = DirectoryLock.take(dataDirectory);
    try {
      return startOnFreePort(lock, proxyPort);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** The port that the broker itself listens on. */
  public int port() {
    return port;
  }

  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  private static EmbeddedKafka startOnFreePort(DirectoryLock lock, OptionalInt proxyPort) {
    for (int attempt = 1; ; attempt++) {
      int port = FreePort.find();
      Map<String, String> settings =
          new HashMap<>(settings(lock.directory(), port, FreePort.find()));
      settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + proxyPort.orElse(port));
      formatWhereNew(lock.directory(), settings);
      try {
        return new EmbeddedKafka(lock, run(settings), port);
      } catch (RuntimeException e) {
        if (attempt == PORT_ATTEMPTS_MAX || !mayComeFromATakenPort(e)) {
          throw new EmbeddedServerException(
              "The Kafka broker did not start on %s: %s"
                  .formatted(lock.directory(), e.getMessage()),
              e);
        }
      }
    }
  }

  static KafkaRaftServer run(Map<String, String> settings) {
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    try {
      server.startup();
      return server;
    } catch (RuntimeException e) {
      server.shutdown();
      throw e;
    }
  }

  static Map<String, String> settings(Path directory, int port, int controllerPort) {
    Map<String, String> settings = new HashMap<>();
    settings.put("node.id", "1");
    settings.put("process.roles", "broker,controller");
    settings.put("log.dirs", logDirectory(directory).toString());
    settings.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort));
    settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    // Voters by setting, not in the log: there the port of the last start would stay.
    settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    settings.put("auto.create.topics.enable", "false");

    // One node: nothing to copy to, and nobody else to wait for.
    for (String topic : new String[] {"offsets.topic", "transaction.state.log"}) {
      settings.put(topic + ".num.partitions", "1");
      settings.put(topic + ".replication.factor", "1");
    }
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");

    // After a kill the controller waits for the broker's old session to end.
    settings.put("broker.session.timeout.ms", "2000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("group.consumer.min.heartbeat.interval.ms", "500");
    settings.put("group.consumer.heartbeat.interval.ms", "1000");
    settings.put("group.consumer.min.session.timeout.ms", "5000");
    settings.put("group.consumer.session.timeout.ms", "6000");

    // What a killed producer has left open holds readers back until it is looked after.
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

    settings.put("log.cleaner.enable", "true");
    settings.put("log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20));
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");

    // After a kill each partition is read and synced, which waits for the disk more than it works.
    settings.put("num.recovery.threads.per.data.dir", "8");
    return Map.copyOf(settings);
  }

  private static Path logDirectory(Path directory) {
    return directory.resolve("log");
  }

  static void formatWhereNew(Path directory, Map<String, String> settings) {
    if (Files.exists(logDirectory(directory).resolve("meta.properties"))) {
      return;
    }
    Path file = directory.resolve("format.properties");
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      Files.createDirectories(logDirectory(directory));
      try (Writer writer = Files.newBufferedWriter(file)) {
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.store(writer, null);
      }
      String[] arguments = {"format", "-t", Uuid.randomUuid().toString(), "-c", file.toString()};
      if (StorageTool.execute(arguments, print) != 0) {
        throw new EmbeddedServerException(
            "Kafka could not prepare %s: %s"
                .formatted(directory, output.toString(StandardCharsets.UTF_8).strip()));
      }
      Files.delete(file);
    } catch (IOException e) {
      throw new EmbeddedServerException(
          "Cannot write to the data directory %s (%s). Choose another, or let this user write there."
              .formatted(directory, e),
          e);
    }
  }

  /**
   * A broker that meets what it cannot bear halts the JVM it runs in; here that is the caller's.
   */
  static void neverEndThisProcess() {
    Exit.Procedure refuse =
        (status, message) -> {
          log.error("The Kafka broker gave up (status {}): {}", status, message);
          throw new GaveUp();
        };
    Exit.setExitProcedure(refuse);
    Exit.setHaltProcedure(refuse);
  }

  /** Between our finding a port and the broker's binding it, another may have been quicker. */
  static boolean mayComeFromATakenPort(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException || cause instanceof GaveUp) {
        return true;
      }
    }
    return false;
  }

  /** Kafka hands over no reason when it asks to end the process. */
  private static final class GaveUp extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GaveUp() {
      super("it gave up, for the reason in its log");
    }
  }

  /** Shuts down in order, so that the next start is a quick one; waits for the end. */
  @Override
  public void close() {
    try (lock) {
      server.shutdown();
      server.awaitShutdown();
    }
  }
}
