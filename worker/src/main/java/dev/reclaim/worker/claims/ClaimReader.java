package dev.reclaim.worker.claims;

import dev.reclaim.events.Claim;
import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimKind;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.ClaimedLeftover;
import dev.reclaim.events.CloudEvent;
import dev.reclaim.events.Envelope;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredPartition;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.InvalidEventException;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.QuarantinedFiles;
import dev.reclaim.events.Refusal;
import dev.reclaim.events.StoreLeftovers;
import dev.reclaim.events.Topics;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads claims from records' headers and values. */
public final class ClaimReader {
  /** Days that every database can hold and write as we do. */
  private static final LocalDate FIRST = LocalDate.of(1, 1, 1);

  private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

  private ClaimReader() {}

  /**
   * Reads one claim, in either of CloudEvents' modes. The digest is that of the value as it came: a
   * retry has to be the same bytes in the same mode.
   *
   * @param kind what the record's topic carries; a kind that shares its topic will do, too
   * @throws InvalidEventException when this is no such claim; says why
   */
  public static ReceivedClaim read(
      ClaimKind kind, Map<String, String> headers, byte @Nullable [] value) {
    if (value == null || value.length == 0) {
      throw new InvalidEventException("the value is empty");
    }
    if (value.length > Claim.BYTES_MAX) {
      throw new InvalidEventException(
          Refusal.TOO_LARGE,
          "the value has %d bytes, more than %d".formatted(value.length, Claim.BYTES_MAX));
    }
    Envelope envelope = Envelope.open(headers, value);
    CloudEvent event = envelope.event();
    Claim claim = envelope.data(kindOf(event, kind).payload());
    EventIdentity identity = identity(event);
    requireKeepable(identity, claim);
    requireOwnId(identity, claim);
    return new ReceivedClaim(identity, claim, ClaimId.digest(value));
  }

  private static ClaimKind kindOf(CloudEvent event, ClaimKind kind) {
    return ClaimKind.ofType(event.type())
        .filter(said -> Topics.DEFAULT.of(said).equals(Topics.DEFAULT.of(kind)))
        .orElseThrow(
            () ->
                new InvalidEventException(
                    Refusal.WRONG_TYPE,
                    "ce_type is %s, this topic carries %s".formatted(event.type(), kind.type())));
  }

  private static EventIdentity identity(CloudEvent event) {
    try {
      return event.identity();
    } catch (IllegalArgumentException e) {
      throw new InvalidEventException(Refusal.INVALID_HEADER, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * What the ledger could not take has to be found out now: after files are deleted it would be too
   * late to count them.
   */
  private static void requireKeepable(EventIdentity identity, Claim claim) {
    @Nullable String run = claim.run();
    if (run != null && run.length() > EventIdentity.LENGTH_MAX) {
      throw new InvalidEventException(
          "run is longer than " + EventIdentity.LENGTH_MAX + " characters");
    }
    requireKeepable(identity.plannedOn());
    if ((claim instanceof ExpiredRecords rows && !isKeepable(rows.cutoff()))
        || (claim instanceof ExpiredPartition partition && !isKeepable(partition.cutoff()))) {
      throw new InvalidEventException("cutoff is not between the years 1 and 9999");
    }
    Stream<String> names =
        Stream.of(identity.source(), identity.id(), claim.policy(), run == null ? "" : run);
    if (!Stream.concat(names, entries(claim)).allMatch(ClaimReader::isText)) {
      throw new InvalidEventException(
          "a text holds what no database can: U+0000, or half of a surrogate pair");
    }
  }

  private static void requireKeepable(LocalDate day) {
    if (day.isAfter(LAST)) {
      throw new InvalidEventException(
          Refusal.FROM_THE_FUTURE, "from the future: planned on " + day);
    }
    if (day.isBefore(FIRST)) {
      throw new InvalidEventException(Refusal.TOO_OLD, "too old: planned on " + day);
    }
  }

  private static boolean isKeepable(Instant time) {
    return !time.isBefore(FIRST.atStartOfDay().toInstant(ZoneOffset.UTC))
        && time.isBefore(LAST.plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC));
  }

  private static Stream<String> entries(Claim claim) {
    if (claim instanceof ExpiredRecords rows) {
      return rows.keys().stream().mapMulti((key, each) -> key.forEach(each));
    }
    if (claim instanceof ExpiredPartition partition) {
      return Stream.of(partition.table(), partition.partition(), partition.from(), partition.to());
    }
    if (claim instanceof StoreLeftovers store) {
      return store.leftovers().stream().flatMap(ClaimReader::texts);
    }
    if (claim instanceof QuarantinedFiles files) {
      return Stream.concat(Stream.of(files.store()), files.names().stream());
    }
    OrphanedFiles files = (OrphanedFiles) claim;
    @Nullable EventIdentity parent = files.parent();
    if (parent != null) {
      requireKeepable(parent.plannedOn());
    }
    Stream<String> texts = files.files().stream().flatMap(ClaimReader::texts);
    return parent == null ? texts : Stream.concat(Stream.of(parent.source(), parent.id()), texts);
  }

  private static Stream<String> texts(ClaimedFile file) {
    return Stream.concat(Stream.of(file.path()), file.labels().values().stream());
  }

  private static Stream<String> texts(ClaimedLeftover leftover) {
    return Stream.of(leftover.path(), leftover.version(), leftover.upload())
        .filter(Objects::nonNull);
  }

  /** By hand, because it is done for every key. */
  private static boolean isText(String text) {
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit == 0) {
        return false;
      }
      if (Character.isSurrogate(unit)) {
        if (Character.isLowSurrogate(unit)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** Our own ids are digests of what they claim: an event that says otherwise is not ours. */
  private static void requireOwnId(EventIdentity identity, Claim claim) {
    boolean own = true;
    if (identity.source().equals(ClaimId.PLANNER)) {
      @Nullable String run = claim.run();
      own = run != null && ClaimId.isOf(run, identity.id(), claim);
    } else if (identity.source().equals(ClaimId.WORKER)) {
      own =
          claim instanceof OrphanedFiles files
              && files.parent() != null
              && identity.id().equals(ClaimId.of(files.parent().id(), claim));
    } else if (identity.source().equals(ClaimId.RESTORE)) {
      own = false;
    }
    if (!own) {
      throw new InvalidEventException(
          Refusal.NOT_ENTITLED,
          "the id " + identity.id() + " does not belong to what is claimed under it");
    }
  }
}
