package dev.reclaim.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges a request, asks its route and writes the answer. */
final class AdminHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(AdminHandler.class);

  /** As the response length of {@code HttpExchange}: there is no body. */
  private static final int NO_BODY = -1;

  private final Map<String, Route> routes;

  AdminHandler(Map<String, Route> routes) {
    this.routes = routes;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      write(exchange, judge(exchange));
    }
  }

  private Answer judge(HttpExchange exchange) {
    if (!LoopbackHost.isNamedBy(exchange.getRequestHeaders().get("Host"))) {
      return Answer.error(403, "the Host header must name loopback, as in http://localhost/");
    }
    @Nullable Route route = routes.get(exchange.getRequestURI().getPath());
    if (route == null) {
      return Answer.error(404, "there is no such path; / lists those there are");
    }
    if (!isRead(exchange)) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return Answer.error(405, "this server can only be read, by GET or HEAD");
    }
    return ask(route, exchange.getRequestURI().getRawQuery());
  }

  private static Answer ask(Route route, @Nullable String query) {
    try {
      return route.answer(Query.parse(query));
    } catch (BadRequestException e) {
      return Answer.error(400, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.error("an admin request failed", e);
      return Answer.error(500, "the request failed; the log of this process says why");
    }
  }

  private static boolean isRead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("GET") || isHead(exchange);
  }

  private static boolean isHead(HttpExchange exchange) {
    return exchange.getRequestMethod().equals("HEAD");
  }

  private static void write(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.body().getBytes(UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.contentType());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    if (isHead(exchange)) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(answer.status(), NO_BODY);
    } else {
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
