package dev.reclaim.simulation;

/** An event that a run has noted as published. */
record RunEvent(String run, FakeDatabase.Named event, long pass) {
  /** As the table's key has it. */
  String key() {
    return run + "#" + event.id();
  }
}
