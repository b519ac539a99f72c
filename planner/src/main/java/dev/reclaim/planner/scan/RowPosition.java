package dev.reclaim.planner.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.EventCodec;
import dev.reclaim.planner.scan.HeapRelations.Heap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A place in the scan of a table, with all that another process needs to go on from it in the same
 * way; stored with the run as JSON.
 *
 * @param start when the scan began
 * @param relation the table or partition that is being read, quoted; {@link #END} behind the last
 * @param way how it is read
 * @param done blocks or rows of the relation that lie behind
 * @param all blocks or rows that the relation was thought to have for this way
 * @param after in an index, where to go on: the value of the column that rows age by; with the
 *     key's columns, behind that row among those of the same value. Of heap ranges, what an index
 *     scan given up has read
 * @param refused rows left out because they would be refused, by who refuses
 */
record RowPosition(
    String start,
    String relation,
    Way way,
    long done,
    long all,
    List<String> after,
    Map<String, Long> refused) {
  static final String END = "end";

  /** How a relation is read. */
  enum Way {
    /** Not decided. */
    OPEN,
    HEAP,
    INDEX
  }

  /** Reads {@link #text}; where the relation is gone meanwhile, the next one begins. */
  static RowPosition parse(String text, List<Heap> heaps) {
    RowPosition at = EventCodec.decode(text.getBytes(UTF_8), RowPosition.class);
    int here = at.index(heaps);
    return at.relation.equals(name(heaps, here)) ? at : at.begin(heaps, here);
  }

  /** Before the first relation. */
  static RowPosition first(ScanStart start, List<Heap> heaps) {
    return new RowPosition(start.snapshot(), name(heaps, 0), Way.OPEN, 0, 0, List.of(), Map.of());
  }

  String text() {
    return new String(EventCodec.encode(this), UTF_8);
  }

  boolean beyond() {
    return relation.equals(END);
  }

  /** The same relation, from its beginning by this way. */
  RowPosition by(Way chosen, long whole) {
    return new RowPosition(start, relation, chosen, 0, whole, after, refused);
  }

  RowPosition forward(long more, List<String> behind) {
    return new RowPosition(start, relation, way, done + more, all, behind, refused);
  }

  /** The beginning of the next relation. */
  RowPosition next(List<Heap> heaps) {
    return begin(heaps, index(heaps) + 1);
  }

  private RowPosition begin(List<Heap> heaps, int index) {
    return new RowPosition(start, name(heaps, index), Way.OPEN, 0, 0, List.of(), refused);
  }

  RowPosition refusing(Map<String, Long> more) {
    if (more.isEmpty()) {
      return this;
    }
    Map<String, Long> sum = new TreeMap<>(refused);
    more.forEach((who, rows) -> sum.merge(who, rows, Long::sum));
    return new RowPosition(start, relation, way, done, all, after, sum);
  }

  /** Where the relation is among these, or the one behind it when it is gone. */
  int index(List<Heap> heaps) {
    int index = 0;
    while (index < heaps.size() && (beyond() || heaps.get(index).name().compareTo(relation) < 0)) {
      index++;
    }
    return index;
  }

  /** Share of all relations that lies behind, by their blocks. */
  double progress(List<Heap> heaps) {
    long whole = heaps.stream().mapToLong(Heap::blocks).sum();
    int here = index(heaps);
    if (whole == 0 || here == heaps.size()) {
      return 1;
    }
    long behind = heaps.stream().limit(here).mapToLong(Heap::blocks).sum();
    double share = all == 0 ? 0 : Math.min(1, (double) done / all);
    return Math.min(1, (behind + share * heaps.get(here).blocks()) / whole);
  }

  private static String name(List<Heap> heaps, int index) {
    return index < heaps.size() ? heaps.get(index).name() : END;
  }
}
