package dev.reclaim.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.deadletters.Act;
import dev.reclaim.deadletters.Letter;
import dev.reclaim.deadletters.LetterId;
import dev.reclaim.events.ClaimId;
import dev.reclaim.kafka.ErrorHeader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Shows one dead letter whole. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows one letter: why it is one, its headers, its value.")
final class ShowLetter implements Callable<Integer> {
  private static final int VALUE_LENGTH_MAX = 64 << 10;
  private static final int HEX_BYTES_MAX = 256;
  private static final int HEADER_LENGTH_MAX = 4 << 10;

  /** A reader that would drop one of two members of the same name would not show what came. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @Mixin private PolicyOptions policies;
  @Mixin private KafkaOptions kafka;

  @Parameters(
      paramLabel = "PARTITION:OFFSET",
      converter = LetterSelection.OfLetter.class,
      description = "The letter's place on the topic, as list shows it.")
  private LetterId id;

  @SuppressWarnings("NullAway.Init")
  ShowLetter() {}

  @Override
  public Integer call() {
    try (Roles roles = new Roles()) {
      LetterDesk desk = LetterDesk.look(policies.read(), kafka, roles);
      Letter letter = desk.require(id);
      print(letter, System.out);
      for (Act act : desk.done(id)) {
        line(System.out, "since", act.toString());
      }
      value(letter.record().value(), System.out);
    }
    return 0;
  }

  private static void print(Letter letter, PrintStream out) {
    line(out, "letter", letter.id().toString());
    line(out, "class", letter.label());
    line(out, "reason", letter.reason());
    letter.event().ifPresent(event -> line(out, "event", event));
    letter.policy().ifPresent(policy -> line(out, "policy", policy));
    line(out, "came from", letter.origin());
    for (Header header : letter.record().headers()) {
      line(out, header.key(), header.value() == null ? "(null)" : text(header.value()));
    }
    byte @Nullable [] key = letter.record().key();
    line(out, "key", key == null ? "(none)" : text(key));
    if (letter.isWithoutValue()) {
      line(
          out,
          "value",
          "not here: %s bytes, SHA-256 %s"
              .formatted(
                  letter.headers().get(ErrorHeader.VALUE_BYTES.key()),
                  letter.headers().get(ErrorHeader.VALUE_SHA256.key())));
    }
  }

  private static void line(PrintStream out, String name, String text) {
    out.printf("%-34s %s%n", Printable.line(name), cut(Printable.line(text), HEADER_LENGTH_MAX));
  }

  private static void value(byte @Nullable [] value, PrintStream out) {
    if (value == null || value.length == 0) {
      return;
    }
    Optional<String> json = json(value);
    Optional<String> text = json.or(() -> utf8(value));
    out.printf(
        "%nvalue, %,d bytes%s%n",
        value.length, json.isPresent() ? "" : text.isPresent() ? ", no JSON" : ", no text");
    out.println(
        text.map(it -> cut(Printable.text(it), VALUE_LENGTH_MAX))
            .orElseGet(() -> hex(value) + "\nSHA-256 " + ClaimId.digest(value)));
  }

  private static Optional<String> json(byte[] value) {
    try {
      return Optional.of(
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(JSON.readTree(value)));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static String text(byte[] bytes) {
    return utf8(bytes).orElseGet(() -> hex(bytes));
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String hex(byte[] bytes) {
    int shown = Math.min(bytes.length, HEX_BYTES_MAX);
    return "0x"
        + HexFormat.of().formatHex(bytes, 0, shown)
        + (shown < bytes.length ? "... %,d bytes more".formatted(bytes.length - shown) : "");
  }

  private static String cut(String text, int lengthMax) {
    return text.length() <= lengthMax
        ? text
        : text.substring(0, lengthMax)
            + "... %,d characters more".formatted(text.length() - lengthMax);
  }
}
