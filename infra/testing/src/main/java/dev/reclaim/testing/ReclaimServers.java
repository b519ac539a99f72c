package dev.reclaim.testing;

import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/** Starts the servers for the first test that asks, and stops them after the last of the JVM. */
public final class ReclaimServers implements ParameterResolver {
  static final String KIND_PROPERTY = "reclaim.testing.servers";
  private static final Namespace NAMESPACE = Namespace.create(ReclaimServers.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestServers.class || type == TestDatabase.class || type == TestBucket.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestServers servers =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(Start.class, key -> Start.of(ReclaimServers::start), Start.class)
            .servers();
    Class<?> type = parameter.getParameter().getType();
    if (type == TestDatabase.class) {
      return servers.newDatabase();
    }
    return type == TestBucket.class ? servers.newBucket() : servers;
  }

  static RunningServers start() {
    String kind = System.getProperty(KIND_PROPERTY, "embedded");
    return switch (kind) {
      case "embedded" -> EmbeddedTestServers.start();
      case "containers" -> {
        ContainerEngine.require();
        yield ContainerTestServers.start();
      }
      default ->
          throw new IllegalArgumentException(
              "-D%s=%s: must be embedded or containers".formatted(KIND_PROPERTY, kind));
    };
  }

  /** The one attempt of this JVM; where it was given up, each test is skipped for its reason. */
  private record Start(Optional<RunningServers> running, String skipped) implements AutoCloseable {
    static Start of(Supplier<RunningServers> start) {
      try {
        return new Start(Optional.of(start.get()), "");
      } catch (TestAbortedException e) {
        return new Start(Optional.empty(), String.valueOf(e.getMessage()));
      }
    }

    TestServers servers() {
      return running.isPresent() ? running.get() : Assumptions.abort(skipped);
    }

    @Override
    public void close() {
      running.ifPresent(RunningServers::close);
    }
  }
}
