package dev.reclaim.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The sums of what was dropped of a ledger, and whose events they were. */
final class Totals {
  final Map<String, Sum> byPolicy = new HashMap<>();
  final Set<FakeDatabase.Named> events = new HashSet<>();

  void fold(FakeDatabase.Named event, Entry entry) {
    events.add(event);
    byPolicy.merge(entry.policy(), new Sum(entry.rows(), entry.files(), entry.bytes()), Sum::plus);
  }
}
