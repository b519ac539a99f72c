package dev.reclaim.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A name for this process that no other that is alive has. */
final class ProcessName {
  private ProcessName() {}

  static String of(String role) {
    return role + "-" + host() + "-" + ProcessHandle.current().pid();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
