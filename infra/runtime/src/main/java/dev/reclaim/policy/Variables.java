package dev.reclaim.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Resolves {@code ${NAME}} from the environment and {@code file:PATH} from a file, so that no
 * secret stands in a text.
 */
final class Variables implements UnaryOperator<String> {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
  private static final String FILE = "file:";

  private final Function<String, @Nullable String> environment;

  Variables(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * The text with every variable in place.
   *
   * @throws IllegalArgumentException naming the variable that is not set
   */
  @Override
  public String apply(String text) {
    return VARIABLE
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(1))));
  }

  /** Whether a secret is referred to rather than written down. */
  static boolean refersElsewhere(String text) {
    return text.startsWith(FILE) || VARIABLE.matcher(text).matches();
  }

  /** Content of the file that a resolved {@code file:} reference names, or the text itself. */
  static String secret(String text) {
    if (!text.startsWith(FILE)) {
      return text;
    }
    Path file = Path.of(text.substring(FILE.length()));
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the secret's file " + file + " cannot be read: make it, or let this user read it", e);
    }
  }

  private String value(String name) {
    @Nullable String value = environment.apply(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the environment variable " + name + " is not set: export it first");
    }
    return value;
  }
}
