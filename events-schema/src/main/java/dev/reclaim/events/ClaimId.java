package dev.reclaim.events;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Ids of the planner's own events: the run's id and a digest of what is claimed.
 *
 * <p>Planning the same page again makes the same id; a worker recomputes it, so that an event
 * cannot pass for another's.
 */
public final class ClaimId {
  /** {@code ce_source} of the planner's events, whose ids a worker recomputes. */
  public static final String PLANNER = "reclaim/planner";

  /**
   * {@code ce_source} of a worker's follow-ups, which are honoured only if their parent's ledger
   * row names them.
   */
  public static final String WORKER = "reclaim/worker";

  /**
   * Source of what an operator brought back from a quarantine: no event was ever said for it, only
   * its outcome.
   */
  public static final String RESTORE = "reclaim/restore";

  private static final int DIGEST_BYTES = 16;

  private ClaimId() {}

  /**
   * Id of {@code claim} within {@code run}: {@code run/hex}, where that is short enough for an id;
   * else the run's digest stands in its place.
   */
  public static String of(String run, Claim claim) {
    TextDigest digest = new TextDigest(sha256());
    digest.add(claim.kind().type());
    digest.add(claim.policy());
    if (claim instanceof ExpiredRecords rows) {
      digest.add(rows.cutoff().toString());
      for (List<String> key : rows.keys()) {
        digest.add(key.size());
        key.forEach(digest::add);
      }
    } else if (claim instanceof ExpiredPartition partition) {
      digest.add(partition.cutoff().toString());
      List<String> texts =
          List.of(partition.table(), partition.partition(), partition.from(), partition.to());
      digest.add(texts.size());
      texts.forEach(digest::add);
    } else if (claim instanceof OrphanedFiles files) {
      digest.add(files.store());
      files.files().forEach(file -> addAll(digest, file));
    } else if (claim instanceof StoreLeftovers store) {
      digest.add(store.store());
      store.leftovers().forEach(leftover -> addAll(digest, leftover));
    } else if (claim instanceof QuarantinedFiles files) {
      digest.add(files.store());
      digest.add(files.names().size());
      files.names().forEach(digest::add);
    }
    String suffix = "/" + HexFormat.of().formatHex(digest.end(), 0, DIGEST_BYTES);
    boolean fits = run.length() + suffix.length() <= EventIdentity.LENGTH_MAX;
    return (fits ? run : digest(run.getBytes(StandardCharsets.UTF_8))) + suffix;
  }

  /**
   * Id of {@code claim} within one pass of {@code run}: {@code run/pass/hex}. A pass that finds
   * exactly what the one before found says so as another event, or the ledger would take it for the
   * old one sent again.
   */
  public static String of(String run, int pass, Claim claim) {
    return of(run + "/" + pass, claim);
  }

  /** Whether {@code id} is that of {@code claim} within some pass of {@code run}. */
  public static boolean isOf(String run, String id, Claim claim) {
    int slash = id.lastIndexOf('/');
    return slash > run.length()
        && id.startsWith(run + "/")
        && id.substring(run.length() + 1, slash).matches("[1-9][0-9]{0,3}")
        && id.equals(of(id.substring(0, slash), claim));
  }

  /** SHA-256 of an event's value in hex: another value under the same identity is refused. */
  public static String digest(byte[] value) {
    return HexFormat.of().formatHex(sha256().digest(value));
  }

  private static void addAll(TextDigest digest, ClaimedFile file) {
    digest.add(file.path());
    digest.add(file.etag() == null ? "" : file.etag());
    digest.add(file.modified() == null ? "" : file.modified().toString());
    digest.add(file.size() == null ? "" : file.size().toString());
    if (!file.labels().isEmpty()) {
      // No text has a length below zero, so that labels cannot pass for another file.
      digest.add(-file.labels().size());
      file.labels()
          .forEach(
              (name, value) -> {
                digest.add(name);
                digest.add(value);
              });
    }
  }

  private static void addAll(TextDigest digest, ClaimedLeftover leftover) {
    digest.add(leftover.path());
    digest.add(leftover.version() == null ? "" : leftover.version());
    digest.add(leftover.upload() == null ? "" : leftover.upload());
    digest.add(leftover.since() == null ? "" : leftover.since().toString());
    digest.add(leftover.size() == null ? "" : leftover.size().toString());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
