package dev.reclaim.worker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A TCP line to a server that can be cut, or go dead without a word. */
final class Line implements AutoCloseable {
  private final String host;
  private final int port;
  private final ServerSocket entry;
  private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile State state = State.OPEN;

  /** What the line does. */
  enum State {
    OPEN,
    /** Connections break, and new ones are closed at once. */
    CUT,
    /** Nothing comes through, and nobody says so. */
    FROZEN
  }

  Line(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    this.entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return entry.getLocalPort();
  }

  /** A line that opens again has lost what was on it. */
  void set(State now) {
    state = now;
    if (now != State.FROZEN) {
      hangUp();
    }
  }

  private void hangUp() {
    for (Socket socket = sockets.poll(); socket != null; socket = sockets.poll()) {
      close(socket);
    }
  }

  private void accept() {
    while (!entry.isClosed()) {
      try {
        Socket near = entry.accept();
        if (state == State.CUT) {
          close(near);
          continue;
        }
        sockets.add(near);
        Socket far = new Socket(host, port);
        sockets.add(far);
        start(() -> pump(near, far));
        start(() -> pump(far, near));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[8_192];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        while (state == State.FROZEN) {
          Thread.sleep(20);
        }
        out.write(buffer, 0, read);
      }
    } catch (IOException | InterruptedException e) {
      close(from);
      close(to);
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "line");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed to us either way.
    }
  }

  @Override
  public void close() throws IOException {
    entry.close();
    state = State.CUT;
    hangUp();
  }
}
