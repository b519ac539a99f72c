package dev.reclaim.store;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Texts that are plain references, or nearly. */
final class PlainTexts {
  private static final List<String> BEGINNINGS =
      List.of(
          "",
          "/",
          "//",
          "s3://renders/",
          "s3://other/",
          "https://cdn.example.org/files/",
          "http://minio.local:9000/renders/",
          "http://minio.local/other/",
          "https://renders.minio.local/",
          "https://x.minio.local/",
          "https://renders.s3.eu-west-1.amazonaws.com/",
          "https://renders.s3.x.s3.amazonaws.com/",
          "https://s3.amazonaws.com/renders/",
          "https://x.supabase.co/storage/v1/object/public/renders/",
          "https://x.supabase.co/storage/v1/object/public/other/",
          "storage/v1/object/public/other/",
          "/rails/active_storage/blobs/",
          "https://elsewhere.example/",
          "https://other.example/",
          "data:",
          "/srv/app/media/",
          "/srv/app/",
          "https://example.org/media/",
          "/static/media/");

  private static final List<String> PARTS =
      List.of(
          "a",
          "B",
          "7",
          "k.png",
          "/",
          "/",
          ".",
          "..",
          "-",
          "_",
          "@",
          "(",
          ")",
          "!",
          "~",
          "%",
          "+",
          " ",
          ",",
          ":",
          "?",
          "#",
          "\\",
          "\n",
          "é",
          "storage/v1/",
          "object/public/other/x",
          "renders/",
          "s3://x",
          "'",
          "\"",
          "&",
          "=",
          ";",
          "|",
          "$",
          "*",
          "[",
          "{",
          "<");

  private PlainTexts() {}

  static String next(Random random) {
    int plainParts = random.nextBoolean() ? 15 : PARTS.size();
    return random
        .ints(1 + random.nextInt(6), 0, plainParts)
        .mapToObj(PARTS::get)
        .collect(Collectors.joining("", BEGINNINGS.get(random.nextInt(BEGINNINGS.size())), ""));
  }
}
