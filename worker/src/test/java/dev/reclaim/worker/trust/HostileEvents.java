package dev.reclaim.worker.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Topics;
import dev.reclaim.worker.trust.TrustWorld.Table;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Draws events of every kind of malice and carelessness; the same ones from the same seed. */
final class HostileEvents {
  /** What there is under this name in the table of runs. */
  static final String REAL_RUN = "ours/real";

  private static final String FAR = "2999-01-01T00:00:00Z";
  private static final List<String> ROW_POLICIES =
      List.of("sessions", "jobs", "items", "tokens", "moods", "snapshots", "ours");
  private static final List<String> FILE_POLICIES =
      List.of("orphans", "bucket-orphans", "ours-files");
  private static final List<Table> CLAIMABLE =
      List.of(Table.SESSION, Table.JOB, Table.ITEM, Table.TOKEN, Table.MOOD_ROW, Table.SNAPSHOT);

  private static final List<String> HOSTILE =
      List.of(
          "'; DROP TABLE app.session; --",
          "'; DELETE FROM app.secret; --",
          "1; TRUNCATE app.secret CASCADE",
          "1) OR (1=1",
          "' OR ''='",
          "\"; DROP SCHEMA app CASCADE; --",
          "0 UNION SELECT id FROM app.secret",
          "$1",
          "?",
          ":id",
          "%",
          "_%",
          "\\",
          "\\'; DROP TABLE app.item; --",
          "E'\\\\x27'",
          "$$; DROP TABLE app.job; $$",
          "/* */ 1 --",
          "{1,2}",
          "(1,2)",
          "[\"1\"]",
          "ARRAY[1]",
          "1::text",
          "pg_sleep(30)",
          "${DB}",
          "%s%n%d",
          "{{7*7}}",
          "NaN",
          "Infinity",
          "-infinity",
          "now",
          "9223372036854775808",
          "-9223372036854775809",
          "1e400",
          "1e-400",
          "0x10",
          " 7 ",
          "+7",
          "007",
          "7.0",
          "١٢٣",
          "null",
          "true",
          "",
          " ",
          "\u0000",
          "a\u0000b",
          "\ud800",
          "\u202egnp.exe",
          "🦀🦀",
          "e\u0301",
          "\r\nce_id: other",
          "\u001b[2J",
          "main.app.secret",
          "app.secret",
          "*",
          "sessions'--",
          "../secret.txt",
          "../../../../etc/passwd",
          "/etc/passwd",
          "pub/../private/old-1",
          "pub/./old-1",
          "pub//old-1",
          "pub/link/secret.txt",
          "pub/../../outside/secret.txt",
          "pub/%2e%2e/private/old-1",
          "pub\\..\\private\\old-1",
          "file:///etc/passwd",
          "s3://elsewhere/old-1",
          "~/.ssh/id_rsa",
          "pub/",
          "pub",
          ".",
          "..",
          "C:\\Windows\\win.ini",
          "\\\\host\\share",
          "private/old-1",
          ".reclaim/state");

  private static final List<String> MEMBERS_UNKNOWN =
      List.of(
          "\"table\":\"app.secret\"",
          "\"where\":\"true\"",
          "\"condition\":\"1=1\"",
          "\"sql\":\"DELETE FROM app.secret\"",
          "\"delete\":true",
          "\"force\":true",
          "\"retention\":\"PT0S\"",
          "\"olderThan\":\"PT0S\"",
          "\"prefix\":\"\"",
          "\"keep\":{}",
          "\"protect\":[]",
          "\"dryRun\":false",
          "\"policies\":[\"ours\"]",
          "\"cascade\":true",
          "\"__proto__\":{\"policy\":\"ours\"}",
          "\"@class\":\"java.util.HashMap\"",
          "\"kind\":\"ORPHANED_FILES\"");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1e400",
          "9".repeat(400),
          "\"\"",
          "\"x\"",
          "[]",
          "{}",
          "[[]]",
          "[[[\"1\"]]]",
          "[{}]",
          "[null]",
          "[[null]]",
          "[[1]]",
          "[[1.5]]",
          "[[true]]",
          "[\"1\"]",
          "[[\"1\"],[\"1\",\"2\"]]",
          "{\"0\":[\"1\"]}",
          "\"1970-01-01\"",
          "\"0000-00-00T00:00:00Z\"",
          "\"+999999999-12-31T23:59:59Z\"",
          "\"-999999999-01-01T00:00:00Z\"",
          "\"2999-01-01T00:00:00+18:00\"",
          "NaN",
          "Infinity",
          "[".repeat(600) + "]".repeat(600));

  private final Random random;
  private final TrustWorld world;
  private final Topics topics;
  private final Instant now;
  private final List<ProducerRecord<byte[], byte @Nullable []>> sent = new ArrayList<>();
  private final Set<String> mustGo = new TreeSet<>();
  private int number;

  HostileEvents(long seed, TrustWorld world, Topics topics, Instant now) {
    this.random = new Random(seed);
    this.world = world;
    this.topics = topics;
    this.now = now;
  }

  /** Rows as {@code table key} and files that an honest claim among the events was about. */
  Set<String> mustGo() {
    return mustGo;
  }

  ProducerRecord<byte[], byte @Nullable []> next() {
    ProducerRecord<byte[], byte @Nullable []> event = draw();
    if (event.value() == null || event.value().length < 10_000) {
      sent.add(event);
    }
    return event;
  }

  private ProducerRecord<byte[], byte @Nullable []> draw() {
    int kind = random.nextInt(1_000);
    number++;
    if (kind < 40) {
      return honestRows();
    } else if (kind < 55) {
      return honestFiles();
    } else if (kind < 150) {
      return event(rowTopic(), ROWS, rowClaim(pick(ROW_POLICIES), FAR, anyKeys()));
    } else if (kind < 230) {
      return otherPeoplesTables();
    } else if (kind < 330) {
      return sqlEverywhere();
    } else if (kind < 430) {
      return wrongTypes();
    } else if (kind < 540) {
      return broken();
    } else if (kind < 640) {
      return wrongHeaders();
    } else if (kind < 680) {
      return structured();
    } else if (kind < 740) {
      return forgedPlanner();
    } else if (kind < 790) {
      return forgedFollowUp();
    } else if (kind < 890) {
      return hostileFiles();
    } else if (kind < 900) {
      return bucketFiles();
    } else if (kind < 930) {
      return nothingOrNoise();
    } else if (kind < 960) {
      return again();
    } else if (kind < 985) {
      return wrongTopic();
    }
    return large();
  }

  /** Rows that are due, and the truth about them. */
  private ProducerRecord<byte[], byte @Nullable []> honestRows() {
    Table table = pick(CLAIMABLE);
    List<String> keys = some(world.due(table), 6);
    keys.forEach(key -> mustGo.add(table + " " + key));
    return event(
        rowTopic(), ROWS, rowClaim(table.policy(), now.minus(Duration.ofDays(1)).toString(), keys));
  }

  private ProducerRecord<byte[], byte @Nullable []> honestFiles() {
    boolean media = random.nextInt(4) > 0;
    String store = media ? "media" : "bucket";
    List<String> paths =
        world.filesDue().stream()
            .filter(file -> file.startsWith(media ? "media:pub/" : "bucket:"))
            .toList();
    List<String> some = some(paths, 3);
    mustGo.addAll(some);
    return event(
        fileTopic(),
        FILES,
        fileClaim(
            media ? "orphans" : "bucket-orphans",
            store,
            some.stream().map(file -> file.substring(file.indexOf(':') + 1)).toList()));
  }

  private ProducerRecord<byte[], byte @Nullable []> otherPeoplesTables() {
    String policy =
        pick(
            List.of(
                "secret", "app.secret", "main.app.secret", "none", "sessions", "ours", "invoice"));
    String claim = rowClaim(policy, FAR, some(world.keys(Table.SECRET), 20));
    return event(rowTopic(), ROWS, withUnknown(claim));
  }

  private ProducerRecord<byte[], byte @Nullable []> sqlEverywhere() {
    boolean rows = random.nextBoolean();
    String policy = random.nextInt(4) == 0 ? hostile() : pick(rows ? ROW_POLICIES : FILE_POLICIES);
    String claim =
        rows
            ? rowClaim(
                policy,
                FAR,
                IntStream.range(0, 1 + random.nextInt(4)).mapToObj(i -> key(hostile())).toList())
            : fileClaim(
                policy,
                random.nextInt(4) == 0 ? hostile() : "media",
                IntStream.range(0, 1 + random.nextInt(4)).mapToObj(i -> hostile()).toList());
    if (random.nextInt(3) == 0) {
      claim = member(claim, "\"run\":" + quoted(hostile()));
    }
    ProducerRecord<byte[], byte @Nullable []> event =
        event(rows ? rowTopic() : fileTopic(), rows ? ROWS : FILES, claim);
    if (random.nextInt(3) == 0) {
      put(event.headers(), pick(List.of("ce_id", "ce_source", "ce_time")), hostile());
    }
    return event;
  }

  private ProducerRecord<byte[], byte @Nullable []> wrongTypes() {
    boolean rows = random.nextBoolean();
    List<String> members =
        new ArrayList<>(
            rows
                ? List.of("policy", "cutoff", "keys", "run")
                : List.of("policy", "store", "files", "parent", "run"));
    Collections.shuffle(members, random);
    String claim =
        members.stream()
            .filter(member -> random.nextInt(12) > 0)
            .map(
                member ->
                    quoted(member) + ":" + (random.nextInt(3) == 0 ? pick(VALUES) : right(member)))
            .collect(Collectors.joining(",", "{", "}"));
    return event(rows ? rowTopic() : fileTopic(), rows ? ROWS : FILES, claim);
  }

  private String right(String member) {
    return switch (member) {
      case "policy" -> quoted(pick(random.nextBoolean() ? ROW_POLICIES : FILE_POLICIES));
      case "cutoff" -> quoted(FAR);
      case "keys" -> "[[\"1\"]]";
      case "store" -> quoted("media");
      case "files" -> "[{\"path\":\"pub/old-1\",\"size\":" + pick(VALUES) + "}]";
      case "parent" -> "{\"source\":\"x\",\"id\":\"y\",\"plannedOn\":" + pick(VALUES) + "}";
      default -> quoted("x");
    };
  }

  private ProducerRecord<byte[], byte @Nullable []> broken() {
    boolean rows = random.nextBoolean();
    byte[] claim =
        (rows
                ? rowClaim(pick(ROW_POLICIES), FAR, anyKeys())
                : fileClaim(pick(FILE_POLICIES), "media", some(paths("media"), 4)))
            .getBytes(UTF_8);
    byte[] value =
        switch (random.nextInt(5)) {
          case 0 -> Arrays.copyOf(claim, random.nextInt(claim.length));
          case 1 ->
              concat(
                  claim,
                  pick(List.of(" {}", ",", "}", "\u0000", "x", "//", "\ufeff")).getBytes(UTF_8));
          case 2 -> concat(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf}, claim);
          case 3 ->
              concat(Arrays.copyOf(claim, claim.length - 2), new byte[] {(byte) 0xe2, (byte) 0x82});
          default -> flipped(claim);
        };
    return event(rows ? rowTopic() : fileTopic(), rows ? ROWS : FILES, value);
  }

  private byte[] flipped(byte[] claim) {
    byte[] flipped = claim.clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
    }
    return flipped;
  }

  private ProducerRecord<byte[], byte @Nullable []> wrongHeaders() {
    ProducerRecord<byte[], byte @Nullable []> event =
        random.nextInt(3) > 0
            ? event(rowTopic(), ROWS, rowClaim(pick(ROW_POLICIES), FAR, anyKeys()))
            : event(
                fileTopic(),
                FILES,
                fileClaim(pick(FILE_POLICIES), "media", some(paths("media"), 4)));
    Headers headers = event.headers();
    String header = pick(List.of("ce_id", "ce_source", "ce_type", "ce_time"));
    switch (random.nextInt(9)) {
      case 0 -> headers.remove(header);
      case 1 -> put(headers, header, pick(List.of("", " ", "\t", hostile())));
      case 2 -> headers.add(header, hostile().getBytes(UTF_8));
      case 3 -> headers.add(header, null);
      case 4 -> headers.remove(header).add(header, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
      case 5 -> put(headers, header, "x".repeat(300));
      case 6 ->
          put(
              headers,
              "ce_type",
              pick(List.of(FILES, ROWS + "1", "dev.reclaim.expired-records.v2", "*")));
      case 7 ->
          put(
              headers,
              "ce_time",
              pick(
                  List.of(
                      "yesterday",
                      "2026-13-01T00:00:00Z",
                      "1969-12-31T23:59:59Z",
                      "+999999999-12-31T23:59:59Z",
                      "-999999999-01-01T00:00:00Z",
                      "9999-12-31T23:59:59Z",
                      "0000-01-01T00:00:00Z",
                      now.plus(Duration.ofDays(3)).toString(),
                      now.plus(Duration.ofDays(40_000)).toString(),
                      now.minus(Duration.ofDays(500)).toString(),
                      "1700000000000",
                      "0")));
      default -> {
        headers.add("__reclaim.errors.replays", "many".getBytes(UTF_8));
        headers.add("__reclaim.errors.class", "x".repeat(2_000).getBytes(UTF_8));
        put(headers, "ce_specversion", "0.3");
        put(headers, "content-type", hostile());
        headers.remove(header);
      }
    }
    return event;
  }

  private ProducerRecord<byte[], byte @Nullable []> structured() {
    String claim = rowClaim(pick(ROW_POLICIES), FAR, anyKeys());
    String data =
        pick(
            List.of(
                claim, quoted(claim), "[" + claim + "]", pick(VALUES), "{\"data\":" + claim + "}"));
    String envelope =
        "{\"specversion\":\"1.0\",\"id\":%s,\"source\":%s,\"type\":%s,\"time\":%s,\"%s\":%s}"
            .formatted(
                quoted(random.nextInt(3) == 0 ? hostile() : "s-" + number),
                quoted(random.nextInt(3) == 0 ? ClaimId.PLANNER : "elsewhere"),
                quoted(random.nextInt(3) == 0 ? hostile() : ROWS),
                quoted(random.nextInt(3) == 0 ? hostile() : now.toString()),
                pick(List.of("data", "data_base64", "Data")),
                data);
    ProducerRecord<byte[], byte @Nullable []> event =
        new ProducerRecord<>(rowTopic(), envelope.getBytes(UTF_8));
    put(
        event.headers(),
        "content-type",
        pick(
            List.of(
                "application/cloudevents+json",
                "application/cloudevents+json; charset=UTF-8",
                "application/cloudevents-batch+json",
                "application/cloudevents+xml")));
    if (random.nextInt(4) == 0) {
      put(event.headers(), "ce_id", "both");
    }
    return event;
  }

  private ProducerRecord<byte[], byte @Nullable []> forgedPlanner() {
    String policy = pick(ROW_POLICIES);
    String run =
        pick(
            List.of(
                REAL_RUN, policy + "/" + now, "made-up", policy + "/2026-01-01T00:00:00Z-abcdef"));
    List<String> keys =
        run.equals(REAL_RUN) && policy.equals("ours")
            ? some(world.keys(Table.OURS).stream().filter(HostileEvents::isEven).toList(), 10)
            : anyKeys();
    Claim claim =
        new ExpiredRecords(
            policy, run, Instant.parse(FAR), keys.stream().map(HostileEvents::columns).toList());
    String id =
        pick(
            List.of(
                ClaimId.of(run, 1, claim),
                ClaimId.of(run, 1, claim),
                ClaimId.of(run, claim),
                "x/1/0123456789abcdef0123456789abcdef",
                run));
    return forged(rowTopic(), ClaimId.PLANNER, id, claim);
  }

  private ProducerRecord<byte[], byte @Nullable []> forgedFollowUp() {
    EventIdentity parent =
        new EventIdentity(
            pick(List.of("elsewhere", ClaimId.PLANNER, ClaimId.WORKER)),
            "e-" + random.nextInt(number + 1),
            now.atZone(ZoneOffset.UTC).toLocalDate());
    List<ClaimedFile> files =
        some(paths("media"), 5).stream()
            .map(path -> new ClaimedFile(path, null, null, null))
            .toList();
    Claim claim =
        new OrphanedFiles(
            pick(List.of("jobs", "orphans", "ours-files", "sessions")),
            null,
            pick(List.of("media", "media", "bucket", "none")),
            random.nextInt(5) == 0 ? null : parent,
            files);
    return forged(
        fileTopic(),
        random.nextInt(4) == 0 ? "elsewhere" : ClaimId.WORKER,
        random.nextInt(5) == 0 ? "e-1/x" : ClaimId.of(parent.id(), claim),
        claim);
  }

  private ProducerRecord<byte[], byte @Nullable []> forged(
      String topic, String source, String id, Claim claim) {
    ProducerRecord<byte[], byte @Nullable []> event =
        event(topic, claim.kind().type(), EventCodec.encode(claim));
    put(event.headers(), "ce_source", source);
    put(event.headers(), "ce_id", id);
    return event;
  }

  private ProducerRecord<byte[], byte @Nullable []> hostileFiles() {
    List<String> paths = new ArrayList<>(some(paths("media"), 5));
    if (random.nextBoolean()) {
      paths.add(hostile());
    }
    if (random.nextInt(10) == 0) {
      paths.add("pub/" + "x".repeat(pick(List.of(255, 256, 1_024, 5_000))));
    }
    Collections.shuffle(paths, random);
    String claim =
        fileClaim(
            pick(List.of("orphans", "orphans", "ours-files", "jobs", "sessions", "nobody")),
            pick(List.of("media", "media", "media", "bucket", "none")),
            paths);
    if (random.nextInt(5) == 0) {
      claim =
          claim.replace(
              "\"}",
              pick(
                  List.of(
                      "\",\"size\":-1}",
                      "\",\"size\":9223372036854775807}",
                      "\",\"etag\":\"'; DROP TABLE app.job; --\"}",
                      "\",\"modified\":\"1970-01-01T00:00:00Z\"}",
                      "\",\"modified\":\"+1000000000-12-31T23:59:59.999999999Z\"}")));
    }
    return event(fileTopic(), FILES, withUnknown(claim));
  }

  private ProducerRecord<byte[], byte @Nullable []> bucketFiles() {
    List<String> paths = new ArrayList<>(some(paths("bucket"), 3));
    if (random.nextBoolean()) {
      paths.add(
          pick(
              List.of(
                  hostile(),
                  "x".repeat(1_024),
                  "x".repeat(1_025),
                  "ü".repeat(1_000),
                  "a/".repeat(500) + "b",
                  "named-1/.",
                  "./named-1",
                  "named-1?versionId=x",
                  "named-1#x",
                  "named%2d1")));
    }
    return event(fileTopic(), FILES, fileClaim("bucket-orphans", "bucket", paths));
  }

  private ProducerRecord<byte[], byte @Nullable []> nothingOrNoise() {
    byte[] noise = new byte[random.nextInt(200)];
    random.nextBytes(noise);
    byte @Nullable [] value =
        switch (random.nextInt(3)) {
          case 0 -> null;
          case 1 -> new byte[0];
          default -> noise;
        };
    String topic = random.nextBoolean() ? rowTopic() : fileTopic();
    return random.nextBoolean()
        ? event(topic, ROWS, value)
        : new ProducerRecord<>(topic, noise, value);
  }

  /** An earlier event once more, or its name on something else. */
  private ProducerRecord<byte[], byte @Nullable []> again() {
    if (sent.isEmpty()) {
      return nothingOrNoise();
    }
    ProducerRecord<byte[], byte @Nullable []> earlier = pick(sent);
    byte @Nullable [] value = earlier.value();
    if (value != null && random.nextBoolean()) {
      value = concat(value, " ".getBytes(UTF_8));
    }
    return new ProducerRecord<>(
        earlier.topic(),
        null,
        earlier.key(),
        value,
        earlier.headers().toArray().length == 0 ? null : earlier.headers());
  }

  private ProducerRecord<byte[], byte @Nullable []> wrongTopic() {
    return random.nextBoolean()
        ? event(fileTopic(), ROWS, rowClaim(pick(ROW_POLICIES), FAR, anyKeys()))
        : event(
            rowTopic(),
            random.nextBoolean() ? FILES : ROWS,
            fileClaim("orphans", "media", some(paths("media"), 3)));
  }

  /** Rare ones that weigh something. */
  private ProducerRecord<byte[], byte @Nullable []> large() {
    List<Supplier<String>> large =
        List.of(
            () -> rowClaim("sessions", FAR, many(1_000)),
            () -> rowClaim("ours", FAR, many(1_000)),
            () -> rowClaim("sessions", FAR, many(1_001)),
            () -> rowClaim("sessions", FAR, List.of(key("1".repeat(1_000_000)))),
            () -> rowClaim("items", FAR, List.of("[\"" + "x".repeat(900_000) + "\",\"1\"]")),
            () -> fileClaim("orphans", "media", List.of("pub/" + "x".repeat(900_000))),
            () ->
                fileClaim(
                    "orphans",
                    "media",
                    IntStream.range(0, 1_001).mapToObj(i -> "pub/old-1").toList()),
            () -> rowClaim("x".repeat(100_000), FAR, anyKeys()));
    if (random.nextInt(30) == 0) {
      return event(rowTopic(), ROWS, rowClaim("sessions", FAR, List.of(key("7".repeat(2 << 20)))));
    }
    return event(rowTopic(), ROWS, pick(large).get());
  }

  private List<String> many(int keys) {
    return IntStream.range(0, keys).mapToObj(i -> key(Integer.toString(400 + i))).toList();
  }

  private List<String> anyKeys() {
    return some(world.keys(pick(List.of(Table.values()))), 12);
  }

  private List<String> paths(String store) {
    return world.filesThere().stream()
        .filter(file -> file.startsWith(store + ":"))
        .map(file -> file.substring(store.length() + 1))
        .toList();
  }

  private String withUnknown(String claim) {
    return random.nextBoolean() ? member(claim, pick(MEMBERS_UNKNOWN)) : claim;
  }

  private static String member(String claim, String member) {
    return claim.substring(0, claim.length() - 1) + "," + member + "}";
  }

  private String hostile() {
    return pick(HOSTILE);
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private <T> List<T> some(List<T> of, int most) {
    return IntStream.rangeClosed(0, random.nextInt(most))
        .mapToObj(i -> pick(of))
        .distinct()
        .toList();
  }

  private static final String ROWS = ClaimKind.EXPIRED_RECORDS.type();
  private static final String FILES = ClaimKind.ORPHANED_FILES.type();

  private String rowTopic() {
    return topics.expiredRecords();
  }

  private String fileTopic() {
    return topics.orphanedFiles();
  }

  private ProducerRecord<byte[], byte @Nullable []> event(String topic, String type, String value) {
    return event(topic, type, value.getBytes(UTF_8));
  }

  private ProducerRecord<byte[], byte @Nullable []> event(
      String topic, String type, byte @Nullable [] value) {
    ProducerRecord<byte[], byte @Nullable []> event =
        new ProducerRecord<>(topic, Integer.toString(number).getBytes(UTF_8), value);
    put(event.headers(), "ce_specversion", "1.0");
    put(event.headers(), "ce_id", "e-" + number);
    put(event.headers(), "ce_source", "elsewhere");
    put(event.headers(), "ce_type", type);
    put(event.headers(), "ce_time", now.toString());
    return event;
  }

  private static void put(Headers headers, String name, String text) {
    headers.remove(name).add(name, text.getBytes(UTF_8));
  }

  private static String rowClaim(String policy, String cutoff, List<String> keys) {
    return "{\"policy\":%s,\"cutoff\":%s,\"keys\":[%s]}"
        .formatted(quoted(policy), quoted(cutoff), String.join(",", keys));
  }

  private static String fileClaim(String policy, String store, List<String> paths) {
    return paths.stream()
        .map(path -> "{\"path\":" + quoted(path) + "}")
        .collect(
            Collectors.joining(
                ",",
                "{\"policy\":%s,\"store\":%s,\"files\":[".formatted(quoted(policy), quoted(store)),
                "]}"));
  }

  private static String key(String column) {
    return "[" + quoted(column) + "]";
  }

  private static List<String> columns(String key) {
    return List.of(EventCodec.decode(key.getBytes(UTF_8), String[].class));
  }

  private static boolean isEven(String key) {
    return Long.parseLong(columns(key).get(0)) % 2 == 0;
  }

  /** JSON text with everything beyond ASCII escaped, halves of surrogate pairs, too. */
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < 0x20 || c > 0x7e) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
