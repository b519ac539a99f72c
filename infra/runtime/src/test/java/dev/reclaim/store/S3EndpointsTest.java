package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where requests go, for each way in which servers are spelled. */
class S3EndpointsTest {
  @ParameterizedTest
  @CsvSource({
    "'', eu-central-1, false, https://files.s3.eu-central-1.amazonaws.com/a/b%20c",
    "'', eu-central-1, true, https://s3.eu-central-1.amazonaws.com/files/a/b%20c",
    "http://minio:9000, us-east-1, true, http://minio:9000/files/a/b%20c",
    "http://minio:9000/, us-east-1, true, http://minio:9000/files/a/b%20c",
    "https://minio.example.org, us-east-1, false, https://files.minio.example.org/a/b%20c",
    "https://ref.supabase.co/storage/v1/s3, eu-west-1, true, https://ref.supabase.co/storage/v1/s3/files/a/b%20c",
    "https://ref.storage.supabase.co/storage/v1/s3/, eu-west-1, true, https://ref.storage.supabase.co/storage/v1/s3/files/a/b%20c",
    "http://rgw.example.org:7480, default, true, http://rgw.example.org:7480/files/a/b%20c",
    "https://account.r2.cloudflarestorage.com, auto, true, https://account.r2.cloudflarestorage.com/files/a/b%20c",
    "https://account.eu.r2.cloudflarestorage.com, auto, false, https://files.account.eu.r2.cloudflarestorage.com/a/b%20c",
  })
  void reachTheServerThatIsMeant(String endpoint, String region, boolean pathStyle, URI expected)
      throws Exception {
    S3Settings settings =
        new S3Settings(
            "files",
            endpoint.isEmpty() ? null : URI.create(endpoint),
            region,
            pathStyle,
            "key",
            "secret",
            List.of());
    try (S3Clients clients = S3Clients.open(settings)) {
      assertThat(
              clients.reading().utilities().getUrl(url -> url.bucket("files").key("a/b c")).toURI())
          .isEqualTo(expected);
    }
  }
}
