package dev.reclaim.worker.rows;

import dev.reclaim.database.KeyBatch;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Keys of several claims, one claim after the other. Statements over them say to which claim a row
 * belongs.
 *
 * @param starts position of each claim's first key, from 0
 */
record ClaimedKeys(KeyBatch batch, List<Integer> starts) {

  /** The claims' keys as they came. */
  static ClaimedKeys of(List<KeyBatch> claims) {
    List<List<String>> keys = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    for (KeyBatch claim : claims) {
      starts.add(keys.size());
      keys.addAll(claim.keys());
    }
    return new ClaimedKeys(claims.get(0).shape().keys(keys), starts);
  }

  /** Keys of one claim. */
  static ClaimedKeys one(KeyBatch claim) {
    return new ClaimedKeys(claim, List.of(0));
  }

  int claims() {
    return starts.size();
  }

  /** Positions of one claim's keys. */
  List<Integer> positions(int claim) {
    int end = claim + 1 < starts.size() ? starts.get(claim + 1) : batch.size();
    return IntStream.range(starts.get(claim), end).boxed().toList();
  }

  /** The keys at these positions, which ascend. */
  ClaimedKeys at(List<Integer> positions) {
    if (positions.size() == batch.size()) {
      return this;
    }
    List<Integer> shifted = new ArrayList<>(starts.size());
    int behind = 0;
    for (int start : starts) {
      while (behind < positions.size() && positions.get(behind) < start) {
        behind++;
      }
      shifted.add(behind);
    }
    return new ClaimedKeys(batch.at(positions), shifted);
  }

  /**
   * Runs a statement whose parameters are the key's columns and then, as {@code bigint[]}, where
   * each claim begins, from 1: {@code width_bucket(reclaim_ord, starts)} is the claim, from 1.
   */
  ResultSet query(PreparedStatement statement) throws SQLException {
    Array from1 =
        statement
            .getConnection()
            .createArrayOf("bigint", starts.stream().map(start -> start + 1L).toArray());
    statement.setArray(batch.shape().primaryKey().size() + 1, from1);
    return batch.query(statement);
  }
}
