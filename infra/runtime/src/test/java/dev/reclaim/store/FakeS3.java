package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A server that speaks as much S3 as a store needs, over one bucket in memory, and can behave like
 * each of those that call themselves S3. It checks no signature.
 */
final class FakeS3 implements AutoCloseable {
  static final String BUCKET = "fake";
  private static final int PAGE_KEYS = 700;
  private static final Pattern OBJECT = Pattern.compile("<Object>(.*?)</Object>", Pattern.DOTALL);

  record Version(String id, String content, Instant modified) {
    String etag() {
      return '"' + Integer.toHexString(content.hashCode()) + "-" + content.length() + '"';
    }
  }

  /** Versions of each key, the newest last; one at most unless versioned. */
  private final TreeMap<String, List<Version>> objects = new TreeMap<>();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private int versions;

  boolean versioned;
  boolean ignoresConditions;
  boolean forbidsWriting;

  /** What deleting an absent key is answered by; "Deleted" is no error. */
  String absence = "NoSuchKey";

  /**
   * Errors by key, answered instead of deleting; an empty text leaves the key out of the answer.
   */
  final Map<String, String> errors = new TreeMap<>();

  /** Keys that are deleted by somebody else just before our deletion comes. */
  final Set<String> overtaken = new HashSet<>();

  /** Keys that are written anew just before our deletion comes. */
  final Set<String> renewed = new HashSet<>();

  /** Answers every deletion with this status, after carrying it out. */
  int deletionStatus = 200;

  /** Calls a page truncated and gives no token for the next. */
  boolean breaksListings;

  /** The prefix whose listing fails; a prefix of none for no listing. */
  String breaksListingsOf = "none";

  /** Shows each page a second time before it goes on. */
  boolean repeatsPages;

  /** Ends the answer to a listing in the middle of an entry. */
  boolean cutsListings;

  /** Requests that are answered within a second; more get 503. None for as many as come. */
  int perSecondMax;

  /** The region that requests have to be signed for; empty for any. */
  String region = "";

  /** What this server's clock is ahead of the machine's. */
  Duration clockAhead = Duration.ZERO;

  /** What a copy is answered by that must not overwrite; 200 honours it. */
  int copyConditions = 200;

  /** Answers that a copy was made, and makes another. */
  boolean halvesCopies;

  int deletions;
  int refusals;
  int heads;
  int listings;
  private long second;
  private int thisSecond;

  FakeS3() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  S3Settings settings() {
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new S3Settings(BUCKET, endpoint, "us-east-1", true, "key", "secret", List.of());
  }

  synchronized void put(String key, String content) {
    List<Version> all = objects.computeIfAbsent(key, missing -> new ArrayList<>());
    if (!versioned) {
      all.clear();
    }
    all.add(new Version("v" + ++versions, content, Instant.now()));
  }

  synchronized Set<String> keys() {
    return Set.copyOf(objects.keySet());
  }

  synchronized long bytesHeld() {
    return objects.values().stream()
        .flatMap(List::stream)
        .mapToLong(version -> version.content().length())
        .sum();
  }

  synchronized String content(String key) {
    Version version = current(key);
    return version == null ? "" : version.content();
  }

  private @Nullable Version current(String key) {
    List<Version> all = objects.getOrDefault(key, List.of());
    return all.isEmpty() ? null : all.get(all.size() - 1);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = String.valueOf(exchange.getRequestURI().getRawQuery());
      String path = exchange.getRequestURI().getPath();
      String key = path.length() > BUCKET.length() + 2 ? path.substring(BUCKET.length() + 2) : "";
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      Answer answer = answerOrRefuse(exchange, key, query, body);
      byte[] bytes = answer.body.getBytes(UTF_8);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.status, head || bytes.length == 0 ? -1 : bytes.length);
      if (!head) {
        exchange.getResponseBody().write(bytes);
      }
    }
  }

  private record Answer(int status, String body) {}

  private synchronized Answer answerOrRefuse(
      HttpExchange exchange, String key, String query, String body) {
    long now = System.nanoTime() / 1_000_000_000;
    thisSecond = now == second ? thisSecond + 1 : 1;
    second = now;
    if (perSecondMax > 0 && thisSecond > perSecondMax) {
      refusals++;
      return error(503, "SlowDown");
    }
    Instant signed = signed(exchange);
    if (Duration.between(signed, Instant.now().plus(clockAhead)).abs().toMinutes() > 15) {
      return error(403, "RequestTimeTooSkewed");
    }
    if (!exchange.getRequestHeaders().getFirst("Authorization").contains("/" + region)) {
      return error(400, "AuthorizationHeaderMalformed");
    }
    return answer(exchange, key, query, body);
  }

  private static Instant signed(HttpExchange exchange) {
    return LocalDateTime.parse(
            exchange.getRequestHeaders().getFirst("X-Amz-Date"),
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"))
        .toInstant(ZoneOffset.UTC);
  }

  private Answer answer(HttpExchange exchange, String key, String query, String body) {
    return switch (exchange.getRequestMethod()) {
      case "PUT" -> put(exchange, key, body);
      case "HEAD" -> {
        heads += key.isEmpty() ? 0 : 1;
        yield key.isEmpty() ? new Answer(200, "") : withHeaders(exchange, key);
      }
      case "DELETE" -> {
        remove(key, query.startsWith("versionId=") ? query.substring("versionId=".length()) : "");
        yield new Answer(204, "");
      }
      case "POST" -> delete(body);
      default ->
          query.startsWith("versioning")
              ? new Answer(200, "<VersioningConfiguration/>")
              : list(query);
    };
  }

  private Answer put(HttpExchange exchange, String key, String body) {
    String source = exchange.getRequestHeaders().getFirst("x-amz-copy-source");
    if (source != null) {
      return copy(exchange, key, URLDecoder.decode(source, UTF_8).substring(BUCKET.length() + 1));
    }
    if (forbidsWriting) {
      return error(403, "AccessDenied");
    }
    put(key, body);
    return withHeaders(exchange, key);
  }

  private Answer copy(HttpExchange exchange, String key, String from) {
    Version version = current(from);
    String etag = exchange.getRequestHeaders().getFirst("x-amz-copy-source-if-match");
    if (version == null) {
      return error(404, "NoSuchKey");
    }
    if (exchange.getRequestHeaders().getFirst("If-None-Match") != null) {
      if (copyConditions != 200) {
        return error(copyConditions, "NotImplemented");
      }
      if (current(key) != null) {
        return error(412, "PreconditionFailed");
      }
    }
    if (!version.etag().equals(etag)) {
      return error(412, "PreconditionFailed");
    }
    put(key, halvesCopies ? version.content().substring(1) : version.content());
    return new Answer(
        200, "<CopyObjectResult><ETag>" + version.etag() + "</ETag></CopyObjectResult>");
  }

  private static Answer error(int status, String code) {
    return new Answer(status, "<Error><Code>" + code + "</Code></Error>");
  }

  private Answer withHeaders(HttpExchange exchange, String key) {
    Version version = current(key);
    if (version == null) {
      return new Answer(404, "");
    }
    exchange.getResponseHeaders().set("ETag", version.etag());
    exchange
        .getResponseHeaders()
        .set(
            "Last-Modified",
            RFC_1123_DATE_TIME.format(version.modified().atOffset(ZoneOffset.UTC)));
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", "" + version.content().length());
    }
    if (versioned) {
      exchange.getResponseHeaders().set("x-amz-version-id", version.id());
    }
    return new Answer(200, "");
  }

  private Answer list(String query) {
    Map<String, String> parameters =
        List.of(query.split("&", -1)).stream()
            .map(each -> each.split("=", 2))
            .collect(
                Collectors.toMap(
                    pair -> pair[0],
                    pair -> pair.length > 1 ? URLDecoder.decode(pair[1], UTF_8) : ""));
    String prefix = parameters.getOrDefault("prefix", "");
    String token = parameters.getOrDefault("continuation-token", "");
    if (prefix.equals(breaksListingsOf)) {
      return error(400, "InvalidArgument");
    }
    boolean again = token.startsWith("again ");
    String after = parameters.getOrDefault("start-after", "");
    if (!token.isEmpty()) {
      after = token.substring(token.indexOf(' ') + 1);
    }
    String delimiter = parameters.getOrDefault("delimiter", "");
    Set<String> all = new LinkedHashSet<>();
    for (String key : objects.tailMap(after, false).keySet()) {
      int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
      String shown = end < 0 ? key : key.substring(0, end + 1);
      if (key.startsWith(prefix) && !(end >= 0 && after.startsWith(shown))) {
        all.add(shown);
      }
    }
    List<String> keys = List.copyOf(all);
    listings++;
    List<String> page = keys.subList(0, Math.min(PAGE_KEYS, keys.size()));
    boolean more = page.size() < keys.size() || (repeatsPages && !again);
    boolean encoded = parameters.getOrDefault("encoding-type", "").equals("url");
    String entries =
        page.stream()
            .map(
                key ->
                    objects.containsKey(key)
                        ? entry(key, encoded, objects.getOrDefault(key, List.of()))
                        : folder(key, encoded))
            .collect(Collectors.joining());
    String last = page.isEmpty() ? after : page.get(page.size() - 1);
    String next = repeatsPages && !again ? "again " + after : "on " + last;
    String answer =
        "<ListBucketResult>%s<IsTruncated>%s</IsTruncated>%s%s</ListBucketResult>"
            .formatted(
                encoded ? "<EncodingType>url</EncodingType>" : "",
                more,
                entries,
                more && !breaksListings
                    ? "<NextContinuationToken>%s</NextContinuationToken>".formatted(escaped(next))
                    : "");
    return new Answer(200, cutsListings ? answer.substring(0, answer.length() / 2) : answer);
  }

  private static String folder(String prefix, boolean encoded) {
    return "<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>"
        .formatted(encoded ? URLEncoder.encode(prefix, UTF_8) : escaped(prefix));
  }

  private static String entry(String key, boolean encoded, List<Version> versions) {
    Version newest = versions.get(versions.size() - 1);
    return "<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size></Contents>"
        .formatted(
            encoded ? URLEncoder.encode(key, UTF_8) : escaped(key),
            newest.modified(),
            newest.etag(),
            newest.content().length());
  }

  private Answer delete(String body) {
    if (body.chars().anyMatch(each -> each < ' ' && "\t\n\r".indexOf(each) < 0)) {
      return error(400, "MalformedXML");
    }
    StringBuilder answer = new StringBuilder("<DeleteResult>");
    for (Matcher each = OBJECT.matcher(body); each.find(); ) {
      String key = element("Key", each.group(1));
      if (!key.startsWith(".reclaim/")) {
        deletions++;
        interfere(key);
      }
      String code = errors.getOrDefault(key, "Deleted");
      if (code.equals("Deleted")) {
        code = delete(key, element("VersionId", each.group(1)), element("ETag", each.group(1)));
      }
      answer.append(
          code.isEmpty()
              ? ""
              : code.startsWith("Deleted")
                  ? "<Deleted><Key>%s</Key>%s</Deleted>"
                      .formatted(escaped(key), code.substring("Deleted".length()))
                  : "<Error><Key>%s</Key><Code>%s</Code></Error>".formatted(escaped(key), code));
    }
    return deletionStatus == 200
        ? new Answer(200, answer.append("</DeleteResult>").toString())
        : error(deletionStatus, "InternalError");
  }

  private void interfere(String key) {
    if (overtaken.contains(key)) {
      objects.remove(key);
    }
    if (renewed.contains(key)) {
      put(key, "renewed");
    }
  }

  private String delete(String key, String versionId, String etag) {
    Version current = current(key);
    if (current == null) {
      return absence;
    }
    if (!etag.isEmpty() && !ignoresConditions && !etag.equals(current.etag())) {
      return "PreconditionFailed";
    }
    if (versioned && versionId.isEmpty()) {
      return "Deleted<DeleteMarker>true</DeleteMarker>";
    }
    remove(key, versionId);
    return "Deleted";
  }

  private void remove(String key, String versionId) {
    List<Version> all = objects.get(key);
    if (all != null) {
      all.removeIf(version -> versionId.isEmpty() || version.id().equals(versionId));
      if (all.isEmpty()) {
        objects.remove(key);
      }
    }
  }

  private static String element(String name, String xml) {
    Matcher element =
        Pattern.compile("<" + name + ">(.*?)</" + name + ">", Pattern.DOTALL).matcher(xml);
    return element.find() ? unescaped(element.group(1)) : "";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String unescaped(String xml) {
    return xml.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&#10;", "\n")
        .replace("&#13;", "\r")
        .replace("&#x0A;", "\n")
        .replace("&#x0D;", "\r")
        .replace("&amp;", "&");
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
