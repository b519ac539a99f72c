package dev.reclaim.admin;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One number of a process as Prometheus sees it.
 *
 * @param name the same for all numbers of a kind, which differ by their labels
 * @param help the same for all of them, too
 */
public record Gauge(String name, String help, Map<String, String> labels, long value) {

  /** A page of them, those of a kind together. */
  static String page(Collection<Gauge> gauges) {
    Map<String, List<Gauge>> kinds =
        gauges.stream()
            .collect(Collectors.groupingBy(Gauge::name, LinkedHashMap::new, Collectors.toList()));
    StringBuilder page = new StringBuilder();
    kinds.forEach(
        (name, kind) -> {
          page.append("# HELP %s %s\n# TYPE %1$s gauge\n".formatted(name, kind.get(0).help()));
          kind.forEach(gauge -> page.append(gauge.line()));
        });
    return page.toString();
  }

  private String line() {
    String said =
        new TreeMap<>(labels)
            .entrySet().stream()
                .map(label -> PrometheusText.label(label.getKey(), label.getValue()))
                .collect(Collectors.joining(","));
    return name + "{" + said + "} " + value + "\n";
  }
}
