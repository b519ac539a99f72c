package dev.reclaim.worker.pace;

import org.jdbi.v3.core.Handle;

/** Something that shows whether somebody suffers. Asked by one thread, about once a second. */
interface Signal {
  /** What it says now. Errors of the database pass through. */
  Reading read(Handle handle);

  /** Its name in a sentence: {@code the replicas}. */
  String name();
}
