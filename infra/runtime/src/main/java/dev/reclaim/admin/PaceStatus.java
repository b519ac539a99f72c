package dev.reclaim.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * How fast one database is cleaned by one worker at the moment, and why not faster.
 *
 * @param worker by its name
 * @param reason in plain words; empty at full speed
 * @param connections transactions that may delete at a time
 * @param connectionsMax the same at full speed
 * @param rowsPerTransaction most rows that one of them takes
 * @param rowsPerSecond rows deleted or marked in a second, as of the last seconds
 * @param workers processes that are at work on the database, this one included
 * @param notes what could not be looked at, and what mends it
 */
public record PaceStatus(
    String worker,
    String database,
    State state,
    String reason,
    int connections,
    int connectionsMax,
    int rowsPerTransaction,
    long rowsPerSecond,
    int workers,
    List<String> notes) {

  /** What a pace is at. */
  public enum State {
    /** Nothing is to be deleted. */
    @JsonProperty("idle")
    IDLE,
    /** Nothing holds it up. */
    @JsonProperty("full")
    FULL,
    /** As fast as the policy file allows. */
    @JsonProperty("limited")
    LIMITED,
    /** Somebody would suffer from more. */
    @JsonProperty("slowed")
    SLOWED,
    /** Nothing is deleted for now. */
    @JsonProperty("paused")
    PAUSED
  }
}
