package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputMixtureTest {
  private static final String WHOSE = "the background loans";

  private static Inputs table(FeatureStore numbers, List<String> names, TypedTensor... purposes) {
    int rows = numbers.size();
    Dataset.Builder data =
        Dataset.named("loans").features(numbers).featureNames(names).labels(new int[rows]);
    for (TypedTensor purpose : purposes) {
      data.input("purpose", purpose);
    }
    return data.build().inputs(0, rows);
  }

  private static Inputs pairs(float... values) {
    return table(FeatureStore.inMemory(values, 2), List.of("income", "debt"));
  }

  private static TypedTensor texts(String... values) {
    return new TypedTensor.Texts(values, values.length, 1);
  }

  @Test
  void rowsHaveTheExamplesValuesWhereTheyAreKept() {
    Inputs mixed =
        InputMixture.of(pairs(1, 2, 3, 4), pairs(10, 20), WHOSE)
            .rows(
                new int[] {1, 0, 1},
                new int[] {0, 0, 0},
                new boolean[][] {{true, false}, {false, true}, {true, true}});

    assertThat(mixed.features().values()).containsExactly(3, 20, 10, 2, 3, 4);
    assertThat(mixed.featureNames()).containsExactly("income", "debt");
  }

  @Test
  void whatSinglePrecisionWouldRoundIsKept() {
    Inputs exact =
        table(FeatureStore.inMemory(new double[] {0.1, 1e17 + 16}, 2), List.of("income", "debt"));
    Inputs mixed =
        InputMixture.of(pairs(1, 2), exact, WHOSE)
            .rows(new int[] {0}, new int[] {0}, new boolean[][] {{false, false}});

    assertThat(mixed.exactFeatures().values()).containsExactly(0.1, 1e17 + 16);
  }

  @Test
  void valuesThatNoRowOfTheBackgroundChangesAreTold() {
    Inputs examples =
        table(
            FeatureStore.inMemory(new float[] {1, 2, 5, 6}, 2),
            List.of("income", "debt"),
            texts("car", "house"));
    Inputs background =
        table(
            FeatureStore.inMemory(new float[] {1, 7, 1, 8}, 2),
            List.of("income", "debt"),
            texts("car", "car"));
    InputMixture mixture = InputMixture.of(examples, background, WHOSE);

    assertThat(mixture.differing(0)).containsExactly(false, true, false);
    assertThat(mixture.differing(1)).containsExactly(true, true, true);
    assertThat(mixture.others()).isEqualTo(2);
  }

  @Test
  void aBackgroundOfAnotherShapeIsRefused() {
    Inputs three = Inputs.of(Tensor.of(new float[3], 1, 3));
    Inputs two = pairs(1, 2);

    assertThatThrownBy(() -> InputMixture.of(two, three, WHOSE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the background loans has features of the shape [3], and the examples of [2]; give a"
                + " background of examples as the model takes them");
  }

  @Test
  void aBackgroundOfOtherColumnsIsRefused() {
    Inputs turned = table(FeatureStore.inMemory(new float[] {1, 2}, 2), List.of("debt", "income"));
    Inputs examples = pairs(1, 2);

    assertThatThrownBy(() -> InputMixture.of(examples, turned, WHOSE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the background loans has the features [debt, income], and the examples [income, debt];"
                + " give a background with the same features in the same order");
  }

  @Test
  void aBackgroundOfOtherTypesIsRefused() {
    List<String> names = List.of("income");
    Inputs words = table(FeatureStore.inMemory(new float[] {1}, 1), names, texts("car"));
    Inputs numbers =
        table(
            FeatureStore.inMemory(new float[] {1}, 1),
            names,
            new TypedTensor.Integers(new long[] {3}, 1, 1));

    assertThatThrownBy(() -> InputMixture.of(words, numbers, WHOSE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "the background loans has whole numbers of the shape [1] as \"purpose\", and the"
                + " examples texts of [1]; give a background of the same types and shapes");
  }
}
