package dev.reclaim.store;

import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Two ways to one bucket over one pool of connections and at one pace.
 *
 * @param reading tries again by itself, a few times
 * @param changing never does: a deletion that is repeated after a lost answer finds its own work
 *     done and would report it as somebody else's
 */
record S3Clients(SdkHttpClient http, S3Client reading, S3Client changing) implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT_MAX = Duration.ofSeconds(5);
  private static final Duration ATTEMPT_TIMEOUT_MAX = Duration.ofSeconds(30);
  private static final Duration CALL_TIMEOUT_MAX = Duration.ofSeconds(60);
  private static final int READ_ATTEMPTS_MAX = 3;
  static final int CONNECTIONS_MAX = 32;

  static S3Clients open(S3Settings settings) {
    SdkHttpClient http =
        Apache5HttpClient.builder()
            .maxConnections(CONNECTIONS_MAX)
            .connectionTimeout(CONNECT_TIMEOUT_MAX)
            .socketTimeout(ATTEMPT_TIMEOUT_MAX)
            .build();
    RetryStrategy patient =
        AwsRetryStrategy.standardRetryStrategy().toBuilder().maxAttempts(READ_ATTEMPTS_MAX).build();
    PacedRequests paced = new PacedRequests(new RequestPace(System::nanoTime));
    return new S3Clients(
        http,
        client(settings, http, patient, paced),
        client(settings, http, AwsRetryStrategy.doNotRetry(), paced));
  }

  private static S3Client client(
      S3Settings settings, SdkHttpClient http, RetryStrategy retries, PacedRequests paced) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClient(http)
            .region(Region.of(settings.region()))
            .credentialsProvider(credentials(settings))
            .forcePathStyle(settings.pathStyle())
            // What servers other than Amazon's stumble over: chunked bodies, and the newer
            // checksums where an MD5 was asked for.
            .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .addPlugin(LegacyMd5Plugin.create())
            .overrideConfiguration(
                override ->
                    override
                        .retryStrategy(retries)
                        .addExecutionInterceptor(paced)
                        .apiCallAttemptTimeout(ATTEMPT_TIMEOUT_MAX)
                        .apiCallTimeout(CALL_TIMEOUT_MAX));
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint());
    }
    return builder.build();
  }

  private static AwsCredentialsProvider credentials(S3Settings settings) {
    if (settings.accessKey() == null || settings.secretKey() == null) {
      return DefaultCredentialsProvider.builder().build();
    }
    return StaticCredentialsProvider.create(
        AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
  }

  @Override
  public void close() {
    reading.close();
    changing.close();
    http.close();
  }
}
