package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ReferenceParserTest {
  private static final String BUCKET = "renders";
  private static final ReferenceParser MINIO =
      ReferenceParser.of(
          new S3Settings(
              BUCKET,
              URI.create("http://minio.local:9000"),
              "us-east-1",
              true,
              null,
              null,
              List.of("https://cdn.example.org/files/", "http://media.example.org", "/uploads")));
  private static final ReferenceParser AMAZON =
      ReferenceParser.of(new S3Settings(BUCKET, null, "eu-west-1", false, null, null, List.of()));
  private static final ReferenceParser DIRECTORY =
      ReferenceParser.of(
          new DirectorySettings(
              Path.of("/srv/app/media"), List.of("https://example.org/media", "/static/media")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b c.mp4",
        "/a/b c.mp4",
        "a/b%20c.mp4",
        "a%2Fb%20c.mp4",
        "a/b+c.mp4",
        " a/b c.mp4 ",
        "renders/a/b c.mp4",
        "/renders/a/b%20c.mp4",
        "s3://renders/a/b c.mp4",
        "s3a://renders/a/b%20c.mp4",
        "S3://renders/a/b c.mp4?versionId=3",
        "arn:aws:s3:::renders/a/b c.mp4",
        "http://minio.local:9000/renders/a/b%20c.mp4",
        "https://MINIO.local/renders/a/b c.mp4",
        "http://minio.local.:9000/renders/a/b%20c.mp4",
        "minio.local:9000/renders/a/b%20c.mp4",
        "http://renders.minio.local:9000/a/b%20c.mp4",
        "https://user:pw@minio.local/renders/a/b%20c.mp4",
        "https://renders.s3.amazonaws.com/a/b%20c.mp4",
        "https://renders.s3.eu-west-1.amazonaws.com/a/b%20c.mp4",
        "https://renders.s3-eu-west-1.amazonaws.com/a/b%20c.mp4",
        "https://renders.s3.dualstack.eu-west-1.amazonaws.com/a/b%20c.mp4",
        "https://s3.amazonaws.com/renders/a/b%20c.mp4",
        "https://s3.eu-west-1.amazonaws.com/renders/a/b%20c.mp4",
        "https://renders.s3.eu-west-1.amazonaws.com/a/b%20c.mp4?X-Amz-Algorithm=A&X-Amz-Signature=0",
        "https://x.supabase.co/storage/v1/object/public/renders/a/b%20c.mp4",
        "https://x.supabase.co/storage/v1/object/sign/renders/a/b%20c.mp4?token=eyJh.eyJ1?.x",
        "https://x.supabase.co/storage/v1/object/authenticated/renders/a/b%20c.mp4",
        "https://x.supabase.co/storage/v1/object/renders/a/b%20c.mp4",
        "https://x.supabase.co/storage/v1/render/image/public/renders/a/b%20c.mp4?width=500#x",
        "https://db.example.org/supabase/storage/v1/render/image/sign/renders/a/b%20c.mp4?token=x",
        "/storage/v1/object/public/renders/a/b%20c.mp4",
        "https://cdn.example.org/files/a/b%20c.mp4",
        "http://cdn.example.org:8080/files/a/b%20c.mp4?v=1#t=5",
        "https://media.example.org/a/b%2520c.mp4",
        "//cdn.example.org/files/a/b%20c.mp4",
        "cdn.example.org/files/a/b%20c.mp4",
        "/uploads/a/b%20c.mp4",
        "https://cdn.example.org/files/x/../a/b%20c.mp4",
        "https://cdn.example.org/files//a//b%20c.mp4",
        "https://cdn.example.org/files/a/b%20c.mp4?from=https://elsewhere.example/x",
        "\"a/b c.mp4\"",
        "[\"x.mp4\", null, [\"s3://renders/a/b c.mp4\"]]",
        "x.mp4, a/b c.mp4",
        "x.mp4\na/b c.mp4\r\n",
        "{\"files\": [{\"url\": \"/a/b%20c.mp4\", \"size\": 7}]}",
        "{\"a/b c.mp4\": true}",
        "[{\"n\": 1, \"url\": \"s3://renders/a/b c.mp4\"}]",
        "a%252Fb%2520c.mp4",
        "a/b c.mp4/",
        "a/b c.mp4/.",
        "a/b c.mp4/x/..",
        "a\\b c.mp4",
        "s3:a/b c.mp4",
        "public:renders/a/b c.mp4",
        "https:/cdn.example.org/files/a/b%20c.mp4",
        "https%3A%2F%2Fcdn.example.org%2Ffiles%2Fa%2Fb%2520c.mp4",
        "https:\\/\\/cdn.example.org\\/files\\/a\\/b%20c.mp4",
        "HTTPS://CDN.Example.ORG/files/a/b%20c.mp4",
        "/_next/image?url=%2Fuploads%2Fa%2Fb%20c.mp4&w=640",
        "/_next/image?w=640&url=https%3A%2F%2Fcdn.example.org%2Ffiles%2Fa%2Fb%2520c.mp4",
        "https://cdn.example.org/files/download?key=a/b%20c.mp4&X-Amz-Signature=0",
        "https://cdn.example.org/files/get?src=https://elsewhere.example/x&path=a%2Fb+c.mp4#t",
      })
  void readsEverySpelling(String reference) {
    assertThat(MINIO.paths(reference)).contains("a/b c.mp4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://renders.s3.eu-west-1.amazonaws.com/k",
        "https://s3-eu-west-1.amazonaws.com/renders/k",
        "https://renders.s3.cn-north-1.amazonaws.com.cn/k",
        "https://renders.s3-accelerate.amazonaws.com/k",
        "http://renders.s3-website-us-east-1.amazonaws.com/k",
        "http://renders/k",
      })
  void readsAmazonsHosts(String reference) {
    assertThat(AMAZON.paths(reference)).contains("k");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "s3://other/a|names the bucket other, not renders",
        "s3://renders|names the bucket and no object",
        "s3://renders/|names the bucket and no object",
        "http://minio.local:9000/other/a|names the bucket other",
        "http://other.minio.local:9000/a|names the bucket other",
        "https://other.s3.amazonaws.com/a|names the bucket other",
        "https://x.supabase.co/storage/v1/object/public/other/a|names the bucket other",
        "/storage/v1/object/public/other/a|names the bucket other",
        "https://elsewhere.example/renders/a|is on a host that is not known",
        "https://cdn.example.org/other/a|is on a host that is not known",
        "https://minio.local.evil.example/renders/a|is on a host that is not known",
        "//elsewhere.example/a|is on a host that is not known",
        "gs://renders/a|has the scheme gs",
        "ftp://minio.local/renders/a|has the scheme ftp",
        "file:///renders/a|has the scheme file",
        "data:image/png;base64,AAAA|is not of a kind",
        "{a,b}|looks like a database array",
        "{\"url\":\"gs://b/a\"}|has the scheme gs",
        "{\"gs://b/a\":1}|has the scheme gs",
        "blob:https://minio.local/0f|holds an address among other text",
        "see https://cdn.example.org/files/a|more than one address",
        "(https://cdn.example.org/files/a)|holds an address among other text",
        "url=https://cdn.example.org/files/a|holds an address among other text",
        "<img src=\"/uploads/a.png\">|is text with markup",
        "![a](/uploads/a.png)|is text with markup",
        "C:\\files\\a.png|is a path of a machine with drives",
        "c:/files/a.png|is a path of a machine with drives",
        "\\\\server\\files\\a.png|is a path of a machine with drives",
        "/rails/active_storage/blobs/redirect/eyJf--0a/a.png|names a file by a signed id",
        "https:/elsewhere.example/a.png|is on a host that is not known",
        "https%3A%2F%2Felsewhere.example%2Fa.png|is on a host that is not known",
        "https:\\/\\/elsewhere.example\\/a.png|is on a host that is not known",
        "http://[::1]:9000/renders/a|is on a host that is not known",
        "['a']|looks like JSON and is none",
        "[1]|holds JSON that is no text",
        "https://cdn.example.org/files/a,https://cdn.example.org/files/b|more than one address",
        "https://cdn.example.org/files/a?token=1 https://cdn.example.org/files/b|more than one",
        "a.png,https://cdn.example.org/files/b|more than one address",
        "https://cdn.example.org/files/http://x/y|more than one address",
      })
  void refusesWhatMeansSomethingElse(String reference, String why) {
    assertThatThrownBy(() -> MINIO.paths(reference))
        .isInstanceOf(UnparseableReferenceException.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesControlCharacters() {
    assertThatThrownBy(() -> MINIO.paths("a\tb")).isInstanceOf(UnparseableReferenceException.class);
  }

  @Test
  void refusesWhatWouldTakeMoreMemoryThanAnyNameOfAFile() {
    assertThatThrownBy(() -> MINIO.paths("a".repeat(16_385)))
        .hasMessageContaining("is longer than 16384 characters");
    assertThatThrownBy(() -> MINIO.paths("a?".repeat(101)))
        .hasMessageContaining("can be read in too many ways");
    assertThat(MINIO.paths("a".repeat(16_384))).hasSize(2);
  }

  @Test
  void showsNoMoreThanTheStartOfALongReference() {
    String reference = "gs://x/" + "a".repeat(10_000);

    assertThatThrownBy(() -> MINIO.paths(reference))
        .isInstanceOfSatisfying(
            UnparseableReferenceException.class,
            e -> assertThat(e.reference()).hasSize(101).startsWith("gs://x/"))
        .message()
        .hasSizeLessThan(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n", "[]", "[null]", "\"\"", "[\" \"]"})
  void readsNothingFromNothing(String reference) {
    assertThat(MINIO.paths(reference)).isEmpty();
    assertThat(DIRECTORY.paths(reference)).isEmpty();
  }

  @Test
  void plainKeyCostsTwoSpellings() {
    assertThat(MINIO.paths("a/b.mp4")).containsExactlyInAnyOrder("a/b.mp4", "/a/b.mp4");
    assertThat(MINIO.paths("https://renders.s3.amazonaws.com/a/b.mp4?X-Amz-Signature=%2B"))
        .containsExactlyInAnyOrder("a/b.mp4", "/a/b.mp4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b c.mp4",
        "./a/b c.mp4",
        "a//b%20c.mp4",
        "x/../a/b c.mp4",
        "media/a/b c.mp4",
        "/srv/app/media/a/b c.mp4",
        "/srv/app/media/../media/a/b%20c.mp4",
        "file:///srv/app/media/a/b%20c.mp4",
        "file:/srv/app/media/a/b%20c.mp4",
        "FILE://localhost/srv/app/media/a/b%20c.mp4?x=1",
        "https://example.org/media/a/b%20c.mp4?x=1",
        "//example.org/media/a/b%20c.mp4",
        "//srv/app/media/a/b c.mp4",
        "a\\b c.mp4",
        "local:a/b c.mp4",
        "/static/media/a/b%20c.mp4",
        "[\"/srv/app/media/a/b c.mp4\"]",
      })
  void readsEverySpellingOfAFile(String reference) {
    assertThat(DIRECTORY.paths(reference)).contains("a/b c.mp4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mnt/media/a",
        "/a",
        "/srv/app/media",
        "/srv/app/media/../secret",
        "/srv/app/mediaa/a",
        "../a",
        "file:///etc/passwd",
        "file://host/srv/app/media/a",
        "https://elsewhere.example/media/a",
        "s3://media/a",
      })
  void refusesWhatMeansNoFileOfTheDirectory(String reference) {
    assertThatThrownBy(() -> DIRECTORY.paths(reference))
        .isInstanceOf(UnparseableReferenceException.class);
  }

  @Test
  void knowsWhereRailsKeepsTheFileOfAKey() {
    assertThat(DIRECTORY.paths("xtapjjcjiudrlk3tmwyjgpuobabd"))
        .containsExactly("xtapjjcjiudrlk3tmwyjgpuobabd", "xt/ap/xtapjjcjiudrlk3tmwyjgpuobabd");
  }

  @Test
  void readsAnEndpointThatIsANumberInBrackets() {
    ReferenceParser parser =
        ReferenceParser.of(
            new S3Settings(
                BUCKET, URI.create("http://[::1]:9000"), "x", true, null, null, List.of()));

    assertThat(parser.paths("http://[::1]:9000/renders/a")).containsOnly("a", "/a");
    assertThat(parser.paths("https://[::1]/renders/a")).containsOnly("a", "/a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://other.example/a.png|",
        "  https://other.example/a.png |",
        "data:image/png;base64,AA/AA.AA==|",
        "[\"https://other.example/a\", \"b\"]|b /b",
        "https://other.example/a.png https://other.example/b.png|",
        "https://other.example/a.png, b.png|b.png /b.png",
        "https://other.example/show?of=https%3A%2F%2Fs3.amazonaws.com%2Frenders%2Fb.png|b.png /b.png",
        "https://other.example/show?of=https%3A%2F%2Felsewhere.example%2Fb.png|",
      })
  void passesOverWhatBeginsAsTheOperatorSays(String reference, @Nullable String paths) {
    assertThat(ignoring().paths(reference))
        .containsExactlyInAnyOrderElementsOf(paths == null ? List.of() : List.of(paths.split(" ")));
    assertThat(ignoring().path(reference)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://other.example.org/a.png",
        "HTTPS://other.example/a.png",
        "http://other.example/a.png",
        "Data:image/png;base64,AAAA",
        "https://other.example/a.png,https://elsewhere.example/b.png",
        "https://other.example/a.png https://s3.amazonaws.com/renders/b.png",
        "[\"https://elsewhere.example/a.png\"]",
      })
  void readsWhatBeginsOtherwise(String reference) {
    assertThatThrownBy(() -> ignoring().paths(reference))
        .isInstanceOf(UnparseableReferenceException.class);
  }

  private static ReferenceParser ignoring() {
    return ReferenceParser.of(
        new S3Settings(BUCKET, null, "eu-west-1", false, null, null, List.of()),
        List.of("https://other.example/", "data:"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"a\"]",
        "{\"a\": \"b\"}",
        "a\nb",
        "https:/renders.s3.amazonaws.com/a",
        "https:\\/\\/renders.s3.amazonaws.com\\/a",
      })
  void singlesOutNoFileOfSeveral(String reference) {
    assertThat(AMAZON.path(reference)).isEmpty();
  }

  @Test
  void knowsADirectoryByItsRealPathToo(@TempDir Path directory) throws IOException {
    Path real = Files.createDirectory(directory.resolve("real")).toRealPath();
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);
    ReferenceParser parser = ReferenceParser.of(new DirectorySettings(link));

    assertThat(parser.paths(real.resolve("a") + "")).containsOnly("a");
    assertThat(parser.paths(link.resolve("a") + "")).containsOnly("a");
  }

  @Test
  void refusesAPublicAddressThatIsNone() {
    DirectorySettings settings = new DirectorySettings(Path.of("/x"), List.of("cdn"));

    assertThatThrownBy(() -> ReferenceParser.of(settings))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a public address");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everySpellingOfALiveObjectMapsBackToIt(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      String key = key(random);
      for (Map.Entry<String, String> spelling : spellings(key).entrySet()) {
        assertThat(MINIO.paths(spelling.getValue()))
            .as("seed %d, %s of <%s>: <%s>", seed, spelling.getKey(), key, spelling.getValue())
            .anyMatch(
                path ->
                    FingerprintSet.fingerprint(path) == FingerprintSet.fingerprint(key)
                        && (path.equals(key) || key.contains("//") || key.startsWith("/")));
      }
    }
  }

  /** A key that looks like an address of another kind is refused, which keeps everything. */
  private static String key(Random random) {
    List<String> parts =
        List.of(
            "a", "B", "7", "folder/", "/", " ", "+", "%", "%2F", "%20", "é", "ü", "名", "😀", "?",
            "#", "&", "=", "(", "'", "~", ";", ",", ":", "@", "!", ".png", "..", "\\", "?token=",
            "#x");
    StringBuilder key = new StringBuilder("k");
    for (int i = random.nextInt(8); i >= 0; i--) {
      key.append(parts.get(random.nextInt(parts.size())));
    }
    String made = (random.nextInt(10) == 0 ? "/" : "") + key.append("z");
    return made.contains("://") || made.matches("k:[/\\\\].*") ? key(random) : made;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/b.mp4",
        "/a/b.mp4",
        "a.b/@2x.png",
        ".well-known/a",
        "s3://renders/a",
        "http://minio.local:9000/renders/a/b.mp4",
        "https://renders.minio.local/a/b.mp4",
        "https://cdn.example.org/files/a/b.mp4",
        "https://x-1.supabase.co/storage/v1/object/public/renders/a/b.mp4",
      })
  void knowsByItsLooksWhatIsWrittenMostOften(String reference) {
    assertThat(MINIO.plainForm().contains(reference)).isTrue();
  }

  @Test
  void knowsAmazonsAddressesAndThoseOfADirectoryByTheirLooks() {
    assertThat(AMAZON.plainForm())
        .matches(form -> form.contains("https://renders.s3.eu-west-1.amazonaws.com/a/b.mp4"))
        .matches(form -> form.contains("https://s3.dualstack.eu-west-1.amazonaws.com/renders/a"));
    assertThat(DIRECTORY.plainForm())
        .matches(form -> form.contains("/srv/app/media/a/b.mp4"))
        .matches(form -> form.contains("/static/media/a"))
        .matches(form -> form.contains("https://example.org/media/a"));
    assertThat(ignoring().plainForm())
        .matches(form -> form.contains("https://other.example/A%20b.png"))
        .matches(form -> form.contains("data:image/png;base64,AAAA"))
        .matches(form -> !form.contains("https://other.example/a,b"));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whatIsPlainCanBeReadAndNamesOnlyFilesOfItsOwnEnding(long seed) {
    Random random = new Random(seed);
    for (ReferenceParser parser : List.of(MINIO, AMAZON, DIRECTORY, ignoring())) {
      PlainForm form = parser.plainForm();
      int plain = 0;
      for (int round = 0; round < 5_000; round++) {
        String text = PlainTexts.next(random);
        if (form.contains(text)) {
          plain++;
          String ending = text.substring(text.lastIndexOf('/') + 1);
          assertThat(parser.paths(text))
              .as("seed %d: <%s>", seed, text)
              .allMatch(path -> path.substring(path.lastIndexOf('/') + 1).equals(ending));
        }
      }
      assertThat(plain).isBetween(100, 4_900);
    }
  }

  private static Map<String, String> spellings(String key) {
    Map<String, String> spellings = new TreeMap<>();
    spellings.put("plain", key);
    spellings.put("plain, encoded", encoded(key));
    spellings.put("plain, encoded whole", whole(key));
    spellings.put("s3", "s3://renders/" + key);
    spellings.put("s3, encoded", "s3://renders/" + encoded(key));
    spellings.put("JSON", JsonMapper.shared().writeValueAsString(List.of("x", key)));
    spellings.put("NFD", encoded(Normalizer.normalize(key, Normalizer.Form.NFD)));
    Stream.of(
            "http://minio.local:9000/renders/",
            "https://renders.minio.local/",
            "https://renders.s3.eu-west-1.amazonaws.com/",
            "https://x.supabase.co/storage/v1/object/public/renders/",
            "https://cdn.example.org/files/")
        .forEach(
            base -> {
              spellings.put(base, base + encoded(key));
              spellings.put(base + " whole", base + whole(key));
              spellings.put(base + " form", base + URLEncoder.encode(key, UTF_8));
              spellings.put(base + " signed", base + encoded(key) + "?token=a.b-c&x=%2F#f");
              spellings.put(base + " query", base + encoded(key) + "?width=10&q=a+b");
              if (!key.contains("?token=")) {
                spellings.put(base + " careless", base + key);
              }
            });
    return spellings;
  }

  private static String whole(String key) {
    return URLEncoder.encode(key, UTF_8).replace("+", "%20");
  }

  private static String encoded(String key) {
    return Stream.of(key.split("/", -1))
        .map(ReferenceParserTest::whole)
        .collect(Collectors.joining("/"));
  }

  @Test
  void neverReadsAFileOutsideOfTheDirectory() {
    Random random = new Random(7);
    List<String> parts = List.of("..", "/", ".", "%2e", "%2F", "a", "file://", "/srv/app/media/");
    List<String> read = new ArrayList<>();
    for (int round = 0; round < 20_000; round++) {
      String reference =
          random
              .ints(1 + random.nextInt(8), 0, parts.size())
              .mapToObj(parts::get)
              .collect(Collectors.joining());
      try {
        read.addAll(DIRECTORY.paths(reference));
      } catch (UnparseableReferenceException e) {
        // Refused is fine.
      }
    }

    assertThat(read)
        .isNotEmpty()
        .noneMatch(path -> path.startsWith("/") || List.of(path.split("/", -1)).contains(".."));
  }
}
