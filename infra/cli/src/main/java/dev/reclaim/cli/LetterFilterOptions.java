package dev.reclaim.cli;

import dev.reclaim.deadletters.Letter;
import dev.reclaim.deadletters.LetterFilter;
import dev.reclaim.events.Refusal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which letters are meant, by what they say. */
final class LetterFilterOptions {
  @Option(
      names = "--class",
      paramLabel = "CLASS",
      split = ",",
      converter = OfClass.class,
      description =
          "Only letters of this class, such as unknown-policy. May be given several times.")
  private List<String> labels = List.of();

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      split = ",",
      description = "Only letters whose event names this policy. May be given several times.")
  private List<String> policies = List.of();

  @Option(
      names = "--since",
      paramLabel = "INSTANT",
      description = "Only letters of this time or later, like 2026-11-21T02:00:00Z.")
  private @Nullable Instant since;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "Only letters from before this time.")
  private @Nullable Instant until;

  LetterFilter filter() {
    return new LetterFilter(
        new LinkedHashSet<>(labels),
        new LinkedHashSet<>(policies),
        Optional.ofNullable(since),
        Optional.ofNullable(until));
  }

  /** Whether nothing was said, so that all letters are meant. */
  boolean isEmpty() {
    return labels.isEmpty() && policies.isEmpty() && since == null && until == null;
  }

  /** A class that there is: a misspelt one would find nothing, and look like good news. */
  static final class OfClass implements ITypeConverter<String> {
    @Override
    public String convert(String label) {
      if (Refusal.of(label).isEmpty() && !label.equals(Letter.UNCLASSIFIED)) {
        throw new TypeConversionException(
            "'%s' is no class of dead letters: there are %s"
                .formatted(
                    label,
                    Arrays.stream(Refusal.values())
                        .map(Refusal::label)
                        .collect(Collectors.joining(", "))));
      }
      return label;
    }
  }
}
