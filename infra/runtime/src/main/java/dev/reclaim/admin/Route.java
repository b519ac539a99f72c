package dev.reclaim.admin;

import java.util.Map;

/** What is answered to a read of one path. Called on several threads at once. */
@FunctionalInterface
interface Route {
  /**
   * Answers.
   *
   * @param query decoded parameters by name
   */
  Answer answer(Map<String, String> query);
}
