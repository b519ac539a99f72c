package dev.reclaim.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrashPointTest {
  @ParameterizedTest
  @EnumSource
  void changesNothingWhereNobodyAsks(CrashPoint point) {
    point.pass();
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByTheNameItSays(CrashPoint point) {
    CrashPoint.Order order = CrashPoint.Order.of(point + ":3:stop");

    assertThat(order).isNotNull();
    assertThat(order.point()).isEqualTo(point);
    assertThat(order.passing()).isEqualTo(3);
    assertThat(order.stop()).isTrue();
  }

  @Test
  void refusesAPointThatDoesNotExist() {
    assertThatThrownBy(() -> CrashPoint.Order.of("after-lunch"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
