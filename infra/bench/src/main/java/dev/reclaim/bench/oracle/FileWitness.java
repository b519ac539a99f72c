package dev.reclaim.bench.oracle;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Who has seen what became of the files of a store. */
public interface FileWitness {
  /** A file that somebody had deleted through the store's own door. */
  record Gone(String path, long size, Instant modified, Instant at) {}

  /** A file. */
  record Present(long size, Instant modified) {}

  /** Every deletion that took effect so far. */
  List<Gone> gone();

  /** What lies there, by path. */
  Map<String, Present> present();

  /** What was put there with an age, by path. */
  Map<String, Present> planted();
}
