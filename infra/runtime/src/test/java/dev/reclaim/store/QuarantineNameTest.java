package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineNameTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "/a",
        "//a//b",
        "a+b c%2F%",
        "umläut/😀",
        "..",
        ".",
        "a/./b",
        "new\nline\t",
        "~x~",
        "a*b?'<>&\"",
      })
  void pathComesBackFromItsName(String path) {
    String name = QuarantineName.of("policy/2026-10-01T02:00:00Z-ab12cd", path, "right");

    assertThat(QuarantineName.path(name)).contains(path);
    assertThat(QuarantineName.isName(name)).isTrue();
    assertThat(name.split("/")).hasSize(2);
  }

  @Test
  void anyPathOfAnyRunHasANameOfItsOwnThatEveryStoreCanHave() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      String path = text(random, 1 + random.nextInt(1_024));
      String run = text(random, 1 + random.nextInt(256));
      String name = QuarantineName.of(run, path, "right");

      assertThat(QuarantineName.isName(name)).as("%s %s", run, path).isTrue();
      assertThat(name.getBytes(UTF_8)).hasSizeLessThan(512);
      assertThat(name.split("/")).allMatch(part -> part.length() <= 200 && !part.startsWith("."));
      QuarantineName.path(name).ifPresent(found -> assertThat(found).isEqualTo(path));
      assertThat(name)
          .isNotEqualTo(QuarantineName.of(run, path, "another"))
          .isNotEqualTo(QuarantineName.of(run + "x", path, "right"))
          .isNotEqualTo(QuarantineName.of(run, path + "x", "right"));
    }
  }

  private static String text(Random random, int length) {
    return random.ints(length, 1, 0x2FFF).mapToObj(Character::toString).reduce("", String::concat);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a/b",
        "../a~0123456789abcdef",
        "r/../a~0",
        "r/a/b~0123456789abcdef",
        "/a~0",
        "r/",
        "./a~0"
      })
  void takesNothingElseForAName(String text) {
    assertThat(QuarantineName.isName(text)).isFalse();
  }
}
