package dev.reclaim.store;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a browser or a file system makes of {@code a//b}, {@code a/./b} and {@code a/../b}. */
final class DotSegments {
  /** What tells a path in which there is something to resolve. */
  static final Pattern ODD = Pattern.compile("//|\\./|/\\.{0,2}$");

  private DotSegments() {}

  /** The path with single slashes, and the same without dots. */
  static Set<String> resolved(String path) {
    return Stream.concat(Stream.of(path.replaceAll("/+", "/")), normalized(path).stream())
        .collect(Collectors.toSet());
  }

  /** The relative path without empty names and dots; empty where it leads out or nowhere. */
  static Optional<String> normalized(String path) {
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        if (names.pollLast() == null) {
          return Optional.empty();
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return names.isEmpty() ? Optional.empty() : Optional.of(String.join("/", names));
  }
}
