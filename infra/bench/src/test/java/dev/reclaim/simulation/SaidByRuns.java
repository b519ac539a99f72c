package dev.reclaim.simulation;

import dev.reclaim.events.ClaimId;
import dev.reclaim.events.ClaimedFile;
import dev.reclaim.events.EventCodec;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.events.OrphanedFiles;
import dev.reclaim.events.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What runs have said on the log: events, and the keys and paths in them. */
final class SaidByRuns {
  private final Map<String, Map<EventIdentity, Integer>> events = new HashMap<>();
  private final Map<String, Set<String>> keys = new HashMap<>();

  /** A record has come to the log. */
  void appended(ConsumerRecord<byte[], byte[]> record) {
    EventIdentity event = Invariants.identity(record);
    if (event.source().equals(ClaimId.PLANNER)) {
      if (record.topic().equals(Topics.DEFAULT.expiredRecords())) {
        ExpiredRecords claim = EventCodec.decode(record.value(), ExpiredRecords.class);
        add(claim.run(), event, claim.keys().stream().map(key -> key.get(0)).toList());
      } else {
        OrphanedFiles claim = EventCodec.decode(record.value(), OrphanedFiles.class);
        add(claim.run(), event, claim.files().stream().map(ClaimedFile::path).toList());
      }
    }
  }

  private void add(@Nullable String run, EventIdentity event, List<String> its) {
    if (run != null) {
      events.computeIfAbsent(run, it -> new HashMap<>()).put(event, its.size());
      keys.computeIfAbsent(run, it -> new HashSet<>()).addAll(its);
    }
  }

  /** Events of a run with how many keys each of them has. */
  Map<EventIdentity, Integer> events(String run) {
    return events.getOrDefault(run, Map.of());
  }

  Set<String> keys(String run) {
    return keys.getOrDefault(run, Set.of());
  }
}
