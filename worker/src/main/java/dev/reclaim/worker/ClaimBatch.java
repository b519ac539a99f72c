package dev.reclaim.worker;

import dev.reclaim.events.ExpiredRecords;
import dev.reclaim.worker.claims.ReceivedClaim;
import dev.reclaim.worker.ledger.Settled;
import dev.reclaim.worker.pace.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims that one thread carries out in as few transactions as they fit into; what cannot share one
 * is carried out by itself.
 */
final class ClaimBatch {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimBatch.class);

  private final Handling task;
  private final Sharing sharing;
  private final List<Taken> claims;

  /** Carries several claims out in one transaction; {@link ClaimProcessor} does. */
  @FunctionalInterface
  interface Sharing {
    ClaimProcessor.Shared process(List<ReceivedClaim> claims, Patience patience)
        throws InterruptedException;
  }

  /**
   * A batch.
   *
   * @param claims about rows of the same policy and cutoff, or one of any kind
   */
  ClaimBatch(Handling task, Sharing sharing, List<Taken> claims) {
    this.task = task;
    this.sharing = sharing;
    this.claims = claims;
  }

  void carryOut() throws InterruptedException {
    if (claims.get(0).claim().claim() instanceof ExpiredRecords) {
      share();
    } else {
      for (Taken taken : claims) {
        task.carryOut(taken);
      }
    }
  }

  private void share() throws InterruptedException {
    List<Taken> left = claims;
    while (!left.isEmpty()) {
      ClaimProcessor.Shared shared = new ClaimProcessor.Shared(left.size(), Optional.empty());
      try {
        Delivery first = left.get(0).delivery();
        shared = sharing.process(left.stream().map(Taken::claim).toList(), first::waitFor);
      } catch (ClaimProcessor.GivenUpException over) {
        left = stillOurs(left);
        continue;
      } catch (AwayException away) {
        left.forEach(taken -> wait(taken.delivery(), away));
        return;
      } catch (RuntimeException failure) {
        LOG.debug("{} claims are tried one by one", left.size(), failure);
      }
      end(left.subList(0, shared.claims()), shared.settled());
      left = left.subList(shared.claims(), left.size());
    }
  }

  private void wait(Delivery delivery, AwayException away) {
    delivery.tries().next();
    task.await(delivery, away);
  }

  /** Who gave up was the first; others of the group may be of partitions that are still ours. */
  private static List<Taken> stillOurs(List<Taken> members) throws InterruptedException {
    List<Taken> ours = new ArrayList<>();
    for (Taken member : members.subList(1, members.size())) {
      if (member.delivery().waitFor(0)) {
        ours.add(member);
      }
    }
    return ours;
  }

  private void end(List<Taken> members, Optional<List<Settled>> settled)
      throws InterruptedException {
    for (int i = 0; i < members.size(); i++) {
      Taken taken = members.get(i);
      if (settled.isEmpty() || !published(taken.delivery(), settled.get().get(i))) {
        task.carryOut(taken);
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
