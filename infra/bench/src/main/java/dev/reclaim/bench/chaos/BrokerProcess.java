package dev.reclaim.bench.chaos;

import dev.reclaim.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The broker in a process of its own, behind a proxy whose port stays when it is killed. */
final class BrokerProcess implements AutoCloseable {
  private static final String PORT = "port ";

  private final Path directory;
  private final TcpProxy proxy;
  private RoleProcess process;

  private BrokerProcess(Path directory, TcpProxy proxy) throws IOException, InterruptedException {
    this.directory = directory;
    this.proxy = proxy;
    this.process = launch();
  }

  static BrokerProcess start(Path directory) throws IOException, InterruptedException {
    return new BrokerProcess(directory, TcpProxy.start(0));
  }

  /** The broker itself. */
  public static void main(String[] args) throws IOException {
    EmbeddedKafka kafka = EmbeddedKafka.startBehind(Integer.parseInt(args[1]), Path.of(args[0]));
    Role.say(PORT + kafka.port());
    Role.say(Role.READY);
    while (System.in.read() >= 0) {
      // Nothing is asked of it.
    }
    Runtime.getRuntime().halt(0);
  }

  private RoleProcess launch() throws IOException, InterruptedException {
    RoleProcess started =
        RoleProcess.start(
            BrokerProcess.class,
            directory.resolveSibling("broker.err"),
            Map.of(),
            List.of(directory.toString(), Integer.toString(proxy.port())));
    started.awaitReady();
    proxy.upstream(Integer.parseInt(started.answer(PORT)));
    return started;
  }

  String bootstrapServers() {
    return "127.0.0.1:" + proxy.port();
  }

  TcpProxy proxy() {
    return proxy;
  }

  /** Kills it and has another take over its data. */
  void restart() throws IOException, InterruptedException {
    process.kill();
    process = launch();
  }

  @Override
  public void close() {
    process.close();
    proxy.close();
  }
}
