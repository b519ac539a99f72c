package dev.reclaim.policy;

import dev.reclaim.policy.Problem.Severity;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads several policy files as one. Each is whole in itself; what more than one says of a database
 * or a store has to be the same, and a policy stands in one of them alone.
 */
public final class PolicyFiles {
  private static final Pattern YAML = Pattern.compile(".*\\.ya?ml");

  private final Map<String, DatabaseSettings> databases = new LinkedHashMap<>();
  private final Map<String, StoreDefinition> stores = new LinkedHashMap<>();
  private final List<Policy> policies = new ArrayList<>();
  private final Map<String, Places> places = new LinkedHashMap<>();
  private final Map<String, Place> saidAt = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  private PolicyFiles() {}

  /**
   * Reads files, and of each directory the files {@code *.yaml} and {@code *.yml} in it by their
   * names.
   *
   * @param environment values of {@code ${NAME}}
   * @throws UserException with every mistake of every file, or naming a file that is not there
   */
  public static PolicyFile read(List<Path> paths, Function<String, @Nullable String> environment) {
    return look(paths, environment).whole();
  }

  /**
   * Reads the same as far as it can be read.
   *
   * @throws UserException naming a file that is not there
   */
  public static PolicyReading look(
      List<Path> paths, Function<String, @Nullable String> environment) {
    return together(
        files(paths).stream().map(file -> PolicyFileReader.look(file, environment)).toList());
  }

  /** Reads texts by what they are called in messages. */
  public static PolicyFile read(
      Map<String, String> texts, Function<String, @Nullable String> environment) {
    return together(
            texts.entrySet().stream()
                .map(text -> PolicyFileReader.look(text.getKey(), text.getValue(), environment))
                .toList())
        .whole();
  }

  private static Set<Path> files(List<Path> paths) {
    Map<Path, Path> files = new LinkedHashMap<>();
    for (Path path : paths) {
      for (Path file : Files.isDirectory(path) ? in(path) : List.of(path)) {
        files.putIfAbsent(file.toAbsolutePath().normalize(), file);
      }
    }
    return new LinkedHashSet<>(files.values());
  }

  private static List<Path> in(Path directory) {
    List<Path> files;
    try (Stream<Path> entries = Files.list(directory)) {
      files =
          entries
              .filter(entry -> YAML.matcher(entry.getFileName().toString()).matches())
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new UserException(
          Kind.USAGE, "The directory " + directory + " cannot be read: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new UserException(
          Kind.USAGE,
          "The directory " + directory + " holds no policy file: none ends in .yaml or .yml.");
    }
    return files;
  }

  private static PolicyReading together(List<PolicyReading> readings) {
    return readings.size() == 1 ? readings.get(0) : new PolicyFiles().combined(readings);
  }

  private PolicyReading combined(List<PolicyReading> readings) {
    List<PolicyFile> readable = new ArrayList<>();
    for (PolicyReading reading : readings) {
      problems.addAll(reading.problems());
      reading.readable().ifPresent(readable::add);
    }
    readable.forEach(this::add);
    problems.sort(Problem.BY_PLACE);
    return new PolicyReading(
        readable.isEmpty() ? Optional.empty() : Optional.of(whole(readable)), problems);
  }

  private PolicyFile whole(List<PolicyFile> files) {
    return new PolicyFile(
        files.stream().map(PolicyFile::name).collect(Collectors.joining(", ")),
        databases,
        stores,
        List.copyOf(policies),
        places,
        Places.together(files.stream().map(PolicyFile::whole).toList()));
  }

  private void add(PolicyFile file) {
    file.databases().forEach((name, it) -> agree(databases, Subject.Kind.DATABASE, name, it, file));
    file.stores().forEach((name, it) -> agree(stores, Subject.Kind.STORE, name, it, file));
    for (Policy policy : file.policies()) {
      Places own = file.places(policy);
      @Nullable Places other = places.putIfAbsent(policy.name(), own);
      if (other == null) {
        policies.add(policy);
      } else {
        problem(
            own.at("name"),
            new Subject(Subject.Kind.POLICY, policy.name()),
            "the name stands at %s, too: every policy needs its own".formatted(other.at("name")));
      }
    }
  }

  private <T> void agree(
      Map<String, T> said, Subject.Kind kind, String name, T now, PolicyFile file) {
    String path = kind == Subject.Kind.DATABASE ? "databases." + name : "stores." + name;
    Place place = file.whole().at(path);
    @Nullable T before = said.putIfAbsent(name, now);
    if (before == null) {
      saidAt.put(path, place);
    } else if (!before.equals(now)) {
      problem(
          place,
          new Subject(kind, name),
          "something else is said of it at %s: say the same in both files, or give one another name"
              .formatted(Objects.requireNonNull(saidAt.get(path))));
    }
  }

  private void problem(Place place, Subject subject, String what) {
    problems.add(new Problem(place, subject, Severity.ERROR, what, ""));
  }
}
