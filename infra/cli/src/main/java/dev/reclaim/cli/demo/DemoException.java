package dev.reclaim.cli.demo;

/** Planting or counting failed; says in which sample system. Nothing can be proved then. */
public class DemoException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoException(String message, Throwable cause) {
    super(message, cause);
  }
}
