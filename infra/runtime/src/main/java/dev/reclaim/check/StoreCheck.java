package dev.reclaim.check;

import dev.reclaim.settings.UserException;
import dev.reclaim.store.ObjectStore;
import dev.reclaim.store.StoreUnavailableException;
import java.util.regex.Pattern;

/** Whether a store answers, can be written, and honours conditions on deletions. */
final class StoreCheck {
  private StoreCheck() {}

  static void check(ObjectStore store, Report report) {
    try {
      store.check();
      store
          .caution()
          .ifPresent(
              caution -> report.warning("", words(store.name(), caution.what()), caution.mend()));
    } catch (UserException | StoreUnavailableException e) {
      report.error("", words(store.name(), String.valueOf(e.getMessage())), "");
    }
  }

  /** The store's name stands before the problem already. */
  private static String words(String name, String message) {
    return message
        .replaceFirst("^Store " + Pattern.quote(name) + "( \\((.*?)\\))?:? ", "$2: ")
        .replaceFirst("^: ", "")
        .replaceFirst("\\.$", "");
  }
}
