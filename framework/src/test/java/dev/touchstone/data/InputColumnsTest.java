package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InputColumnsTest {

  @Test
  void featuresComeFirstThenTheOtherInputsAndSeveralValuesAreCounted() {
    Inputs batch =
        Dataset.named("loans")
            .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4}, 2))
            .featureNames(List.of("income", "debt"))
            .input("purpose", new TypedTensor.Texts(new String[] {"car", "house"}, 2, 1))
            .input("ids", new TypedTensor.Integers(new long[] {1, 2, 3, 4, 5, 6}, 2, 3))
            .labels(0, 1)
            .build()
            .inputs(1);

    assertThat(batch.columns())
        .containsExactly("income", "debt", "purpose", "ids[0]", "ids[1]", "ids[2]");
    assertThat(batch.rowSize()).isEqualTo(6);
  }

  @Test
  void featuresWithoutNamesAreCountedWhereThereAreOtherInputs() {
    Inputs batch =
        Dataset.named("loans")
            .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4}, 2))
            .input("purpose", new TypedTensor.Texts(new String[] {"car", "house"}, 2, 1))
            .labels(0, 1)
            .build()
            .inputs(0, 1);

    assertThat(batch.columns()).containsExactly("features[0]", "features[1]", "purpose");
  }

  @Test
  void textsAloneAreColumns() {
    Inputs batch =
        Dataset.named("reviews")
            .input("review", new TypedTensor.Texts(new String[] {"good", "bad"}, 2, 1))
            .labels(0, 1)
            .build()
            .inputs(0, 1);

    assertThat(batch.columns()).containsExactly("review");
    assertThat(batch.rowSize()).isEqualTo(1);
  }

  @Test
  void pixelsAreNoColumns() {
    Inputs images = Inputs.of(Tensor.of(new float[8], 2, 1, 2, 2));

    assertThat(images.columns()).isEmpty();
    assertThat(images.rowSize()).isEqualTo(4);
  }
}
