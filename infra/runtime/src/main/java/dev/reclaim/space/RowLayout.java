package dev.reclaim.space;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How rows of a table lie on disk, modelled from the stored sizes of their columns.
 *
 * @param columns in their order
 * @param dropped whether there are dropped columns, which new rows hold as nulls
 * @see <a href="https://www.postgresql.org/docs/current/storage-page-layout.html">page layout</a>
 * @see <a href="https://www.postgresql.org/docs/current/storage-toast.html">TOAST</a>
 */
record RowLayout(List<Column> columns, boolean dropped) {
  /** What stands for a null among sizes. */
  static final int NULL = -1;

  private static final int HEADER = 23;
  private static final int LINE_POINTER = 4;

  /** A longer tuple gives up values, until it fits or none is left. */
  private static final int TUPLE_MAX = 2032;

  /** The same for values that are asked to stay. */
  private static final int TUPLE_MAX_MAIN = 8160;

  private static final int TOAST_POINTER = 18;
  private static final int SHORT_MAX = 127;
  private static final int CHUNK_MAX = 1996;

  /** Header, value's number, chunk's number and length. */
  private static final int CHUNK_OVERHEAD = 24 + 4 + 4 + 4;

  /** Key of two numbers, header and line pointer on pages that are filled to nine tenths. */
  private static final double CHUNK_INDEX_ENTRY = (8 + 8 + LINE_POINTER) / 0.9;

  /**
   * A column.
   *
   * @param length fixed, or negative
   * @param align 1, 2, 4 or 8
   * @param storage as the catalog says: p, e, m or x
   */
  record Column(String name, int length, int align, char storage) {
    private int start(int offset, int size) {
      boolean unaligned = length == -1 && storage != 'p' && size <= SHORT_MAX;
      return unaligned ? offset : RowLayout.align(offset, align);
    }
  }

  /**
   * One row.
   *
   * @param heap bytes that it takes on its page
   * @param inline logical bytes in the row itself
   * @param values sizes of those that are stored out of line
   * @param toast bytes that these take
   */
  record Modelled(int heap, long inline, List<Integer> values, double toast) {
    /** Logical bytes of the values that are stored out of line. */
    long outside() {
      return values.stream().mapToLong(Integer::longValue).sum();
    }
  }

  /** Puts the row where a rewrite would, and its values out of line, too. */
  void pack(Modelled row, Packing heap, Packing toast) {
    heap.add(row.heap());
    for (int size : row.values()) {
      for (int at = 0; at < size; at += CHUNK_MAX) {
        toast.add(chunk(Math.min(CHUNK_MAX, size - at)));
        toast.addBesides(CHUNK_INDEX_ENTRY);
      }
    }
  }

  /** Models the row whose columns have these stored sizes. */
  Modelled model(int[] sizes) {
    int[] kept = sizes.clone();
    List<Integer> values = new ArrayList<>();
    double toast = 0;
    int most = -1;
    while ((most = nextOut(kept, sizes)) >= 0) {
      kept[most] = TOAST_POINTER;
      values.add(sizes[most]);
      toast += toast(sizes[most]);
    }
    long all = IntStream.of(sizes).filter(it -> it != NULL).asLongStream().sum();
    long outside = values.stream().mapToLong(Integer::longValue).sum();
    return new Modelled(align(tuple(kept), 8) + LINE_POINTER, all - outside, values, toast);
  }

  /** The column that leaves the row next; negative when the tuple fits. */
  private int nextOut(int[] kept, int[] sizes) {
    int length = tuple(kept);
    if (length <= TUPLE_MAX) {
      return -1;
    }
    int out = largest(kept, sizes, "xe");
    return out >= 0 || length <= TUPLE_MAX_MAIN ? out : largest(kept, sizes, "m");
  }

  private int largest(int[] kept, int[] sizes, String storages) {
    int largest = -1;
    for (int i = 0; i < kept.length; i++) {
      boolean movable =
          columns.get(i).length() == -1
              && storages.indexOf(columns.get(i).storage()) >= 0
              && sizes[i] > align(TOAST_POINTER, 8)
              && kept[i] == sizes[i];
      if (movable && (largest < 0 || kept[i] > kept[largest])) {
        largest = i;
      }
    }
    return largest;
  }

  private int tuple(int[] sizes) {
    boolean nulls = dropped || IntStream.of(sizes).anyMatch(it -> it == NULL);
    int offset = align(HEADER + (nulls ? (sizes.length + 7) / 8 : 0), 8);
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] != NULL) {
        offset = columns.get(i).start(offset, sizes[i]) + sizes[i];
      }
    }
    return offset;
  }

  private static double toast(int size) {
    int chunks = size / CHUNK_MAX;
    int rest = size % CHUNK_MAX;
    double tuples = (double) chunks * chunk(CHUNK_MAX) + (rest > 0 ? chunk(rest) : 0);
    return tuples * Packing.PAGE / Packing.USABLE
        + CHUNK_INDEX_ENTRY * (chunks + (rest > 0 ? 1 : 0));
  }

  private static int chunk(int size) {
    return align(CHUNK_OVERHEAD + size, 8) + LINE_POINTER;
  }

  private static int align(int offset, int to) {
    return (offset + to - 1) / to * to;
  }
}
