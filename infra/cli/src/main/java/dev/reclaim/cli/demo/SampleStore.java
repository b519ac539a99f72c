package dev.reclaim.cli.demo;

/** Where the sample systems keep files. */
enum SampleStore {
  RENDERS("renders", SampleSystem.RENDERS, Kind.BUCKET),
  EXPORTS("exports", SampleSystem.EXPORTS, Kind.BUCKET),
  JOB_TEMP("job-temp", SampleSystem.JOBS, Kind.DIRECTORY),
  /** No policy names it: whatever is in there stays. */
  JOB_OUTPUT("job-output", SampleSystem.JOBS, Kind.DIRECTORY);

  private enum Kind {
    BUCKET,
    DIRECTORY
  }

  private final String storeName;
  private final SampleSystem system;
  private final Kind kind;

  SampleStore(String storeName, SampleSystem system, Kind kind) {
    this.storeName = storeName;
    this.system = system;
    this.kind = kind;
  }

  static SampleStore named(String storeName) {
    for (SampleStore store : values()) {
      if (store.storeName.equals(storeName)) {
        return store;
      }
    }
    throw new IllegalArgumentException("no sample store is named " + storeName);
  }

  String storeName() {
    return storeName;
  }

  /** The system whose rows name these files. */
  SampleSystem system() {
    return system;
  }

  boolean isBucket() {
    return kind == Kind.BUCKET;
  }
}
