package dev.reclaim.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * 128 bits of SHA-256 over who an event is, the policy included: an identity is unique in one
 * ledger only. For one thread.
 */
final class IdentityDigest {
  private final MessageDigest digest;

  IdentityDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /**
   * The digest.
   *
   * @param day as in ISO 8601
   */
  Entry.Key of(String policy, String source, String id, String day) {
    String whole = policy + '\n' + source + '\n' + day + '\n' + id;
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest(whole.getBytes(UTF_8)));
    return new Entry.Key(bytes.getLong(), bytes.getLong());
  }
}
