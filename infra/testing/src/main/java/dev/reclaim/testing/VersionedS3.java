package dev.reclaim.testing;

import static dev.reclaim.testing.BucketPages.element;
import static dev.reclaim.testing.BucketPages.escaped;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.reclaim.testing.BucketVersions.Part;
import dev.reclaim.testing.BucketVersions.Upload;
import dev.reclaim.testing.BucketVersions.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hand-written S3 server over one bucket with versions, delete markers, legal holds and uploads
 * in parts, all of any age; it wants path-style requests and checks no signature. It can lose
 * answers and let somebody else be quicker.
 */
public final class VersionedS3 implements AutoCloseable {
  public static final String BUCKET = "versioned";
  private static final Pattern OBJECT = Pattern.compile("<Object>(.*?)</Object>", Pattern.DOTALL);

  private final BucketVersions bucket = new BucketVersions();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Runnable> beforeChanges = new ArrayList<>();
  private boolean ignoresConditions;
  private boolean absentIsDeleted;
  private boolean losesAnswers;
  private Optional<Instant> clock = Optional.empty();
  private int pageMax = 1_000;
  private int changes;

  /** Starts with an empty bucket whose versioning is on. */
  public VersionedS3() {
    bucket.versioned = true;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Writes an object and returns its version's id. */
  public synchronized String put(String key, int bytes, Instant modified) {
    return put(key, "x".repeat(bytes).getBytes(UTF_8), modified);
  }

  /** Likewise, with a content of its own. */
  public synchronized String put(String key, byte[] content, Instant modified) {
    return bucket.put(key, content, modified).id();
  }

  /** Deletes an object as its owner does, and returns the id of the delete marker. */
  public synchronized String delete(String key, Instant at) {
    return bucket.delete(key, at).map(Version::id).orElse("");
  }

  /** Takes one version away, as who takes a deletion back does with its marker. */
  public synchronized void deleteVersion(String key, String id) {
    bucket.deleteVersion(key, id);
  }

  /** Puts a version under a legal hold. */
  public synchronized void hold(String id) {
    bucket.held.add(id);
  }

  /** Begins an upload and returns its id. */
  public synchronized String begin(String key, Instant initiated) {
    return bucket.begin(key, initiated).id();
  }

  /** Adds a part to an upload. */
  public synchronized void part(String key, String upload, int number, long size, Instant at) {
    bucket.upload(key, upload).orElseThrow().parts().put(number, new Part(number, size, at));
  }

  /** Ends an upload as its owner does, leaving an object of that many bytes. */
  public synchronized void complete(String key, String upload, int bytes, Instant at) {
    bucket.uploads.remove(key + "\n" + upload);
    put(key, bytes, at);
  }

  /** Everything that takes space or hides something: {@code key@id}, markers with an asterisk. */
  public synchronized Set<String> versions() {
    Set<String> names = new TreeSet<>();
    bucket
        .keys
        .values()
        .forEach(
            versions ->
                versions.forEach(
                    it -> names.add(it.key() + "@" + it.id() + (it.marker() ? "*" : ""))));
    return names;
  }

  /** The keys that a listing of files shows. */
  public synchronized Set<String> files() {
    Set<String> files = new TreeSet<>(bucket.keys.keySet());
    files.removeIf(key -> bucket.current(key).isEmpty());
    return files;
  }

  /** Ids of the uploads that are under way. */
  public synchronized Set<String> uploads() {
    Set<String> ids = new TreeSet<>();
    bucket.uploads.values().forEach(upload -> ids.add(upload.id()));
    return ids;
  }

  /** Bytes of all versions and parts: what the bucket's owner pays for. */
  public synchronized long bytes() {
    return bucket.bytes();
  }

  /** Requests that changed something, apart from Reclaim's own objects. */
  public synchronized int changes() {
    return changes;
  }

  public synchronized void versioning(boolean enabled, boolean suspended) {
    bucket.versioned = enabled;
    bucket.suspended = suspended;
  }

  public synchronized void ignoresConditions(boolean ignores) {
    ignoresConditions = ignores;
  }

  public synchronized void callsTheAbsentDeleted(boolean calls) {
    absentIsDeleted = calls;
  }

  public synchronized void losesAnswers(boolean loses) {
    losesAnswers = loses;
  }

  public synchronized void pages(int entries) {
    pageMax = entries;
  }

  /** What time it is for the server from now on, instead of what it is. */
  public synchronized void clock(Instant time) {
    clock = Optional.of(time);
  }

  private Instant now() {
    return clock.orElseGet(Instant::now);
  }

  /** Does something once, just before the next deletion or abortion of anything is carried out. */
  public synchronized void beforeNextChange(Runnable interference) {
    beforeChanges.add(interference);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String key = path.length() > BUCKET.length() + 2 ? path.substring(BUCKET.length() + 2) : "";
      byte[] body = exchange.getRequestBody().readAllBytes();
      Answer answer = answer(exchange, key, query(exchange.getRequestURI()), body);
      byte[] bytes = answer.body().getBytes(UTF_8);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status(), head || bytes.length == 0 ? -1 : bytes.length);
      if (!head) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private record Answer(int status, String body) {
    static final Answer DONE = new Answer(204, "");

    static Answer of(String body) {
      return new Answer(200, body);
    }

    static Answer error(int status, String code) {
      return new Answer(status, element("Error", element("Code", code)));
    }
  }

  private static Map<String, String> query(URI uri) {
    Map<String, String> query = new TreeMap<>();
    for (String each : Optional.ofNullable(uri.getRawQuery()).orElse("").split("&", -1)) {
      String[] pair = each.split("=", 2);
      query.put(pair[0], pair.length > 1 ? URLDecoder.decode(pair[1], UTF_8) : "");
    }
    return query;
  }

  private synchronized Answer answer(
      HttpExchange exchange, String key, Map<String, String> query, byte[] body) {
    return switch (exchange.getRequestMethod()) {
      case "PUT" -> withHeaders(exchange, bucket.put(key, body, now()));
      case "HEAD" -> head(exchange, key, query);
      case "POST" -> changed(deleteAll(new String(body, UTF_8)));
      case "DELETE" -> changed(delete(key, query));
      default -> get(key, query);
    };
  }

  private Answer get(String key, Map<String, String> query) {
    BucketPages pages = new BucketPages(bucket, pageMax, query);
    if (query.containsKey("versioning")) {
      String status = bucket.suspended ? "Suspended" : "Enabled";
      return Answer.of(
          element("VersioningConfiguration", bucket.versioned ? element("Status", status) : ""));
    } else if (query.containsKey("versions")) {
      return Answer.of(pages.versions());
    } else if (query.containsKey("uploads")) {
      return Answer.of(pages.uploads());
    } else if (query.containsKey("uploadId")) {
      return bucket
          .upload(key, query.get("uploadId"))
          .map(upload -> Answer.of(pages.parts(upload)))
          .orElse(Answer.error(404, "NoSuchUpload"));
    }
    return Answer.of(pages.objects());
  }

  private Answer head(HttpExchange exchange, String key, Map<String, String> query) {
    if (key.isEmpty()) {
      return Answer.of("");
    }
    Optional<Version> version =
        query.containsKey("versionId")
            ? bucket.version(key, query.get("versionId")).filter(it -> !it.marker())
            : bucket.current(key);
    return version.map(it -> withHeaders(exchange, it)).orElse(new Answer(404, ""));
  }

  private Answer withHeaders(HttpExchange exchange, Version version) {
    var headers = exchange.getResponseHeaders();
    headers.set("ETag", version.etag());
    headers.set(
        "Last-Modified", RFC_1123_DATE_TIME.format(version.modified().atOffset(ZoneOffset.UTC)));
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", "" + version.content().length());
    }
    if (bucket.versioned) {
      headers.set("x-amz-version-id", version.id());
    }
    if (bucket.held.contains(version.id())) {
      headers.set("x-amz-object-lock-legal-hold", "ON");
    }
    return Answer.of("");
  }

  private Answer changed(Answer answer) {
    return losesAnswers ? Answer.error(500, "InternalError") : answer;
  }

  private void interfere(String key) {
    if (!key.startsWith(".reclaim/")) {
      changes++;
      List<Runnable> now = List.copyOf(beforeChanges);
      beforeChanges.clear();
      now.forEach(Runnable::run);
    }
  }

  private Answer delete(String key, Map<String, String> query) {
    interfere(key);
    String upload = query.getOrDefault("uploadId", "");
    if (!upload.isEmpty()) {
      Optional<Upload> found = bucket.upload(key, upload);
      bucket.uploads.remove(key + "\n" + upload);
      return found.isPresent() ? Answer.DONE : Answer.error(404, "NoSuchUpload");
    }
    if (query.containsKey("versionId")) {
      bucket.deleteVersion(key, query.get("versionId"));
    } else {
      bucket.delete(key, now());
    }
    return Answer.DONE;
  }

  private Answer deleteAll(String body) {
    StringBuilder answer = new StringBuilder();
    for (Matcher each = OBJECT.matcher(body); each.find(); ) {
      String key = read("Key", each.group(1));
      interfere(key);
      String version = read("VersionId", each.group(1));
      answer.append(
          version.isEmpty() ? hide(key, read("ETag", each.group(1))) : deleteOne(key, version));
    }
    return Answer.of(element("DeleteResult", answer));
  }

  private String deleteOne(String key, String version) {
    String name = element("Key", escaped(key)) + element("VersionId", version);
    if (bucket.held.contains(version)) {
      return element("Error", name + element("Code", "AccessDenied"));
    }
    bucket.deleteVersion(key, version);
    return element("Deleted", name);
  }

  private String hide(String key, String etag) {
    String name = element("Key", escaped(key));
    Optional<Version> current = bucket.current(key);
    if (current.isEmpty() && !absentIsDeleted) {
      return element("Error", name + element("Code", "NoSuchKey"));
    }
    if (!etag.isEmpty()
        && !ignoresConditions
        && current.isPresent()
        && !current.get().etag().equals(etag)) {
      return element("Error", name + element("Code", "PreconditionFailed"));
    }
    return element(
        "Deleted",
        name
            + bucket
                .delete(key, now())
                .map(
                    marker ->
                        element("DeleteMarker", true)
                            + element("DeleteMarkerVersionId", marker.id()))
                .orElse(""));
  }

  private static String read(String name, String xml) {
    Matcher element = Pattern.compile("<" + name + ">(.*?)</" + name + ">").matcher(xml);
    return element.find()
        ? element
            .group(1)
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
        : "";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
