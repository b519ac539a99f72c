package dev.reclaim.admin;

import com.sun.net.httpserver.HttpServer;
import dev.reclaim.events.ReclaimedSpace;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The HTTP server of one process, on 127.0.0.1.
 *
 * <p>{@code GET /} lists the paths. Everything is read on each request from the suppliers, which
 * are called on several threads at once.
 */
public final class AdminServer implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int PORT_MAX = 65_535;

  private final HttpServer server;
  private final ExecutorService threads;

  private AdminServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Listens from now on.
   *
   * @param port 0 for any that is free
   * @param checks by name, in the order in which they are shown; ready is when all hold, and one
   *     that throws does not
   * @param metrics the accounts of all windows with their parts by labels, or as many as are known
   * @throws UserException when the port is taken, not allowed or no port
   */
  public static AdminServer start(
      int port,
      Map<String, BooleanSupplier> checks,
      Supplier<? extends Collection<ReclaimedSpace>> metrics) {
    return start(port, checks, metrics, List::of);
  }

  /**
   * Likewise, with what a worker of the process is at.
   *
   * @param pace of each database
   */
  public static AdminServer start(
      int port,
      Map<String, BooleanSupplier> checks,
      Supplier<? extends Collection<ReclaimedSpace>> metrics,
      Supplier<? extends Collection<PaceStatus>> pace) {
    return start(port, checks, metrics, pace, List::of);
  }

  /**
   * Likewise, with more numbers of a worker.
   *
   * @param gauges for Prometheus alone
   */
  public static AdminServer start(
      int port,
      Map<String, BooleanSupplier> checks,
      Supplier<? extends Collection<ReclaimedSpace>> metrics,
      Supplier<? extends Collection<PaceStatus>> pace,
      Supplier<? extends Collection<Gauge>> gauges) {
    HttpServer server = listen(port);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS, AdminServer::thread);
    server.setExecutor(threads);
    server.createContext(
        "/", new AdminHandler(routes(new LinkedHashMap<>(checks), metrics, pace, gauges)));
    server.start();
    return new AdminServer(server, threads);
  }

  private static Map<String, Route> routes(
      Map<String, BooleanSupplier> checks,
      Supplier<? extends Collection<ReclaimedSpace>> metrics,
      Supplier<? extends Collection<PaceStatus>> pace,
      Supplier<? extends Collection<Gauge>> gauges) {
    Map<String, Route> routes = new LinkedHashMap<>();
    routes.put("/livez", query -> Answer.json(200, Map.of("status", "live")));
    routes.put("/readyz", new ReadyRoute(checks));
    routes.put("/v1/metrics", SpaceRoute.whole(metrics));
    routes.put("/v1/metrics/labels", SpaceRoute.labelled(metrics));
    routes.put("/v1/pace", query -> Answer.json(200, pace.get()));
    routes.put(
        "/metrics",
        query ->
            PrometheusText.answer(
                PrometheusText.of(metrics.get())
                    + PaceGauges.of(pace.get())
                    + Gauge.page(gauges.get())));
    Answer index = Answer.json(200, Map.of("paths", routes.keySet().toArray()));
    routes.put("/", query -> index);
    return routes;
  }

  private static HttpServer listen(int port) {
    if (port < 0 || port > PORT_MAX) {
      throw new UserException(
          Kind.USAGE,
          "Port %d is no port. Name one from 1 to %d, or 0 for any that is free."
              .formatted(port, PORT_MAX));
    }
    try {
      return HttpServer.create(new InetSocketAddress(loopback(), port), 0);
    } catch (BindException e) {
      throw unusable(port, "is taken, or may not be used by this user", e);
    } catch (IOException e) {
      throw unusable(port, "cannot be listened on (" + e.getMessage() + ")", e);
    }
  }

  private static UserException unusable(int port, String why, IOException cause) {
    return new UserException(
        Kind.FAILED,
        "Port %d of 127.0.0.1 %s. Stop what listens there, or name another port (0 for any that is free)."
            .formatted(port, why),
        cause);
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "reclaim-admin");
    thread.setDaemon(true);
    return thread;
  }

  /** The port that is listened on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Address of the index, {@code http://127.0.0.1:port/}. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port() + "/");
  }

  /** Stops listening at once; requests under way are cut. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
