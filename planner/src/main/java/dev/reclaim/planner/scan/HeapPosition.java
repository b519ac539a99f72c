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
}
