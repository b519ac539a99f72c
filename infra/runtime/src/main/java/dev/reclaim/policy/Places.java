package dev.reclaim.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where in the file each part of it, or of a policy, stands, for what is found out later. */
public final class Places {
  private final Map<String, Place> positions = new HashMap<>();
  private final Place start;

  private Places(Place start) {
    this.start = start;
  }

  /** For a file that nobody wrote: everything stands at its start. */
  public static Places unknown(String file) {
    return new Places(Place.of(file, Position.START));
  }

  /** The places of everything below a node. */
  static Places of(String file, YamlNode node) {
    Places places = new Places(Place.of(file, node.position()));
    places.collect(file, "", node);
    return places;
  }

  /** The places of several files; what more than one of them has stands in the first. */
  static Places together(List<Places> files) {
    Places together = new Places(files.get(0).start);
    files.forEach(file -> file.positions.forEach(together.positions::putIfAbsent));
    return together;
  }

  /**
   * {@code file:line:column} of a part.
   *
   * @param path like {@code expire.by} or {@code protect[0].column}; of a part that is not there,
   *     the nearest one around it
   */
  public String of(String path) {
    return at(path).toString();
  }

  /** The same, to be compared with others. */
  public Place at(String path) {
    for (String part = path; !part.isEmpty(); part = around(part)) {
      Place place = positions.get(part);
      if (place != null) {
        return place;
      }
    }
    return start;
  }

  /** Whether there is such a part. */
  public boolean has(String path) {
    return positions.containsKey(path);
  }

  /** Whether a part has parts of its own. */
  public boolean hasBelow(String path) {
    return positions.keySet().stream().anyMatch(it -> it.startsWith(path + "."));
  }

  private static String around(String path) {
    int end = Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
    return end < 0 ? "" : path.substring(0, end);
  }

  private void collect(String file, String path, YamlNode node) {
    if (node instanceof YamlNode.Mapping mapping) {
      String before = path.isEmpty() ? "" : path + ".";
      mapping
          .keyPositions()
          .forEach((key, position) -> positions.put(before + key, Place.of(file, position)));
      mapping.entries().forEach((key, value) -> collect(file, before + key, value));
    } else if (node instanceof YamlNode.Listing listing) {
      List<YamlNode> items = listing.items();
      for (int i = 0; i < items.size(); i++) {
        String item = path + "[" + i + "]";
        positions.put(item, Place.of(file, items.get(i).position()));
        collect(file, item, items.get(i));
      }
    }
  }
}
