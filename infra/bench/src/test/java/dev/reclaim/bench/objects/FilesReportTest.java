package dev.reclaim.bench.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class FilesReportTest {
  private final FilesReport report = new FilesReport();

  @Test
  void comparesMediansWithTheBestTool() {
    for (double figure : new double[] {900, 1_000, 5_000}) {
      report.add("objects", "reclaim", figure);
    }
    report.add("objects", "s3cmd", 400);
    report.add("objects", "rclone", 500);
    report.add("directory", "reclaim", 300);
    report.add("directory", "find", 1_000);

    Map<String, ?> fields = report.fields();

    assertThat(fields.get("objectsPerSecond"))
        .hasToString("{reclaim=1000.0, s3cmd=400.0, rclone=500.0, aws=null}");
    assertThat(fields.get("directoryPerSecond")).hasToString("{reclaim=300.0, find=1000.0}");
    assertThat(fields.get("overBestTool")).isEqualTo(2.0);
    assertThat(fields.get("overFind")).isEqualTo(0.3);
  }

  @Test
  void hasEveryFieldWhereNobodyTookPart() {
    Map<String, ?> fields = report.fields();

    assertThat(fields.get("objectsPerSecond"))
        .hasToString("{reclaim=null, s3cmd=null, rclone=null, aws=null}");
    assertThat(fields.get("overBestTool")).isNull();
  }
}
