package dev.reclaim.bench.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A port that stays, before one that may change; what flows through can be frozen or cut. */
public final class TcpProxy implements Closeable {
  private static final int BUFFER_BYTES = 32 << 10;

  /** PostgreSQL's {@code CommandComplete} of a commit. */
  private static final byte[] COMMITTED = {'C', 0, 0, 0, 11, 'C', 'O', 'M', 'M', 'I', 'T', 0};

  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition thawed = lock.newCondition();
  private final AtomicInteger commitsToLose = new AtomicInteger();
  private volatile boolean frozen;
  private volatile int upstream;

  private TcpProxy(ServerSocket server, int upstream) {
    this.server = server;
    this.upstream = upstream;
  }

  /** Starts one before a port of this host. */
  public static TcpProxy start(int upstream) throws IOException {
    TcpProxy proxy =
        new TcpProxy(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), upstream);
    proxy.thread("accept", proxy::accept);
    return proxy;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Goes to another port from now on. */
  void upstream(int port) {
    upstream = port;
  }

  /** Lets nothing through, in either direction, and breaks nothing. */
  void freeze() {
    frozen = true;
  }

  void thaw() {
    lock.lock();
    try {
      frozen = false;
      thawed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Breaks all connections; returns how many. */
  int cut() {
    int cut = open.size() / 2;
    open.forEach(TcpProxy::close);
    return cut;
  }

  /** Breaks the next connections on which a commit succeeds, before their clients hear of it. */
  public void loseCommits(int number) {
    commitsToLose.set(number);
  }

  /** How many of them are still to be lost; takes it back. */
  public int keepCommits() {
    return commitsToLose.getAndSet(0);
  }

  private boolean losesCommit() {
    return commitsToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  private void accept() {
    while (!server.isClosed()) {
      @Nullable Socket client = null;
      @Nullable Socket target = null;
      try {
        client = server.accept();
        target = new Socket(InetAddress.getLoopbackAddress(), upstream);
        client.setTcpNoDelay(true);
        target.setTcpNoDelay(true);
        join(client, target);
      } catch (IOException e) {
        // Nobody there, or we are closing: whoever came finds a broken connection.
        close(client);
        close(target);
      }
    }
  }

  private void join(Socket client, Socket target) {
    open.add(client);
    open.add(target);
    thread("up", () -> pump(client, target, false));
    thread("down", () -> pump(target, client, true));
  }

  private void pump(Socket from, Socket to, boolean answers) {
    try {
      InputStream input = from.getInputStream();
      OutputStream output = to.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = input.read(buffer); read >= 0; read = input.read(buffer)) {
        awaitThaw();
        if (answers && commitsToLose.get() > 0 && committed(buffer, read) && losesCommit()) {
          return;
        }
        output.write(buffer, 0, read);
      }
    } catch (IOException e) {
      // The other side hears of it by the close below.
    } finally {
      close(from);
      close(to);
      open.remove(from);
      open.remove(to);
    }
  }

  private static boolean committed(byte[] buffer, int length) {
    for (int i = 0; i + COMMITTED.length <= length; i++) {
      if (Arrays.equals(buffer, i, i + COMMITTED.length, COMMITTED, 0, COMMITTED.length)) {
        return true;
      }
    }
    return false;
  }

  private void awaitThaw() {
    if (!frozen) {
      return;
    }
    lock.lock();
    try {
      while (frozen) {
        thawed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void thread(String name, Runnable work) {
    Thread thread = new Thread(work, "proxy-" + port() + "-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(@Nullable Closeable socket) {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  @Override
  public void close() {
    close(server);
    thaw();
    open.forEach(TcpProxy::close);
  }
}
