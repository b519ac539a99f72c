package dev.reclaim.worker;

import dev.reclaim.events.Claim;
import dev.reclaim.events.EventIdentity;
import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Settled;
import dev.reclaim.worker.rows.RowCleanup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that one thread takes at a time. Claims about rows of the same policy and cutoff share a
 * transaction; what cannot share one is carried out by itself.
 */
final class ClaimBatch {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimBatch.class);

  /** Most records taken at a time: enough of the smallest to make a transaction worth its while. */
  private static final int RECORDS_MAX = 200;

  private final ClaimTask task;
  private final ClaimProcessor processor;
  private final Map<Sharing, List<Member>> groups = new LinkedHashMap<>();
  private final List<Delivery> single = new ArrayList<>();
  private final Set<EventIdentity> seen = new HashSet<>();

  private ClaimBatch(ClaimTask task, ClaimProcessor processor) {
    this.task = task;
    this.processor = processor;
  }

  /** What claims must have in common to share a transaction. */
  private record Sharing(String policy, Instant cutoff) {}

  private record Member(Delivery delivery, ReceivedClaim claim) {}

  /**
   * Takes records from the queue, as many as make one full transaction, and carries them out.
   *
   * @param queue gives the next record, or nothing
   * @param share most records to take, so that other threads get theirs
   */
  static void carryOut(
      ClaimTask task, ClaimProcessor processor, Supplier<Optional<Delivery>> queue, int share)
      throws InterruptedException {
    ClaimBatch batch = new ClaimBatch(task, processor);
    int keys = 0;
    for (int records = 0;
        records < Math.min(share, RECORDS_MAX) && keys < RowCleanup.KEYS_MAX;
        records++) {
      Optional<Delivery> next = queue.get();
      if (next.isEmpty()) {
        break;
      }
      keys += batch.add(next.get());
    }
    batch.carryOut();
  }

  private int add(Delivery delivery) {
    if (!task.mayShare(delivery.record())) {
      single.add(delivery);
      return 0;
    }
    try {
      ReceivedClaim claim = task.read(delivery.record());
      Claim said = claim.claim();
      if (said instanceof ExpiredRecords rows && seen.add(claim.identity())) {
        groups
            .computeIfAbsent(
                new Sharing(rows.policy(), rows.cutoff()), sharing -> new ArrayList<>())
            .add(new Member(delivery, claim));
        return rows.keys().size();
      }
    } catch (RuntimeException e) {
      // Whatever is wrong with one record is its own business, and found out again there.
      LOG.debug("no claim that can be shared: {}", e.toString());
    }
    single.add(delivery);
    return 0;
  }

  private void carryOut() throws InterruptedException {
    for (List<Member> group : groups.values()) {
      share(group);
    }
    for (Delivery delivery : single) {
      task.carryOut(delivery);
    }
  }

  private void share(List<Member> group) throws InterruptedException {
    List<Member> left = group;
    while (!left.isEmpty()) {
      ClaimProcessor.Shared shared = new ClaimProcessor.Shared(left.size(), Optional.empty());
      try {
        Delivery first = left.get(0).delivery();
        shared = processor.process(left.stream().map(Member::claim).toList(), first::waitFor);
      } catch (ClaimProcessor.GivenUpException over) {
        left = stillOurs(left);
        continue;
      } catch (RuntimeException failure) {
        LOG.debug("{} claims are tried one by one", left.size(), failure);
      }
      end(left.subList(0, shared.claims()), shared.settled());
      left = left.subList(shared.claims(), left.size());
    }
  }

  /** Who gave up was the first; others of the group may be of partitions that are still ours. */
  private static List<Member> stillOurs(List<Member> members) throws InterruptedException {
    List<Member> ours = new ArrayList<>();
    for (Member member : members.subList(1, members.size())) {
      if (member.delivery().waitFor(0)) {
        ours.add(member);
      }
    }
    return ours;
  }

  private void end(List<Member> members, Optional<List<Settled>> settled)
      throws InterruptedException {
    for (int i = 0; i < members.size(); i++) {
      Delivery delivery = members.get(i).delivery();
      if (settled.isEmpty() || !published(delivery, settled.get().get(i))) {
        task.carryOut(delivery);
      }
    }
  }

  private boolean published(Delivery delivery, Settled settled) throws InterruptedException {
    try {
      task.publish(delivery, settled);
      return true;
    } catch (RuntimeException failure) {
      LOG.debug("{} is said again", settled.outcome().event(), failure);
      return false;
    }
  }
}
