package dev.reclaim.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * Digests many small texts, each with its length before it, so that no two lists of texts run
 * together to the same bytes. They are gathered first, because each call of a digest has its price.
 */
final class TextDigest {
  private static final int GATHERED_BYTES_MAX = 8_192;

  private final MessageDigest digest;
  private final ByteBuffer gathered = ByteBuffer.allocate(GATHERED_BYTES_MAX);

  TextDigest(MessageDigest digest) {
    this.digest = digest;
  }

  void add(int number) {
    makeRoom(Integer.BYTES);
    gathered.putInt(number);
  }

  void add(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    add(bytes.length);
    if (bytes.length > GATHERED_BYTES_MAX) {
      makeRoom(GATHERED_BYTES_MAX);
      digest.update(bytes);
    } else {
      makeRoom(bytes.length);
      gathered.put(bytes);
    }
  }

  byte[] end() {
    makeRoom(GATHERED_BYTES_MAX);
    return digest.digest();
  }

  private void makeRoom(int bytes) {
    if (gathered.remaining() < bytes) {
      digest.update(gathered.flip());
      gathered.clear();
    }
  }
}
