package dev.reclaim.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How files below a directory are referred to. */
final class DirectoryAddresses implements Addresses {
  private static final Pattern FILE = Pattern.compile("(?i)file:(?://(?:localhost)?)?(/.*)");
  private static final Pattern OTHER_SCHEME =
      Pattern.compile("(?i)(file|data|blob|about|mailto|arn):.*");

  /** A key of Rails' Active Storage, whose disk service spreads files over folders. */
  private static final Pattern ACTIVE_STORAGE_KEY = Pattern.compile("[A-Za-z0-9]{20,}");

  private final String directory;

  /** The root's absolute paths with a slash at the end: as configured, and with links resolved. */
  private final Set<String> roots = new LinkedHashSet<>();

  private final PublicUrls publicUrls;

  DirectoryAddresses(DirectorySettings settings) {
    Path absolute = settings.directory().toAbsolutePath().normalize();
    directory = absolute.toString();
    roots.add(slashed(absolute));
    roots.add(slashed(real(absolute)));
    publicUrls = PublicUrls.of(settings.publicUrls());
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path;
    }
  }

  private static String slashed(Path path) {
    return path.toString()
        .replace(path.getFileSystem().getSeparator(), "/")
        .replaceFirst("/*$", "/");
  }

  @Override
  public void collect(String text, Set<String> paths) {
    Set<String> found = new LinkedHashSet<>();
    Matcher file = FILE.matcher(text);
    Optional<Url> url = Url.parse(text).or(() -> withoutScheme(text));
    if (file.matches()) {
      addAbsolute(List.of(file.group(1)), found);
    } else if (url.isPresent()) {
      addRelative(publicUrls.keys(url.get()), found);
    } else if (!OTHER_SCHEME.matcher(text).matches()) {
      addPlain(text, found);
    }
    if (found.isEmpty()) {
      throw new UnparseableReferenceException(text, "names no file below " + directory);
    }
    paths.addAll(found);
  }

  /** Two slashes at the start may just as well be careless ones before the root. */
  private Optional<Url> withoutScheme(String text) {
    return Url.withoutScheme(text).filter(url -> !publicUrls.keys(url).isEmpty());
  }

  @Override
  public List<String> beginnings() {
    Stream<String> below =
        Stream.concat(roots.stream(), publicUrls.paths().stream().map(it -> it + "/"));
    return Stream.concat(below.map(PlainForm::literal), publicUrls.beginnings()).toList();
  }

  @Override
  public boolean isOnlyItself(String beginning) {
    return !beginning.startsWith("/")
        && !beginning.equals(ownName().toLowerCase(Locale.ROOT))
        && !publicUrls.mayBegin(beginning)
        && !ACTIVE_STORAGE_KEY.matcher(beginning).matches();
  }

  private void addPlain(String text, Set<String> paths) {
    for (String piece : Spellings.pieces(text)) {
      addRelative(publicUrls.keysWithoutScheme(piece), paths);
      if (piece.startsWith("/")) {
        addAbsolute(List.of(piece), paths);
      } else {
        addRelative(List.of(piece), paths);
      }
    }
  }

  private void addAbsolute(Collection<String> texts, Set<String> paths) {
    for (String reading : Spellings.of(texts)) {
      DotSegments.normalized(reading)
          .ifPresent(
              path ->
                  roots.forEach(root -> PublicUrls.after(root, "/" + path).ifPresent(paths::add)));
    }
  }

  private void addRelative(Collection<String> texts, Set<String> paths) {
    for (String reading : Spellings.of(texts)) {
      DotSegments.normalized(reading).ifPresent(path -> addBelowRoot(path, paths));
    }
  }

  /**
   * The path, the same without the directory's own name where it starts with that, and where Rails
   * keeps the file of such a key.
   */
  private void addBelowRoot(String path, Set<String> paths) {
    paths.add(path);
    PublicUrls.after(ownName() + "/", path).ifPresent(paths::add);
    if (ACTIVE_STORAGE_KEY.matcher(path).matches()) {
      paths.add("%s/%s/%s".formatted(path.substring(0, 2), path.substring(2, 4), path));
    }
  }

  private String ownName() {
    return directory.substring(directory.lastIndexOf('/') + 1);
  }
}
