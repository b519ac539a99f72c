package dev.reclaim.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreshLooksTest {
  private static final StoredObject A = new StoredObject("a", 1, "x", Instant.EPOCH);
  private static final StoredObject B = new StoredObject("b", 1, "x", Instant.EPOCH);

  private long now = 42;
  private final FreshLooks looks = new FreshLooks(() -> now);

  @Test
  void serveOneDeletion() {
    looks.add(looks.now(), List.of(A, B));

    assertThat(looks.take(List.of(A))).containsExactly(A);
    assertThat(looks.take(List.of(A, B))).containsExactly(B);
    assertThat(looks.take(List.of(A, B))).isEmpty();
  }

  @Test
  void serveTheVeryContentThatWasSeen() {
    looks.add(looks.now(), List.of(A));

    assertThat(looks.take(List.of(new StoredObject("a", 1, "other", Instant.EPOCH)))).isEmpty();
  }

  @Test
  void areForgottenWhenTheyAreOld() {
    looks.add(looks.now(), List.of(A));
    now += FreshLooks.VALID.toNanos() + 1;

    assertThat(looks.take(List.of(A))).isEmpty();
  }

  @Test
  void areNotRememberedWithoutEnd() {
    looks.add(looks.now(), List.of(A));
    for (int i = 0; i < 16; i++) {
      looks.add(looks.now(), List.of(B));
    }

    assertThat(looks.take(List.of(A))).isEmpty();
  }
}
