package dev.reclaim.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a bucket holds: versions, delete markers, and parts of uploads. Guarded by its server. */
final class BucketVersions {
  /**
   * A version or a delete marker.
   *
   * @param content a character for each byte; empty for a marker
   */
  record Version(String key, String id, String content, boolean marker, Instant modified) {
    String etag() {
      try {
        byte[] digest = MessageDigest.getInstance("MD5").digest(content.getBytes(ISO_8859_1));
        return '"' + HexFormat.of().formatHex(digest) + '"';
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has MD5", e);
      }
    }
  }

  record Part(int number, long size, Instant modified) {}

  record Upload(String key, String id, Instant initiated, TreeMap<Integer, Part> parts) {}

  /** Versions of each key, the newest first. */
  final TreeMap<String, List<Version>> keys = new TreeMap<>();

  /** By key and id, as a listing shows them. */
  final TreeMap<String, Upload> uploads = new TreeMap<>();

  /** Ids of versions under a legal hold. */
  final Set<String> held = new HashSet<>();

  boolean versioned;
  boolean suspended;
  private int ids;

  Version put(String key, byte[] content, Instant modified) {
    return add(new Version(key, nextId(), new String(content, ISO_8859_1), false, modified));
  }

  private Version add(Version version) {
    List<Version> all = keys.computeIfAbsent(version.key(), first -> new ArrayList<>());
    if (!versioned || suspended) {
      all.removeIf(old -> old.id().equals("null"));
    }
    all.add(0, version);
    return version;
  }

  private String nextId() {
    return versioned && !suspended ? "v%05d".formatted(++ids) : "null";
  }

  Optional<Version> current(String key) {
    return keys.getOrDefault(key, List.of()).stream().findFirst().filter(it -> !it.marker());
  }

  Optional<Version> version(String key, String id) {
    return keys.getOrDefault(key, List.of()).stream().filter(it -> it.id().equals(id)).findFirst();
  }

  /** A plain deletion; the marker that it made, where it made one. */
  Optional<Version> delete(String key, Instant at) {
    if (!versioned) {
      keys.remove(key);
      return Optional.empty();
    }
    return Optional.of(add(new Version(key, nextId(), "", true, at)));
  }

  void deleteVersion(String key, String id) {
    List<Version> all = keys.getOrDefault(key, new ArrayList<>());
    all.removeIf(version -> version.id().equals(id));
    if (all.isEmpty()) {
      keys.remove(key);
    }
  }

  Upload begin(String key, Instant initiated) {
    Upload upload = new Upload(key, "u%05d".formatted(++ids), initiated, new TreeMap<>());
    uploads.put(key + "\n" + upload.id(), upload);
    return upload;
  }

  Optional<Upload> upload(String key, String id) {
    return Optional.ofNullable(uploads.get(key + "\n" + id));
  }

  long bytes() {
    long versions =
        keys.values().stream()
            .flatMap(Collection::stream)
            .mapToLong(version -> version.content().length())
            .sum();
    long parts =
        uploads.values().stream()
            .map(Upload::parts)
            .map(Map::values)
            .flatMap(Collection::stream)
            .mapToLong(Part::size)
            .sum();
    return versions + parts;
  }
}
