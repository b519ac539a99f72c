package dev.reclaim.testing;

import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/**
 * Starts the servers for the first test class that asks, and stops them after the last of the JVM.
 *
 * <p>A condition too: a resolver that gives up fails the test instead of skipping it.
 */
public final class ReclaimServers implements ExecutionCondition, ParameterResolver {
  static final String KIND_PROPERTY = "reclaim.testing.servers";
  private static final Namespace NAMESPACE = Namespace.create(ReclaimServers.class);

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return startOf(context).condition();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestServers.class || type == TestDatabase.class || type == TestBucket.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestServers servers = startOf(context).servers();
    Class<?> type = parameter.getParameter().getType();
    if (type == TestDatabase.class) {
      return servers.newDatabase();
    }
    return type == TestBucket.class ? servers.newBucket() : servers;
  }

  private static Start startOf(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Start.class, key -> Start.of(ReclaimServers::start), Start.class);
  }

  private static RunningServers start() {
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
  record Start(Optional<RunningServers> running, String skipped) implements AutoCloseable {
    static Start of(Supplier<RunningServers> start) {
      try {
        return new Start(Optional.of(start.get()), "");
      } catch (TestAbortedException e) {
        return new Start(Optional.empty(), String.valueOf(e.getMessage()));
      }
    }

    ConditionEvaluationResult condition() {
      return running.isPresent()
          ? ConditionEvaluationResult.enabled("the servers are up")
          : ConditionEvaluationResult.disabled(skipped);
    }

    TestServers servers() {
      return running.orElseThrow();
    }

    @Override
    public void close() {
      running.ifPresent(RunningServers::close);
    }
  }
}
