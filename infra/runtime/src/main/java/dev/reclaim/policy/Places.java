package dev.reclaim.policy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where in the file each part of it, or of a policy, stands, for what is found out later. */
public final class Places {
  private final String file;
  private final Map<String, Position> positions = new HashMap<>();
  private final Position start;

  private Places(String file, Position start) {
    this.file = file;
    this.start = start;
  }

  /** For a file that nobody wrote: everything stands at its start. */
  public static Places unknown(String file) {
    return new Places(file, Position.START);
  }

  /** The places of everything below a node. */
  static Places of(String file, YamlNode node) {
    Places places = new Places(file, node.position());
    places.collect("", node);
    return places;
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
      Position position = positions.get(part);
      if (position != null) {
        return Place.of(file, position);
      }
    }
    return Place.of(file, start);
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

  private void collect(String path, YamlNode node) {
    if (node instanceof YamlNode.Mapping mapping) {
      String before = path.isEmpty() ? "" : path + ".";
      mapping.keyPositions().forEach((key, position) -> positions.put(before + key, position));
      mapping.entries().forEach((key, value) -> collect(before + key, value));
    } else if (node instanceof YamlNode.Listing listing) {
      List<YamlNode> items = listing.items();
      for (int i = 0; i < items.size(); i++) {
        String item = path + "[" + i + "]";
        positions.put(item, items.get(i).position());
        collect(item, items.get(i));
      }
    }
  }
}
