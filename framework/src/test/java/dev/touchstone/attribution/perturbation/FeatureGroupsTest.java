package dev.touchstone.attribution.perturbation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeatureGroupsTest {
  private final Inputs image = Inputs.of(Tensor.of(new float[2 * 3 * 5], 1, 2, 3, 5));
  private final Inputs row = Inputs.of(Tensor.of(new float[3], 1, 3));

  @Test
  void patchesCoverAllChannelsAndAreSmallerAtTheMargins() {
    assertThat(FeatureGroups.patches(2, 2).of(image, 0))
        .containsExactly(
            0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5, //
            0, 0, 1, 1, 2, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5);
  }

  @Test
  void segmentsAreOfPixelsOrOfValues() {
    int[] pixels = {0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2};
    int[] of = FeatureGroups.segments(pixels).of(image, 0);

    assertThat(of).hasSize(30).startsWith(pixels).endsWith(pixels);
    assertThat(FeatureGroups.segments(1, 0, 1).of(row, 0)).containsExactly(1, 0, 1);
  }

  @Test
  void columnsThatStandInNoGroupAreByThemselves() {
    Inputs table =
        Dataset.named("loans")
            .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4}, 4))
            .featureNames(List.of("age", "city=Bonn", "city=Ulm", "debt"))
            .labels(0)
            .build()
            .inputs(0);

    assertThat(
            FeatureGroups.ofColumns(Map.of("city", List.of("city=Ulm", "city=Bonn"))).of(table, 0))
        .containsExactly(0, 1, 1, 2);
  }

  @Test
  void patchesOfATableAreRefused() {
    FeatureGroups patches = FeatureGroups.patches(2, 2);

    assertThatThrownBy(() -> patches.of(row, 0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "patches divide images, [channels, height, width], and an example has the shape [3];"
                + " group by FeatureGroups.ofColumns(…) or .segments(…)");
    assertThatThrownBy(() -> FeatureGroups.patches(0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("patches of 0 by 2 pixels; give at least 1 by 1");
  }

  @Test
  void groupsOfColumnsWithoutNamesAreRefused() {
    FeatureGroups columns = FeatureGroups.ofColumns(Map.of("city", List.of("a", "b")));

    assertThatThrownBy(() -> columns.of(row, 0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "groups of columns [city] need columns with names, and the data have features of the"
                + " shape [3] without; name them, or group by FeatureGroups.segments(…)");
  }

  @Test
  void aColumnInTwoGroupsOrAGroupWithoutColumnsIsRefused() {
    Map<String, List<String>> twice = Map.of("a", List.of("x"), "b", List.of("x"));
    Map<String, List<String>> empty = Map.of("a", List.of());

    assertThatThrownBy(() -> FeatureGroups.ofColumns(twice))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "the column \"x\" stands in the groups \"[ab]\" and \"[ab]\"; give each column one"
                + " group");
    assertThatThrownBy(() -> FeatureGroups.ofColumns(empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the group \"a\" has no columns; leave it out");
  }

  @Test
  void segmentsOfAnotherNumberOfValuesAreRefused() {
    FeatureGroups segments = FeatureGroups.segments(0, 1);

    assertThatThrownBy(() -> segments.of(row, 0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "there are segments of 2 values, and an example has 3, of the shape [3]; give a segment"
                + " for each pixel, or for each value");
  }

  @Test
  void segmentsThatAreNotCountedFromZeroAreRefused() {
    KernelShap method = KernelShap.againstBaseline(0).grouping(FeatureGroups.segments(0, 2, 2));
    Tensor example = Tensor.of(new float[] {1, 2, 3}, 1, 3);

    assertThatThrownBy(() -> Games.explained(method, x -> x[0], example))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageMatching(
            "segments [0-9a-f]{16} does not count its groups from 0 without gaps: look at group 1"
                + " of 3 values; number the groups 0, 1, 2, …, each with a value");
  }

  /** An example like its baseline has no players, and one other value is given everything. */
  @Test
  void whoDiffersNowhereIsGivenNothingAndWhoDiffersAloneEverything() {
    Tensor examples = Tensor.of(new float[] {1, 1, 1, 1, 4, 1}, 2, 3);

    Attribution explained =
        Games.explained(KernelShap.againstBaseline(1), x -> x[0] * x[1] + x[2], examples);

    assertThat(explained.maps()).isDeepEqualTo(new double[][] {{0, 0, 0}, {0, 3, 0}});
    assertThat(explained.fidelity(Fidelity.STANDARD_ERROR).orElseThrow().relative())
        .containsExactly(new double[2], within(0.0));
  }
}
