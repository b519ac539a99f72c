package dev.reclaim.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.CleanupOutcome;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.LabelledPart;
import dev.reclaim.events.OutcomeCounts;
import dev.reclaim.events.Reclaimed;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read at a glance is what is read properly; the rest is not read at a glance. */
class GlanceTest {
  private static final String WHOLE =
      """
      {"event":{"source":"s","id":"i","plannedOn":"2026-10-01"},"policy":"p","run":"r","kind":"expired-records",
       "counts":{"deleted":1,"deletedInferred":0,"marked":2,"protected":0,"held":0,"refused":0,"locked":0,"changed":0,"missing":0,"failed":0},
       "reclaimed":{"rows":3,"files":4,"bytes":5},"completedAt":"2026-10-01T02:03:04.000005Z"}
      """;

  private final Groups groups = new Groups();
  private final IdentityDigest digest = new IdentityDigest();
  private final Glance glance = new Glance();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-10-01T02:03:04Z",
        "2026-10-01T02:03:04.5Z",
        "2026-12-31T23:59:59.999999Z",
        "2026-02-28T00:00:00.123456789Z",
        "1969-07-20T20:17:40.000001Z"
      })
  void readsWhatWorkersWrite(String time) {
    for (@Nullable String run : new @Nullable String[] {null, "logs/run"}) {
      CleanupOutcome outcome =
          new CleanupOutcome(
              new EventIdentity("reclaim/planner", "ä/1", LocalDate.parse("2026-10-01")),
              "logs",
              run,
              ClaimKind.EXPIRED_RECORDS,
              new OutcomeCounts(7, 1, 2, 3, 4, 5, 6, 7, 8, 9).quarantine(1, 2, 3),
              new Reclaimed(7, -1, 1L << 40),
              Reclaimed.NOTHING,
              List.of(new LabelledPart(Map.of("a", "b"), 7, 2, new Reclaimed(7, -1, 1L << 40))),
              List.of("a note {", "]"),
              Duration.ofMillis(5),
              1,
              "worker",
              Instant.parse(time));

      requireSame(EventCodec.encode(outcome));
    }
  }

  @Test
  void readsMembersInAnyOrderWithSpaces() {
    requireSame(WHOLE.getBytes(UTF_8));
    requireSame(
        """
        {"run": "r", "kind": "x", "event": {"id": "i", "source": "s", "plannedOn": "2026-10-01"}, "notes": [],
         "counts": {"held": 0, "failed": 0, "locked": 0, "marked": 2, "changed": 0, "deleted": 1, "missing": 0, "refused": 0,
                    "protected": 0, "deletedInferred": 0},
         "policy": "p", "worker": "w", "attempts": 1, "children": {"rows": 0}, "duration": 0.1,
         "reclaimed": {"rows": 3, "bytes": 5, "files": 4}, "completedAt": "2026-10-01T02:03:04.000005Z"}
        """
            .getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"policy\":\"p\"|\"policy\":\"p\",\"policy\":\"q\"",
        "\"policy\":\"p\",|",
        "\"policy\":\"p\"|\"policy\":1",
        "\"run\":\"r\"|\"run\":null",
        "\"kind\"|\"unheard-of\"",
        "\"deleted\":1|\"deleted\":1,\"deleted\":1",
        "\"deleted\":1,|",
        "\"deleted\":1|\"deleted\":1.5",
        "\"deleted\":1|\"deleted\":99999999999999999999",
        "\"deleted\":1|\"deleted\":\"1\"",
        "\"rows\":3,|",
        "\"rows\":3|\"rows\":3,\"more\":3",
        "\"source\":\"s\",|",
        "\"id\":\"i\"|\"id\":\"\"",
        "\"id\":\"i\"|\"id\":\"i\",\"id\":\"i\"",
        "\"plannedOn\":\"2026-10-01\"|\"plannedOn\":\"2026-13-01\"",
        "\"plannedOn\":\"2026-10-01\"|\"plannedOn\":[2026,10,1]",
        "04.000005Z|04.000005+00:00",
        "02:03:04.000005Z|25:03:04Z",
        "2026-10-01T|2026-02-30T",
        "2026-10-01T|2026-1x-01T",
        "04.000005Z|04.Z",
        "\"reclaimed\"|\"reclaimed\":{\"rows\":3,\"files\":4,\"bytes\":5},\"reclaimed\""
      })
  void saysOfTheRestThatOneHasToLookProperly(String part, @Nullable String instead) {
    String changed = WHOLE.replace(part, instead == null ? "" : instead);

    assertThat(changed).isNotEqualTo(WHOLE);
    assertThat(glance.read(changed.getBytes(UTF_8))).isFalse();
  }

  @Test
  void doesNotTakeWhatIsNoObjectOrMoreThanOne() {
    assertThat(glance.read(null)).isFalse();
    for (String json : List.of("", "null", "[]", "{}", "{", WHOLE + "{}", WHOLE.strip() + "x")) {
      assertThat(glance.read(json.getBytes(UTF_8))).as(json).isFalse();
    }
  }

  private void requireSame(byte[] json) {
    assertThat(glance.read(json)).isTrue();
    Said said =
        Said.in(new ConsumerRecord<>("t", 2, 3, glance.policy().getBytes(UTF_8), json))
            .orElseThrow();
    assertThat(glance.policy()).isEqualTo(said.policy());
    assertThat(glance.entry(digest, groups, 2, 3)).isEqualTo(said.entry(digest, groups, 2, 3));
  }
}
