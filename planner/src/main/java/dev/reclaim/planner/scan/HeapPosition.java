package dev.reclaim.planner.scan;

import dev.reclaim.planner.scan.HeapRelations.Heap;
import java.util.List;

/**
 * A place between two blocks of the relations of a table.
 *
 * @param heap index of the relation; the number of relations when all lie behind
 * @param block the next block to read
 */
record HeapPosition(int heap, long block) {
  private static final String END = "end";

  /**
   * Reads {@link #text}; where the relation is gone, the scan begins anew: a claim twice does no
   * harm.
   */
  static HeapPosition parse(String text, List<Heap> heaps) {
    if (text.isEmpty()) {
      return new HeapPosition(0, 0);
    }
    if (text.equals(END)) {
      return new HeapPosition(heaps.size(), 0);
    }
    int colon = text.lastIndexOf(':');
    String relation = text.substring(0, colon);
    for (int i = 0; i < heaps.size(); i++) {
      if (heaps.get(i).name().equals(relation)) {
        return new HeapPosition(i, Long.parseLong(text.substring(colon + 1)));
      }
    }
    return new HeapPosition(0, 0);
  }

  String text(List<Heap> heaps) {
    return beyond(heaps) ? END : heaps.get(heap).name() + ":" + block;
  }

  boolean beyond(List<Heap> heaps) {
    return heap >= heaps.size();
  }

  long blocksLeft(List<Heap> heaps) {
    return Math.max(0, heaps.get(heap).blocks() - block);
  }

  HeapPosition forward(long blocks, List<Heap> heaps) {
    return block + blocks >= heaps.get(heap).blocks()
        ? new HeapPosition(heap + 1, 0)
        : new HeapPosition(heap, block + blocks);
  }

  double progress(List<Heap> heaps) {
    long all = heaps.stream().mapToLong(Heap::blocks).sum();
    long behind = block + heaps.stream().limit(heap).mapToLong(Heap::blocks).sum();
    return all == 0 ? 1 : Math.min(1, (double) behind / all);
  }
}
