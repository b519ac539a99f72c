package dev.reclaim.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.testing.BucketVersions.Part;
import dev.reclaim.testing.BucketVersions.Upload;
import dev.reclaim.testing.BucketVersions.Version;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Listings of a bucket as S3 writes them, page by page. */
final class BucketPages {
  private final BucketVersions bucket;
  private final int pageMax;
  private final Map<String, String> query;

  BucketPages(BucketVersions bucket, int pageMax, Map<String, String> query) {
    this.bucket = bucket;
    this.pageMax = pageMax;
    this.query = query;
  }

  String objects() {
    String after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
    List<Version> all =
        bucket.keys.tailMap(after, false).keySet().stream()
            .filter(key -> key.startsWith(query.getOrDefault("prefix", "")))
            .flatMap(key -> bucket.current(key).stream())
            .toList();
    List<Version> page = all.subList(0, Math.min(pageMax, all.size()));
    boolean more = page.size() < all.size();
    String next =
        more ? element("NextContinuationToken", escaped(page.get(page.size() - 1).key())) : "";
    return element(
        "ListBucketResult",
        element("IsTruncated", more)
            + encoding()
            + next
            + page.stream()
                .map(version -> element("Contents", content(version)))
                .collect(Collectors.joining()));
  }

  String versions() {
    List<Version> all = new ArrayList<>();
    String keyMarker = query.getOrDefault("key-marker", "");
    String versionMarker = query.getOrDefault("version-id-marker", "");
    boolean within = !versionMarker.isEmpty();
    for (List<Version> versions : bucket.keys.tailMap(keyMarker, within).values()) {
      boolean beyond = !within || !versions.get(0).key().equals(keyMarker);
      for (Version version : versions) {
        if (beyond && version.key().startsWith(query.getOrDefault("prefix", ""))) {
          all.add(version);
        }
        beyond = beyond || version.id().equals(versionMarker);
      }
    }
    List<Version> page = all.subList(0, Math.min(pageMax, all.size()));
    boolean more = page.size() < all.size();
    String next = "";
    if (more) {
      Version last = page.get(page.size() - 1);
      next = element("NextKeyMarker", key(last.key())) + element("NextVersionIdMarker", last.id());
    }
    return element(
        "ListVersionsResult",
        element("IsTruncated", more)
            + encoding()
            + next
            + page.stream().map(this::version).collect(Collectors.joining()));
  }

  private String version(Version version) {
    boolean latest = bucket.keys.getOrDefault(version.key(), List.of()).get(0).equals(version);
    return element(
        version.marker() ? "DeleteMarker" : "Version",
        content(version) + element("VersionId", version.id()) + element("IsLatest", latest));
  }

  private String content(Version version) {
    return element("Key", key(version.key()))
        + element("LastModified", version.modified())
        + element("ETag", escaped(version.etag()))
        + element("Size", version.content().length());
  }

  String uploads() {
    String after =
        query.getOrDefault("key-marker", "")
            + Optional.ofNullable(query.get("upload-id-marker")).map(id -> "\n" + id).orElse("");
    List<Upload> all =
        bucket.uploads.tailMap(after, false).values().stream()
            .filter(upload -> upload.key().startsWith(query.getOrDefault("prefix", "")))
            .toList();
    List<Upload> page = all.subList(0, Math.min(pageMax, all.size()));
    boolean more = page.size() < all.size();
    String next = "";
    if (more) {
      Upload last = page.get(page.size() - 1);
      next = element("NextKeyMarker", key(last.key())) + element("NextUploadIdMarker", last.id());
    }
    return element(
        "ListMultipartUploadsResult",
        element("IsTruncated", more)
            + encoding()
            + next
            + page.stream()
                .map(
                    upload ->
                        element(
                            "Upload",
                            element("Key", key(upload.key()))
                                + element("UploadId", upload.id())
                                + element("Initiated", upload.initiated())))
                .collect(Collectors.joining()));
  }

  String parts(Upload upload) {
    int after = Integer.parseInt(query.getOrDefault("part-number-marker", "0"));
    List<Part> all = List.copyOf(upload.parts().tailMap(after, false).values());
    List<Part> page = all.subList(0, Math.min(pageMax, all.size()));
    boolean more = page.size() < all.size();
    String next = more ? element("NextPartNumberMarker", page.get(page.size() - 1).number()) : "";
    return element(
        "ListPartsResult",
        element("IsTruncated", more)
            + next
            + page.stream()
                .map(
                    part ->
                        element(
                            "Part",
                            element("PartNumber", part.number())
                                + element("Size", part.size())
                                + element("LastModified", part.modified())))
                .collect(Collectors.joining()));
  }

  private String encoding() {
    return query.containsKey("encoding-type") ? element("EncodingType", "url") : "";
  }

  private String key(String key) {
    return query.containsKey("encoding-type") ? URLEncoder.encode(key, UTF_8) : escaped(key);
  }

  static String element(String name, Object content) {
    return "<%s>%s</%s>".formatted(name, content, name);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
