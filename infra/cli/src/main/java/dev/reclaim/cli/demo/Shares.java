package dev.reclaim.cli.demo;

import static java.lang.Math.min;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the amounts are shared out among tables and stores: named numbers that the planting scripts
 * read. What must go sums exactly to the amounts.
 */
final class Shares {
  /** The embedded S3 server reads the whole bucket for every page of a listing. */
  static final long OBJECTS_PER_BUCKET_MAX = 2_000;

  private static final Map<String, Long> ROW_PERCENTS =
      Map.of(
          "image_analysis", 15L,
          "project_memory", 12L,
          "scene_iterations", 8L,
          "signals", 3L,
          "signal_outcomes", 6L,
          "feature_snapshot_versions", 7L,
          "render_jobs", 5L,
          "jobs", 4L,
          "job_logs", 12L,
          "audit_log", 8L);

  private static final long BUCKET_PERCENT = 16;

  private final Map<String, Long> shares = new LinkedHashMap<>();

  private Shares() {}

  /**
   * Shares out a round.
   *
   * @param room objects that each bucket may still take
   */
  static Map<String, Long> of(Amounts amounts, Map<SampleStore, Long> room) {
    Shares shares = new Shares();
    shares.rows(amounts.rows());
    long clips = inBucket(amounts, room.getOrDefault(SampleStore.RENDERS, 0L));
    long exports = inBucket(amounts, room.getOrDefault(SampleStore.EXPORTS, 0L));
    long temps = amounts.files() - clips - exports;
    shares.clips(clips);
    shares.exports(exports);
    shares.temps(temps);
    shares.put("outputs", min(amounts.files() / 50, shares.get("jobs_go")));
    return Map.copyOf(shares.shares);
  }

  private static long inBucket(Amounts amounts, long room) {
    return min(amounts.files() * BUCKET_PERCENT / 100, room * 10 / 12);
  }

  private void rows(long total) {
    long rest = total;
    for (Map.Entry<String, Long> table : ROW_PERCENTS.entrySet()) {
      long go = total * table.getValue() / 100;
      rowsOf(table.getKey(), go);
      rest -= go;
    }
    rowsOf("stream_data", rest);
  }

  private void rowsOf(String table, long go) {
    put(table + "_go", go);
    put(table + "_stay", go);
  }

  private void clips(long go) {
    long jobs = get("render_jobs_go");
    long stay = go / 5;
    put("clips_own", min(jobs, go) * 6 / 10);
    put("clips_orphan", go - get("clips_own"));
    put("clips_with_asset", min(stay / 4, jobs / 10));
    put("clips_with_live", min(stay / 8, jobs / 10));
    put("clips_live", min(stay * 3 / 8, jobs / 2));
    put("clips_young", stay - get("clips_with_asset") - get("clips_with_live") - get("clips_live"));
  }

  private void temps(long go) {
    long jobs = get("jobs_go");
    long stay = go / 5;
    put("temps_own", min(jobs * 8 / 10, go * 6 / 10));
    put("temps_stray", go - get("temps_own"));
    put("temps_with_live", min(stay / 10, jobs / 10));
    put("temps_live", min(stay / 2, jobs / 2));
    put("temps_young", stay - get("temps_with_live") - get("temps_live"));
  }

  private void exports(long go) {
    long stay = go / 5;
    put("exports_own", go);
    put("exports_with_live", stay / 4);
    put("exports_live", stay / 2);
    put("exports_unnamed", stay - stay / 4 - stay / 2);
    rowsOf("export_logs", go + stay / 4 + go / 20 + go / 10);
  }

  private long get(String name) {
    return shares.getOrDefault(name, 0L);
  }

  private void put(String name, long share) {
    shares.put(name, share);
  }
}
