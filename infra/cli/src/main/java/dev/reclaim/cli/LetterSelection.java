package dev.reclaim.cli;

import dev.reclaim.deadletters.LetterId;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** Letters that something is done about: named one by one, or by what they say. */
final class LetterSelection {
  @Mixin private LetterFilterOptions filter;

  @Parameters(
      paramLabel = "PARTITION:OFFSET",
      description = "Letters by their place on the topic, as list shows it.")
  private List<String> places = List.of();

  @Option(names = "--everything", description = "All letters that nothing was done about yet.")
  private boolean everything;

  @Option(names = "--all", description = "Also those that something was done about already.")
  private boolean all;

  @Option(names = "--dry-run", description = "Says what it would do, and does nothing.")
  private boolean dryRun;

  @SuppressWarnings("NullAway.Init")
  LetterSelection() {}

  /** Neither all letters by an oversight, nor fewer than were asked for. */
  void requireOne(CommandLine command) {
    int ways = (places.isEmpty() ? 0 : 1) + (filter.isEmpty() ? 0 : 1) + (everything ? 1 : 0);
    if (ways == 0) {
      throw new ParameterException(
          command,
          "Say which letters: PARTITION:OFFSET, a filter such as --class unknown-policy, or --everything.");
    }
    if (ways > 1) {
      throw new ParameterException(
          command, "Say which letters in one way: PARTITION:OFFSET, filters, or --everything.");
    }
    try {
      var unused = ids();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command, String.valueOf(e.getMessage()));
    }
  }

  LetterFilterOptions filter() {
    return filter;
  }

  List<LetterId> ids() {
    return places.stream().map(LetterId::of).toList();
  }

  boolean all() {
    return all;
  }

  boolean dryRun() {
    return dryRun;
  }

  /** A place on the topic. */
  static final class OfLetter implements ITypeConverter<LetterId> {
    @Override
    public LetterId convert(String text) {
      try {
        return LetterId.of(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
