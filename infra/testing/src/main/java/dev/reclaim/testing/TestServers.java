package dev.reclaim.testing;

/** Kafka, PostgreSQL and an S3 store that all tests of this JVM share. Safe for use by threads. */
public interface TestServers {
  /** Topics are not made by themselves, and their names are the tests' to keep apart. */
  String kafkaBootstrap();

  /** An empty database that nobody else knows of, owned by the superuser it is reached as. */
  TestDatabase newDatabase();

  /** An empty bucket that nobody else knows of. */
  TestBucket newBucket();
}
