package dev.reclaim.admin;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether a {@code Host} header names this machine by a name that nobody else can give it. */
final class LoopbackHost {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1])(:\\d{1,5})?");

  private LoopbackHost() {}

  /**
   * Judges.
   *
   * @param hosts every Host header of the request; exactly one is right
   */
  static boolean isNamedBy(@Nullable List<String> hosts) {
    return hosts != null
        && hosts.size() == 1
        && LOOPBACK.matcher(hosts.get(0).toLowerCase(Locale.ROOT)).matches();
  }
}
