package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.reclaim.embedded.EmbeddedS3;
import dev.reclaim.settings.UserException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The ways in which a process is given the right to a bucket whose store names no keys, each in a
 * process of its own and against a server that checks signatures.
 */
class S3CredentialsIT {
  private static final String BUCKET = "guarded";
  private static final long SECONDS_MAX = 60;
  private static EmbeddedS3 server;
  private static Path directory;

  @BeforeAll
  static void start(@TempDir Path temporary) {
    directory = temporary;
    server = EmbeddedS3.start(temporary.resolve("s3"));
    server.createBucket(BUCKET);
    server.plant(BUCKET, "the-file", new byte[] {1}, Instant.EPOCH);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A process that lists the bucket of an endpoint without being given keys. */
  static final class ListsTheBucket {
    private ListsTheBucket() {}

    public static void main(String[] args) {
      S3Settings settings =
          new S3Settings(BUCKET, URI.create(args[0]), "us-east-1", true, null, null, List.of());
      try (ObjectStore store = ObjectStores.open("guarded", settings)) {
        store.check();
        store.list("", object -> System.out.println(object.path()));
      } catch (UserException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static String listed(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ListsTheBucket.class.getName(),
                server.endpoint().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    builder.environment().put("HOME", directory.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  @Test
  void takesKeysOfTheEnvironment() throws Exception {
    assertThat(
            listed(
                Map.of(
                    "AWS_ACCESS_KEY_ID", server.accessKey(),
                    "AWS_SECRET_ACCESS_KEY", server.secretKey())))
        .isEqualTo("the-file");
  }

  @Test
  void takesKeysOfAProfile() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("credentials"),
            """
            [default]
            aws_access_key_id = nobody
            aws_secret_access_key = wrong
            [cleaner]
            aws_access_key_id = %s
            aws_secret_access_key = %s
            """
                .formatted(server.accessKey(), server.secretKey()));

    assertThat(
            listed(
                Map.of("AWS_SHARED_CREDENTIALS_FILE", file.toString(), "AWS_PROFILE", "cleaner")))
        .isEqualTo("the-file");
  }

  /** As a container's role is given to it. */
  @Test
  void takesKeysOfARole() throws Exception {
    HttpServer roles = roles();
    try {
      assertThat(listed(Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", address(roles) + "/role")))
          .isEqualTo("the-file");
    } finally {
      roles.stop(0);
    }
  }

  /** As a Kubernetes service account's role is given to it. */
  @Test
  void takesKeysOfAServiceAccountsRole() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "signed-by-the-cluster");
    HttpServer tokens =
        tokens(
            request ->
                request.contains("Action=AssumeRoleWithWebIdentity")
                    && request.contains("WebIdentityToken=signed-by-the-cluster")
                    && request.contains(
                        "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fcleaner"));
    try {
      assertThat(
              listed(
                  Map.of(
                      "AWS_WEB_IDENTITY_TOKEN_FILE",
                      token.toString(),
                      "AWS_ROLE_ARN",
                      "arn:aws:iam::123456789012:role/cleaner",
                      "AWS_REGION",
                      "us-east-1",
                      "AWS_ENDPOINT_URL_STS",
                      address(tokens))))
          .isEqualTo("the-file");
    } finally {
      tokens.stop(0);
    }
  }

  @Test
  void takesKeysOfARoleThatAProfileAssumes() throws Exception {
    Path file =
        Files.writeString(
            directory.resolve("config"),
            """
            [profile caller]
            aws_access_key_id = caller-id
            aws_secret_access_key = caller-secret
            [profile cleaner]
            role_arn = arn:aws:iam::123456789012:role/cleaner
            source_profile = caller
            region = us-east-1
            """);
    HttpServer tokens =
        tokens(
            request ->
                request.contains("Credential=caller-id/")
                    && request.contains("Action=AssumeRole&"));
    try {
      assertThat(
              listed(
                  Map.of(
                      "AWS_CONFIG_FILE", file.toString(),
                      "AWS_PROFILE", "cleaner",
                      "AWS_ENDPOINT_URL_STS", address(tokens))))
          .isEqualTo("the-file");
    } finally {
      tokens.stop(0);
    }
  }

  private static String address(HttpServer local) {
    return "http://127.0.0.1:%d".formatted(local.getAddress().getPort());
  }

  /** Gives the bucket's keys for a request that is as it should be: its signature and its form. */
  private static HttpServer tokens(Predicate<String> entitled) throws IOException {
    HttpServer tokens =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    tokens.createContext(
        "/",
        exchange -> {
          String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          String request = exchange.getRequestHeaders().getFirst("Authorization") + "\n" + form;
          String action = form.contains("WebIdentity") ? "AssumeRoleWithWebIdentity" : "AssumeRole";
          byte[] body =
              """
              <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%1$sResult><Credentials>
              <AccessKeyId>%2$s</AccessKeyId><SecretAccessKey>%3$s</SecretAccessKey>
              <SessionToken>session</SessionToken><Expiration>%4$s</Expiration>
              </Credentials></%1$sResult></%1$sResponse>
              """
                  .formatted(
                      action,
                      server.accessKey(),
                      server.secretKey(),
                      Instant.now().plusSeconds(3_600).truncatedTo(ChronoUnit.SECONDS))
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(entitled.test(request) ? 200 : 403, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    tokens.start();
    return tokens;
  }

  private static HttpServer roles() throws IOException {
    HttpServer roles =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    roles.createContext(
        "/role",
        exchange -> {
          byte[] body =
              """
              {"AccessKeyId": "%s", "SecretAccessKey": "%s", "Token": "", "Expiration": "%s"}
              """
                  .formatted(
                      server.accessKey(), server.secretKey(), Instant.now().plusSeconds(3_600))
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    roles.start();
    return roles;
  }

  @Test
  void saysWhereThereAreNone() throws Exception {
    assertThat(listed(Map.of()))
        .startsWith("Store guarded (bucket guarded at " + server.endpoint() + "): ")
        .contains("no credentials")
        .hasLineCount(1);
  }
}
