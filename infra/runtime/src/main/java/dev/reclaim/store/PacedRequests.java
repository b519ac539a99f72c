package dev.reclaim.store;

import java.util.Set;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;

/** Holds every request to a bucket, repeated ones too, to the pace that the bucket bears. */
record PacedRequests(RequestPace pace) implements ExecutionInterceptor {
  private static final Set<Integer> TOO_MANY = Set.of(429, 503);

  @Override
  public void beforeTransmission(Context.BeforeTransmission request, ExecutionAttributes unused) {
    try {
      pace.enter();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AbortedException.create("Interrupted while waiting for a turn", e);
    }
  }

  @Override
  public void afterTransmission(Context.AfterTransmission answer, ExecutionAttributes unused) {
    if (TOO_MANY.contains(answer.httpResponse().statusCode())) {
      pace.refused();
    }
  }

  /** A bulk deletion succeeds as a request, and refuses key by key. */
  @Override
  public void afterExecution(Context.AfterExecution execution, ExecutionAttributes unused) {
    SdkResponse response = execution.response();
    if (response instanceof DeleteObjectsResponse deletion
        && deletion.errors().stream().anyMatch(error -> "SlowDown".equals(error.code()))) {
      pace.refused();
    }
  }
}
