package dev.reclaim.bench.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reclaim.bench.oracle.FileWitness;
import dev.reclaim.embedded.EmbeddedS3;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The door of a store. It writes down each deletion that took effect, by looking at the files
 * before and after, and can refuse whoever comes or forget to answer.
 */
public final class StoreProxy implements FileWitness, Closeable {
  private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");
  private static final Set<String> NOT_PASSED_ON =
      Set.of("connection", "content-length", "transfer-encoding", "expect", "upgrade", "date");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final byte[] SLOW_DOWN =
      "<?xml version=\"1.0\"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
          .getBytes(UTF_8);

  static {
    // Requests are signed over the host that the client has seen, which is this proxy.
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
  }

  private final EmbeddedS3 s3;
  private final String bucket;
  private final HttpServer server;
  private final ExecutorService threads;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<Gone> gone = new CopyOnWriteArrayList<>();
  private final Map<String, Present> planted = new ConcurrentHashMap<>();
  private final AtomicBoolean loseDeletion = new AtomicBoolean();
  private final AtomicLong refused = new AtomicLong();
  private volatile boolean storm;

  private StoreProxy(EmbeddedS3 s3, String bucket, HttpServer server) {
    this.s3 = s3;
    this.bucket = bucket;
    this.server = server;
    this.threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "store-proxy");
              thread.setDaemon(true);
              return thread;
            });
  }

  static StoreProxy start(EmbeddedS3 s3, String bucket) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    StoreProxy proxy = new StoreProxy(s3, bucket, server);
    server.setExecutor(proxy.threads);
    server.createContext("/", proxy::serve);
    server.start();
    return proxy;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  String accessKey() {
    return s3.accessKey();
  }

  String secretKey() {
    return s3.secretKey();
  }

  /** Puts a file there, with an age, behind the door. */
  public synchronized void plant(String path, byte[] content, Instant modified) {
    String unused = s3.plant(bucket, path, content, modified);
    planted.put(path, new Present(content.length, modified));
  }

  /** Answers 503 to everything from now on. */
  void storm() {
    storm = true;
  }

  /** Returns how many were refused since the last time. */
  long calm() {
    storm = false;
    return refused.getAndSet(0);
  }

  /** Deletes when it is asked next, and does not say so. */
  void loseNextDeletion() {
    loseDeletion.set(true);
  }

  /** Whether that has not happened yet; takes it back. */
  boolean keepDeletions() {
    return loseDeletion.getAndSet(false);
  }

  private void serve(HttpExchange exchange) {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (storm) {
        refused.incrementAndGet();
        answer(exchange, 503, SLOW_DOWN);
        return;
      }
      List<String> going = deleted(exchange, body);
      HttpResponse<byte[]> response =
          going.isEmpty() ? forward(exchange, body) : delete(exchange, body, going);
      if (!going.isEmpty() && loseDeletion.getAndSet(false)) {
        return;
      }
      response
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                  values.forEach(value -> exchange.getResponseHeaders().add(name, value));
                }
              });
      if (exchange.getRequestMethod().equals("HEAD")) {
        response
            .headers()
            .firstValue("content-length")
            .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
      }
      answer(exchange, response.statusCode(), response.body());
    } catch (IOException e) {
      // Closing the exchange tells the client, or it is the client who has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the request would delete. */
  private List<String> deleted(HttpExchange exchange, byte[] body) {
    URI uri = exchange.getRequestURI();
    if (exchange.getRequestMethod().equals("DELETE")) {
      return List.of(uri.getPath().substring(bucket.length() + 2));
    }
    if (!exchange.getRequestMethod().equals("POST")
        || !String.valueOf(uri.getQuery()).contains("delete")) {
      return List.of();
    }
    List<String> keys = new ArrayList<>();
    Matcher matcher = KEY.matcher(new String(body, UTF_8));
    while (matcher.find()) {
      keys.add(matcher.group(1));
    }
    return keys;
  }

  /** One at a time, so that what is gone afterwards has gone by this request. */
  private synchronized HttpResponse<byte[]> delete(
      HttpExchange exchange, byte[] body, List<String> keys)
      throws IOException, InterruptedException {
    Map<String, Present> before = new HashMap<>();
    for (String key : keys) {
      Present present = look(key);
      if (present.size() >= 0 && planted.containsKey(key)) {
        before.put(key, present);
      }
    }
    HttpResponse<byte[]> response = forward(exchange, body);
    Instant now = Instant.now();
    before.forEach(
        (key, file) -> {
          if (look(key).size() < 0) {
            gone.add(new Gone(key, file.size(), file.modified(), now));
          }
        });
    return response;
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    URI uri = exchange.getRequestURI();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(s3.endpoint().resolve(uri.toString()))
            .timeout(TIMEOUT)
            .method(
                exchange.getRequestMethod(),
                body.length == 0 && !exchange.getRequestMethod().startsWith("P")
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!NOT_PASSED_ON.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean empty = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    exchange.sendResponseHeaders(status, empty ? -1 : body.length);
    if (!empty) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public List<Gone> gone() {
    return List.copyOf(gone);
  }

  @Override
  public Map<String, Present> planted() {
    return Map.copyOf(planted);
  }

  @Override
  public Map<String, Present> present() {
    Map<String, Present> files = new HashMap<>();
    for (String key : s3.keys(bucket)) {
      Present file = look(key);
      if (file.size() >= 0) {
        files.put(key, file);
      }
    }
    return files;
  }

  /** A file that is not there has a size below 0. */
  private Present look(String key) {
    Path file = s3.bucketDirectory(bucket).resolve(key);
    try {
      return new Present(Files.size(file), Files.getLastModifiedTime(file).toInstant());
    } catch (NoSuchFileException e) {
      return new Present(-1, Instant.EPOCH);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
