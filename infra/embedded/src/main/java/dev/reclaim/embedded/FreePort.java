package dev.reclaim.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A port of 127.0.0.1 that nobody listens on at this moment; someone may be quicker to take it. */
final class FreePort {
  private FreePort() {}

  static int find() {
    try (ServerSocket socket =
        new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new EmbeddedServerException("No free port on 127.0.0.1 (" + e + ")", e);
    }
  }
}
