package dev.reclaim.testing;

/** Servers that whoever started them stops. */
interface RunningServers extends TestServers, AutoCloseable {
  @Override
  void close();
}
