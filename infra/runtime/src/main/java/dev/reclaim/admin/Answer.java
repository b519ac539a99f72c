package dev.reclaim.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reclaim.events.EventCodec;
import java.util.Map;

/** A response before it is written. */
record Answer(int status, String contentType, String body) {
  static Answer json(int status, Object body) {
    return new Answer(status, "application/json", new String(EventCodec.encode(body), UTF_8));
  }

  /** A refusal in words for people, {@code {"error": ...}}. */
  static Answer error(int status, String why) {
    return json(status, Map.of("error", why));
  }
}
