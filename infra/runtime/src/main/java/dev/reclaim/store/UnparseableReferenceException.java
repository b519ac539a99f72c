package dev.reclaim.store;

/**
 * A reference that cannot be read as a path of the store. It may mean any file, so nothing may be
 * called an orphan until somebody has looked.
 */
public class UnparseableReferenceException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_CHARS_MAX = 100;

  private final String reference;

  UnparseableReferenceException(String reference, String why) {
    super("Reference \"%s\" %s".formatted(shown(reference), why));
    this.reference = shown(reference);
  }

  private static String shown(String reference) {
    return reference.length() <= SHOWN_CHARS_MAX
        ? reference
        : reference.substring(0, SHOWN_CHARS_MAX) + "…";
  }

  /** What was to be read, cut to {@value #SHOWN_CHARS_MAX} characters. */
  public String reference() {
    return reference;
  }
}
