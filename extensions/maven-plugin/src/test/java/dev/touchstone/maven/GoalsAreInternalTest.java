package dev.touchstone.maven;

import static org.assertj.core.api.Assertions.assertThat;

import org.apiguardian.api.API;
import org.junit.jupiter.api.Test;

/** Users rely on the goals and their parameters; the classes are public for Maven. */
class GoalsAreInternalTest {
  @Test
  void noClassOfThePluginIsApi() {
    assertThat(GateMojo.class.getPackage().getAnnotation(API.class))
        .extracting(API::status)
        .isEqualTo(API.Status.INTERNAL);
  }
}
