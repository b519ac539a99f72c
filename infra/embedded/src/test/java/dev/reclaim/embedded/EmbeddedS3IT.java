package dev.reclaim.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

class EmbeddedS3IT {
  private static final Instant LONG_AGO = Instant.parse("2024-02-29T12:34:56.789Z");

  @TempDir Path directory;
  private EmbeddedS3 store;
  private S3Client client;

  @BeforeEach
  void start() {
    store = EmbeddedS3.start(directory);
    store.createBucket("renders");
    client = client(store.secretKey());
  }

  @AfterEach
  void stop() {
    client.close();
    store.close();
  }

  @Test
  void listsPlantedFilesWithTheirAge() {
    // When
    String eTag = store.plant("renders", "2024/a b.png", bytes("planted"), LONG_AGO);

    // Then
    S3Object listed = client.listObjectsV2(request -> request.bucket("renders")).contents().get(0);
    assertThat(listed.key()).isEqualTo("2024/a b.png");
    assertThat(listed.size()).isEqualTo(7);
    assertThat(listed.eTag()).isEqualTo(eTag);
    assertThat(listed.lastModified()).isEqualTo(LONG_AGO.truncatedTo(ChronoUnit.SECONDS));
    var head = client.headObject(request -> request.bucket("renders").key("2024/a b.png"));
    assertThat(head.eTag()).isEqualTo(eTag);
    assertThat(head.lastModified()).isEqualTo(listed.lastModified());
  }

  @Test
  void givesAPlantedFileTheETagOfAnUploadedOne() {
    String uploaded =
        client
            .putObject(
                request -> request.bucket("renders").key("uploaded"),
                RequestBody.fromString("same"))
            .eTag();
    assertThat(store.plant("renders", "planted", bytes("same"), LONG_AGO)).isEqualTo(uploaded);
  }

  @Test
  void plantsTenThousandFilesInLessThanAMinute() {
    // Given
    Random random = new Random(1);
    byte[] content = new byte[20 << 10];
    random.nextBytes(content);
    Instant start = Instant.now();

    // When
    for (int i = 0; i < 10_000; i++) {
      byte[] cut = Arrays.copyOf(content, 2_048 + random.nextInt(18 << 10));
      store.plant("renders", "%02d/%05d.bin".formatted(i % 50, i), cut, LONG_AGO);
    }

    // Then
    Duration planting = Duration.between(start, Instant.now());
    List<S3Object> listed = new ArrayList<>();
    client
        .listObjectsV2Paginator(request -> request.bucket("renders"))
        .contents()
        .forEach(listed::add);
    assertThat(listed).hasSize(10_000);
    assertThat(planting).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void deletesOnlyWhenETagMatches() {
    // Given
    String eTag = store.plant("renders", "match", bytes("content"), LONG_AGO);
    store.plant("renders", "mismatch", bytes("renewed since"), LONG_AGO);

    // When
    DeleteObjectsResponse response =
        client.deleteObjects(
            request ->
                request
                    .bucket("renders")
                    .delete(
                        delete ->
                            delete.objects(
                                identifier("match", eTag),
                                identifier("mismatch", eTag),
                                identifier("missing", eTag))));

    // Then
    assertThat(response.deleted())
        .extracting(DeletedObject::key)
        .containsExactlyInAnyOrder("match", "missing");
    assertThat(response.errors())
        .extracting(S3Error::key, S3Error::code)
        .containsExactly(tuple("mismatch", "PreconditionFailed"));
    assertThat(client.listObjectsV2(request -> request.bucket("renders")).contents())
        .extracting(S3Object::key)
        .containsExactly("mismatch");
  }

  @Test
  void deletesOneOnlyWhenItsETagMatches() {
    // Given
    String eTag = store.plant("renders", "one", bytes("content"), LONG_AGO);

    // When
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(() -> deleteOne("\"00000000000000000000000000000000\""))

        // Then
        .satisfies(refused -> assertThat(refused.statusCode()).isEqualTo(412));
    deleteOne(eTag);
    assertThat(client.listObjectsV2(request -> request.bucket("renders")).contents()).isEmpty();
  }

  private void deleteOne(String eTag) {
    client.deleteObject(request -> request.bucket("renders").key("one").ifMatch(eTag));
  }

  @Test
  void refusesAWrongSecret() {
    try (S3Client stranger = client("wrong")) {
      assertThatExceptionOfType(S3Exception.class)
          .isThrownBy(() -> stranger.listObjectsV2(request -> request.bucket("renders")))
          .satisfies(refused -> assertThat(refused.statusCode()).isEqualTo(403));
    }
  }

  @Test
  void refusesMoreThanAThousandKeysARequest() {
    List<ObjectIdentifier> keys = new ArrayList<>();
    for (int i = 0; i <= 1_000; i++) {
      keys.add(ObjectIdentifier.builder().key("key-" + i).build());
    }
    assertThatExceptionOfType(S3Exception.class)
        .isThrownBy(
            () ->
                client.deleteObjects(
                    request -> request.bucket("renders").delete(delete -> delete.objects(keys))))
        .satisfies(refused -> assertThat(refused.statusCode()).isEqualTo(400));
  }

  @Test
  void keepsItsObjectsOverARestart() {
    // Given
    store.plant("renders", "kept", bytes("content"), LONG_AGO);

    // When
    stop();
    store = EmbeddedS3.start(directory);
    client = client(store.secretKey());

    // Then
    assertThat(
            client
                .getObjectAsBytes(request -> request.bucket("renders").key("kept"))
                .asUtf8String())
        .isEqualTo("content");
  }

  private static ObjectIdentifier identifier(String key, String eTag) {
    return ObjectIdentifier.builder().key(key).eTag(eTag).build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private S3Client client(String secretKey) {
    return S3Client.builder()
        .endpointOverride(store.endpoint())
        .region(Region.of(store.region()))
        .forcePathStyle(true)
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(store.accessKey(), secretKey)))
        .build();
  }
}
