package dev.reclaim.store;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code manifest.json} says of one inventory.
 *
 * @param columns of its files, in their order
 */
record InventoryManifest(String sourceBucket, List<String> columns, List<File> files) {
  static final String KEY = "Key";
  static final String SIZE = "Size";
  static final String MODIFIED = "LastModifiedDate";
  static final String ETAG = "ETag";
  static final String LATEST = "IsLatest";
  static final String DELETE_MARKER = "IsDeleteMarker";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * A part of the inventory.
   *
   * @param md5 of its bytes as they lie in the bucket, in hexadecimal digits
   */
  record File(String key, String md5) {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  static InventoryManifest of(String text) {
    JsonNode json = json(text);
    if (!json.path("fileFormat").asString("").equals("CSV")) {
      throw new IllegalArgumentException("it is not in the format CSV: choose that");
    }
    List<String> columns =
        Stream.of(json.path("fileSchema").asString("").split(",")).map(String::strip).toList();
    for (String needed : List.of(KEY, SIZE, MODIFIED, ETAG)) {
      if (!columns.contains(needed)) {
        throw new IllegalArgumentException(
            "it has no " + needed + ": add size, last modified date and ETag to its fields");
      }
    }
    List<File> files = new ArrayList<>();
    for (JsonNode file : json.path("files")) {
      files.add(new File(file.path("key").asString(), file.path("MD5checksum").asString()));
    }
    return new InventoryManifest(json.path("sourceBucket").asString(""), columns, files);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("its manifest is no JSON", e);
    }
  }
}
