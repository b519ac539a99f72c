package dev.reclaim.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.simulation.Simulation.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Nothing that is promised is broken under any of many seeds. */
class SimulationTest {
  private static final String SEED = "reclaim.simulation.seed";
  private static final long SEEDS = Long.getLong("reclaim.simulation.seeds", 1_500);
  private static final int BROKEN_MAX = 5;

  @Test
  @DisabledIfSystemProperty(named = SEED, matches = ".+")
  void keepsEveryPromiseUnderEverySeed() {
    List<String> broken =
        Stream.concat(past(), LongStream.rangeClosed(1, SEEDS).boxed())
            .parallel()
            .flatMap(seed -> check(seed).stream())
            .limit(BROKEN_MAX)
            .toList();
    assertThat(broken).isEmpty();
  }

  @Test
  @EnabledIfSystemProperty(named = SEED, matches = ".+")
  @SuppressWarnings("SystemOut") // Whoever names a seed wants to read its story.
  void tellsTheStoryOfOneSeed() {
    Result result = Simulation.run(Long.getLong(SEED), Sabotage.none(), true);
    System.out.println(result.story());
    assertThat(result.violations().all()).isEmpty();
  }

  @Test
  void isTheSameStoryEachTime() {
    List<String> stories = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      stories.add(Simulation.run(7, Sabotage.none(), true).story().toString());
    }
    assertThat(stories.get(1)).isEqualTo(stories.get(0));
  }

  private static Stream<Long> past() {
    try (InputStream seeds =
        Objects.requireNonNull(SimulationTest.class.getResourceAsStream("seeds.txt"))) {
      return new String(seeds.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> Long.valueOf(line.split(" ", 2)[0]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong under a seed. */
  private static Optional<String> check(long seed) {
    Result result = Simulation.run(seed);
    return result.violations().all().isEmpty()
        ? Optional.empty()
        : Optional.of(
            "seed %d: %s; its story is in %s"
                .formatted(seed, result.violations().all(), tell(seed)));
  }

  private static Path tell(long seed) {
    Path file = Path.of("target", "simulation", "seed-" + seed + ".txt");
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      return Files.writeString(
          file, Simulation.run(seed, Sabotage.none(), true).story().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
