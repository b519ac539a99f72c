package dev.reclaim.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the pipeline should do, by the policies' words, with nothing of the oracle's. */
record HandMadeDeletion(SampleServers servers, SampleSql sql) {
  void run() throws SQLException, IOException {
    sql.update("video", "DELETE FROM image_analysis WHERE created_at < now() - interval '30 days'");
    sql.update(
        "video",
        "DELETE FROM project_memory WHERE created_at < now() - interval '90 days'"
            + " AND memory_type NOT IN ('user_preference', 'scene_style', 'project_settings')");
    sql.update(
        "video", "DELETE FROM scene_iterations WHERE created_at < now() - interval '60 days'");
    sql.update("trading", "DELETE FROM stream_data WHERE received_at < now() - interval '30 days'");
    String oldSignals =
        "status IN ('closed', 'cancelled') AND created_at < now() - interval '365 days'";
    sql.update(
        "trading",
        "DELETE FROM signal_outcomes WHERE signal_id IN (SELECT id FROM signals WHERE "
            + oldSignals
            + ")");
    sql.update("trading", "DELETE FROM signals WHERE " + oldSignals);
    sql.update(
        "trading",
        "DELETE FROM feature_snapshot_versions WHERE stage IN ('candidate', 'retired')"
            + " AND created_at < now() - interval '180 days'");
    deleteRenders();
    deleteJobs();
    deleteExports();
    sql.update("exports", "DELETE FROM audit_log WHERE created_at < now() - interval '30 days'");
  }

  private void deleteRenders() throws SQLException, IOException {
    List<String> wasNamed = clipsThatRowsName();
    sql.update(
        "renders",
        "DELETE FROM render_jobs WHERE status = 'completed' AND created_at < now() - interval '1 hour'"
            + " AND NOT EXISTS (SELECT FROM user_assets"
            + " WHERE user_assets.metadata->>'render_job_id' = render_jobs.id::text)");
    List<String> named = clipsThatRowsName();
    for (StoreListing.Listed file : list(SampleStore.RENDERS)) {
      String url = FileNames.inUrl(file.path());
      boolean old = file.modified().isBefore(Instant.now().minus(Duration.ofHours(24)));
      if (!named.contains(url) && (old || wasNamed.contains(url))) {
        Files.delete(servers.directoryOf(SampleStore.RENDERS).resolve(file.path()));
      }
    }
  }

  private List<String> clipsThatRowsName() throws SQLException {
    return sql.texts(
        "renders",
        "SELECT regexp_replace(url, '^.*/(public|sign)/renders/|\\?.*$', '', 'g') FROM"
            + " (SELECT output_url AS url FROM render_jobs"
            + " UNION ALL SELECT file_url FROM user_assets) urls WHERE url IS NOT NULL");
  }

  private void deleteJobs() throws SQLException, IOException {
    List<String> wasNamed =
        sql.texts("jobs", "SELECT temp_path FROM jobs WHERE temp_path IS NOT NULL");
    sql.update(
        "jobs",
        "DELETE FROM jobs WHERE status IN ('finished', 'failed')"
            + " AND created_at < now() - interval '7 days'");
    List<String> named =
        sql.texts("jobs", "SELECT temp_path FROM jobs WHERE temp_path IS NOT NULL");
    for (StoreListing.Listed file : list(SampleStore.JOB_TEMP)) {
      boolean old = file.modified().isBefore(Instant.now().minus(Duration.ofDays(7)));
      boolean went = wasNamed.contains(file.path()) && !named.contains(file.path());
      if (old || went) {
        Files.delete(servers.directoryOf(SampleStore.JOB_TEMP).resolve(file.path()));
      }
    }
  }

  private void deleteExports() throws SQLException, IOException {
    String url = "SELECT substring(file_url FROM '/exports/(.*)$') FROM export_logs";
    List<String> wasLive =
        sql.texts("exports", url + " WHERE status <> 'expired' AND file_url IS NOT NULL");
    sql.update(
        "exports",
        "UPDATE export_logs SET status = 'expired' WHERE status <> 'expired'"
            + " AND expires_at < now() - interval '24 hours'");
    List<String> live =
        sql.texts("exports", url + " WHERE status <> 'expired' AND file_url IS NOT NULL");
    for (StoreListing.Listed file : list(SampleStore.EXPORTS)) {
      if (wasLive.contains(file.path()) && !live.contains(file.path())) {
        Files.delete(servers.directoryOf(SampleStore.EXPORTS).resolve(file.path()));
      }
    }
  }

  private List<StoreListing.Listed> list(SampleStore store) throws IOException {
    return new StoreListing(servers.directoryOf(store)).files();
  }
}
