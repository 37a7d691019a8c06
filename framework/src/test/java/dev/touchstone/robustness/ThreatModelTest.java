package dev.touchstone.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

class ThreatModelTest {

  private static Dataset data(float... values) {
    return Dataset.named("pixels")
        .features(FeatureStore.inMemory(values, values.length))
        .allowingMissing()
        .labels(0)
        .classNames(List.of("a", "b"))
        .build();
  }

  @Test
  void unitsAreAskedAbout() {
    Dataset unit = data(0, .2f, 1);
    assertThatThrownBy(() -> ThreatModel.linf(8).check(unit))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("go from 0 to 1: add .inRange(0, 1)");
    assertThatThrownBy(() -> ThreatModel.linf(8).inRange(0, 1).check(unit))
        .hasMessageContaining("if it was meant in pixel values of 0 to 255, write 0.03137");
    assertThatThrownBy(() -> ThreatModel.linf(8).inRange(0, 255).check(unit))
        .hasMessageContaining("are these the units of the data?");
    assertThatThrownBy(() -> ThreatModel.linf(.1).inRange(0, .5).check(unit))
        .hasMessageContaining("go from 0 to 1, and 0 to 0.5 was declared");
    assertThatThrownBy(() -> ThreatModel.linf(.1).inRange(0, 1).check(data(0, Float.NaN, 1)))
        .hasMessageContaining("has a feature that is NaN");
    assertThatThrownBy(() -> ThreatModel.linf(0)).hasMessageContaining("a number above 0");
    assertThatThrownBy(() -> ThreatModel.linf(1).inRange(1, 0))
        .hasMessageContaining("the smaller number first");
    assertThatCode(() -> ThreatModel.linf(8 / 255.0).inRange(0, 1).check(unit))
        .doesNotThrowAnyException();
    assertThatCode(() -> ThreatModel.linf(8).withoutRange().check(unit)).doesNotThrowAnyException();
  }

  /** (3, 4) lies 5 away; in the ball of radius 1 the nearest is (.6, .8), cut at .7. */
  @Test
  void rowsAreMovedToTheNearestAllowed() {
    float[] row = {3, 4};
    ThreatModel.l2(1).inRange(-1, .7).project(row, new float[] {0, 0});
    assertThat(row).containsExactly(new float[] {.6f, .7f}, within(1e-6f));
    float[] other = {3, -4};
    ThreatModel.linf(1).inRange(-.5, 5).project(other, new float[] {0, 0});
    assertThat(other).containsExactly(1, -.5f);
  }

  @Test
  void aStepGoesAlongTheGradient() {
    float[] row = {0, 0};
    ThreatModel.l2(9).withoutRange().step(row, new float[] {0, 0}, new double[] {3e-30, 4e-30}, 1);
    assertThat(row).containsExactly(new float[] {.6f, .8f}, within(1e-6f));
    ThreatModel.linf(9).withoutRange().step(row, new float[] {0, 0}, new double[] {-1, 0}, 1);
    assertThat(row).containsExactly(new float[] {-.4f, .8f}, within(1e-6f));
    ThreatModel.l2(9).withoutRange().step(row, new float[] {0, 0}, new double[] {0, 0}, 1);
    assertThat(row).containsExactly(new float[] {-.4f, .8f}, within(1e-6f));
  }

  /** Uniform in a ball of two dimensions: a quarter lies within half the radius. */
  @Test
  void randomStartsFillTheBall() {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(new long[] {1, 2, 3, 4});
    ThreatModel ball = ThreatModel.l2(1).withoutRange();
    float[] centre = {5, 5};
    int within = 0;
    for (int i = 0; i < 2000; i++) {
      double distance = ball.distance(ball.draw(centre, random), centre);
      assertThat(distance).isLessThan(1 + 1e-6);
      within += distance < .5 ? 1 : 0;
    }
    assertThat(within).isBetween(420, 580);
  }

  @Test
  void whoLeavesTheBallIsNamed() {
    assertThatThrownBy(
            () ->
                ThreatModel.linf(1)
                    .withoutRange()
                    .require(new float[] {1.1f}, new float[] {0}, "My attack"))
        .hasMessageContaining("My attack moved an example by 1.1 in L∞, where L∞ ≤ 1");
  }

  @Test
  void settingsThatCannotActAreRefused() {
    ThreatModel threat = ThreatModel.linf(.1).inRange(0, 1);
    assertThatThrownBy(() -> ProjectedGradientDescent.within(threat).withSteps(0))
        .hasMessageContaining("withSteps(40)");
    assertThatThrownBy(() -> ProjectedGradientDescent.within(threat).withStepSize(0))
        .hasMessageContaining("a number above 0");
    assertThatThrownBy(() -> ProjectedGradientDescent.within(threat).withStarts(3).fromTheExample())
        .hasMessageContaining("would all end alike");
    assertThatThrownBy(() -> SquareAttack.within(threat).withQueries(0))
        .hasMessageContaining("withQueries(1000)");
  }

  /** The paper's schedule, of 10,000 queries. */
  @Test
  void squaresShrink() {
    SquareAttack attack = SquareAttack.within(ThreatModel.linf(.1)).withQueries(10_000);
    assertThat(attack.share(10)).isEqualTo(.8);
    assertThat(attack.share(11)).isEqualTo(.4);
    assertThat(attack.share(51)).isEqualTo(.2);
    assertThat(attack.share(9_999)).isEqualTo(.8 / 512);
  }
}
