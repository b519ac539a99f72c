package dev.reclaim.cli;

import dev.reclaim.cli.demo.DemoException;
import dev.reclaim.database.DatabaseException;
import dev.reclaim.embedded.EmbeddedServerException;
import dev.reclaim.settings.UserException;
import dev.reclaim.settings.UserException.Kind;
import dev.reclaim.store.StoreUnavailableException;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Failures that are circumstances and no mistakes of ours, in the operator's words. */
final class PlainWords {
  private static final String GO_ON =
      "What was done is done and accounted for; running it again goes on from there.";

  private PlainWords() {}

  /** The failure as something the operator can act on; empty where it is ours. */
  static Optional<UserException> of(@Nullable Throwable failure) {
    if (failure instanceof UserException said) {
      return Optional.of(said);
    }
    if (failure instanceof EmbeddedServerException || failure instanceof DemoException) {
      return said("%s", failure);
    }
    if (failure instanceof JdbiException || failure instanceof DatabaseException) {
      return said("A database failed: %s. " + GO_ON, failure);
    }
    if (failure instanceof KafkaException) {
      return said("Kafka failed: %s. " + GO_ON, failure);
    }
    if (failure instanceof StoreUnavailableException) {
      return said("A store failed: %s. " + GO_ON, failure);
    }
    if (failure instanceof InterruptedException) {
      return Optional.of(new UserException(Kind.FAILED, "Stopped before the end. " + GO_ON));
    }
    return Optional.empty();
  }

  private static Optional<UserException> said(String words, Throwable failure) {
    String reason =
        String.valueOf(failure.getMessage())
            .lines()
            .findFirst()
            .orElse("no reason given")
            .replaceAll("\\.$", "");
    return Optional.of(new UserException(Kind.FAILED, words.formatted(reason), failure));
  }
}
