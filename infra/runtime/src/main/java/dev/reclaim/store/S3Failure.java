package dev.reclaim.store;

import dev.reclaim.settings.UserException;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** What a failed request means, and in which words it is said. */
final class S3Failure {
  /** A refusal of one key that says nothing of its state: the server had trouble. */
  private static final Set<String> TROUBLE =
      Set.of(
          "InternalError",
          "ServiceUnavailable",
          "SlowDown",
          "Throttling",
          "ThrottlingException",
          "RequestLimitExceeded",
          "RequestTimeout",
          "OperationAborted");

  private static final Map<String, String> ADVICE =
      Map.of(
          "NoSuchBucket", "there is no such bucket: create it, or correct its name",
          "InvalidAccessKeyId", "the access key is unknown there: correct accessKey",
          "SignatureDoesNotMatch", "the secret key is wrong: correct secretKey",
          "AccessDenied", "access is denied: grant listing, reading and deleting on the bucket",
          "PermanentRedirect", "the bucket is in another region: correct region",
          "AuthorizationHeaderMalformed", "the region is wrong: correct region",
          "RequestTimeTooSkewed", "this machine's clock is wrong: set it",
          "ExpiredToken", "the credentials have expired: renew them");

  private static final String NO_CREDENTIALS = "Unable to load credentials";

  private S3Failure() {}

  static boolean isTrouble(String code) {
    return TROUBLE.contains(code);
  }

  /** The server's name for what went wrong; empty where it gave none, or did not answer. */
  static String code(SdkException failure) {
    if (failure instanceof AwsServiceException service && service.awsErrorDetails() != null) {
      String code = service.awsErrorDetails().errorCode();
      return code == null ? "" : code;
    }
    return "";
  }

  static StoreUnavailableException unavailable(String place, SdkException failure) {
    return new StoreUnavailableException(place + ": " + brief(failure), failure);
  }

  static UserException unusable(String place, SdkException failure) {
    String advice = ADVICE.get(code(failure));
    String why = advice == null ? brief(failure) : advice;
    return new UserException(UserException.Kind.FAILED, place + ": " + why + ".", failure);
  }

  private static String brief(SdkException failure) {
    if (String.valueOf(failure.getMessage()).startsWith(NO_CREDENTIALS)) {
      return "no credentials were found: write accessKey and secretKey, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or a role";
    }
    if (failure instanceof AwsServiceException service) {
      return "the server answered %d %s".formatted(service.statusCode(), code(failure)).strip();
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.getMessage() == null ? "" : root.getMessage();
    String line = text.lines().findFirst().orElse("");
    return root == failure
        ? line
        : "not reachable (" + root.getClass().getSimpleName() + ": " + line + ")";
  }
}
