package dev.reclaim.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.settings.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * The newest inventory of a bucket, read in place of a listing. It is a day old or a week: what it
 * shows may be gone or changed, and what is new it does not show. So it can propose files, and
 * whoever deletes one looks at it first.
 */
final class S3Inventory {
  private static final Pattern DATED = Pattern.compile(".*/\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\dZ/");

  private final S3Client client;
  private final InventorySettings settings;
  private final String source;
  private final String place;

  /**
   * The inventory of one bucket.
   *
   * @param source the bucket that it is of
   * @param place names the store in messages
   */
  S3Inventory(S3Client client, InventorySettings settings, String source, String place) {
    this.client = client;
    this.settings = settings;
    this.source = source;
    this.place =
        "%s: the inventory in %s/%s".formatted(place, settings.bucket(), settings.prefix());
  }

  /**
   * Whether there is one that can be read.
   *
   * @throws UserException there is none; says why
   */
  void check() {
    try {
      InventoryManifest unused = newest();
    } catch (StoreUnavailableException e) {
      throw new UserException(UserException.Kind.FAILED, e.getMessage() + ".", e);
    }
  }

  /** Shows what it has of the bucket, like a listing. */
  void list(String prefix, Consumer<StoredObject> visitor) {
    InventoryManifest manifest = newest();
    for (InventoryManifest.File file : manifest.files()) {
      try {
        read(file, new InventoryRow(manifest.columns()), prefix, visitor);
      } catch (SdkException e) {
        throw S3Failure.unavailable(place, e);
      } catch (IOException | IllegalArgumentException | DateTimeException e) {
        throw new StoreUnavailableException(
            "%s cannot be read in %s (%s)".formatted(place, file.key(), e.getMessage()), e);
      }
    }
  }

  /** A folder without a manifest is one that is being written. */
  private InventoryManifest newest() {
    for (String folder : folders()) {
      Optional<String> manifest = text(folder + "manifest.json");
      if (manifest.isPresent()) {
        return manifest(manifest.get());
      }
    }
    throw new StoreUnavailableException(
        place + " is not there: no dated folder with a manifest.json is below it", null);
  }

  private List<String> folders() {
    S3Pages pages = new S3Pages(client, settings.bucket(), place, settings.prefix(), "/");
    List<String> folders = new ArrayList<>();
    for (Optional<S3Pages.Page> page = pages.next(); page.isPresent(); page = pages.next()) {
      folders.addAll(page.get().folders());
    }
    return folders.stream()
        .filter(folder -> DATED.matcher("/" + folder).matches())
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private Optional<String> text(String key) {
    try (InputStream in = client.getObject(request -> request.bucket(settings.bucket()).key(key))) {
      return Optional.of(new String(in.readAllBytes(), UTF_8));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (SdkException e) {
      throw S3Failure.unavailable(place, e);
    } catch (IOException e) {
      throw new StoreUnavailableException(place + " cannot be read", e);
    }
  }

  private InventoryManifest manifest(String text) {
    InventoryManifest manifest;
    try {
      manifest = InventoryManifest.of(text);
    } catch (IllegalArgumentException e) {
      throw new StoreUnavailableException(place + " cannot be used: " + e.getMessage(), e);
    }
    if (!manifest.sourceBucket().equals(source)) {
      throw new StoreUnavailableException(
          "%s is of the bucket %s, not of %s".formatted(place, manifest.sourceBucket(), source),
          null);
    }
    return manifest;
  }

  private void read(
      InventoryManifest.File file, InventoryRow row, String prefix, Consumer<StoredObject> visitor)
      throws IOException {
    MessageDigest md5 = md5();
    try (InputStream in =
            client.getObject(request -> request.bucket(settings.bucket()).key(file.key()));
        DigestInputStream digested = new DigestInputStream(in, md5)) {
      CsvRows rows = rows(file, digested);
      for (Optional<List<String>> next = rows.next(); next.isPresent(); next = rows.next()) {
        row.of(next.get())
            .filter(object -> object.path().startsWith(prefix))
            .filter(object -> StorePaths.isFileKey(object.path()))
            .ifPresent(visitor);
      }
      long unused = digested.transferTo(OutputStream.nullOutputStream());
    }
    if (!HexFormat.of().formatHex(md5.digest()).equalsIgnoreCase(file.md5())) {
      throw new IOException("its checksum is not the one in the manifest");
    }
  }

  private static CsvRows rows(InventoryManifest.File file, InputStream in) throws IOException {
    InputStream plain = file.key().endsWith(".gz") ? new GZIPInputStream(in) : in;
    return new CsvRows(new BufferedReader(new InputStreamReader(plain, UTF_8)));
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }

  /** Reads a row by the names of its columns. */
  private record InventoryRow(List<String> columns) {

    /** Empty for a version that is not the newest, and for a delete marker. */
    Optional<StoredObject> of(List<String> fields) throws IOException {
      if (fields.size() != columns.size()) {
        throw new IOException(
            "a row has %d fields in place of %d".formatted(fields.size(), columns.size()));
      }
      if (says(fields, InventoryManifest.DELETE_MARKER, "true")
          || says(fields, InventoryManifest.LATEST, "false")) {
        return Optional.empty();
      }
      return Optional.of(
          new StoredObject(
              URLDecoder.decode(field(fields, InventoryManifest.KEY), UTF_8),
              Long.parseLong(field(fields, InventoryManifest.SIZE)),
              S3Store.unquoted(field(fields, InventoryManifest.ETAG)),
              Instant.parse(field(fields, InventoryManifest.MODIFIED))));
    }

    private String field(List<String> fields, String column) {
      return fields.get(columns.indexOf(column));
    }

    private boolean says(List<String> fields, String column, String value) {
      int at = columns.indexOf(column);
      return at >= 0 && fields.get(at).equalsIgnoreCase(value);
    }
  }
}
