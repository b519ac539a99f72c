package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReferenceBytesTest {
  private static final int TEXTS = 40_000;

  static Stream<StoreSettings> stores() {
    List<String> urls = List.of("https://cdn.example.org/files", "/static/media");
    return Stream.of(
        bucket("renders", "http://minio.local:9000", urls),
        bucket("renders", "http://minio:9000/s3", List.of("http://minio:9000/s3/renders/a")),
        bucket("a", "https://B", List.of("https://k/a", "https://renders.minio.local")),
        bucket("renders", null, List.of()),
        bucket("B", null, List.of("https://x.minio.local")),
        new DirectorySettings(Path.of("/srv/app/media"), urls),
        new DirectorySettings(Path.of("/srv/a"), List.of()));
  }

  private static S3Settings bucket(String name, @Nullable String endpoint, List<String> urls) {
    return new S3Settings(
        name, endpoint == null ? null : URI.create(endpoint), "x", true, null, null, urls);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void readsEveryTextAsTheParserDoes(StoreSettings store) {
    for (List<String> ignored :
        List.of(List.<String>of(), List.of("https://other.example/", "a.b"))) {
      ReferenceParser parser = ReferenceParser.of(store, ignored);
      ReferenceBytes reader = parser.bytes();
      Random random = new Random(5);
      for (int i = 0; i < TEXTS / 2; i++) {
        String text = PlainTexts.next(random);
        assertThat(read(reader, text)).as("seed 5: %s", text).isEqualTo(parsed(parser, text));
      }
    }
  }

  @Test
  void readsTheUsualSpellingsWithoutTheParser() {
    // Given
    PlainBytes plain =
        new PlainBytes(
            new S3Addresses(
                bucket("renders", "http://minio:9000", List.of("https://cdn.example.org/f"))));

    // Then
    for (String text :
        List.of(
            "jobs/1.mp4",
            "/jobs/1.mp4",
            "s3://renders/jobs/1.mp4",
            "http://minio:9000/renders/jobs/1.mp4",
            "https://renders.minio/jobs/1.mp4",
            "https://cdn.example.org/f/jobs/1.mp4")) {
      Set<Long> found = new HashSet<>();
      assertThat(plain.read(text.getBytes(UTF_8), 0, text.length(), found::add)).as(text).isTrue();
      assertThat(found).containsExactly(FingerprintSet.fingerprint("jobs/1.mp4"));
    }
  }

  @Test
  void refusesWhatTheParserRefuses() {
    ReferenceBytes reader =
        ReferenceParser.of(bucket("renders", "http://minio:9000", List.of())).bytes();
    byte[] text = "https://elsewhere.example/a.png".getBytes(UTF_8);
    assertThatThrownBy(() -> reader.read(text, 0, text.length, path -> {}))
        .isInstanceOf(UnparseableReferenceException.class);
  }

  /** A refusal is told apart by a fingerprint that no path here has. */
  private static Set<Long> parsed(ReferenceParser parser, String text) {
    try {
      return parser.paths(text).stream()
          .map(FingerprintSet::fingerprint)
          .collect(Collectors.toSet());
    } catch (UnparseableReferenceException e) {
      return Set.of(-1L);
    }
  }

  private static Set<Long> read(ReferenceBytes reader, String text) {
    Set<Long> found = new HashSet<>();
    byte[] bytes = ("x" + text + "/y").getBytes(UTF_8);
    try {
      boolean any = reader.read(bytes, 1, bytes.length - 2, found::add);
      assertThat(any).isEqualTo(!found.isEmpty());
    } catch (UnparseableReferenceException e) {
      found.add(-1L);
    }
    return found;
  }
}
