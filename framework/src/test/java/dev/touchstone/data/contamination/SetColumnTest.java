package dev.touchstone.data.contamination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SetColumnTest {
  private static final Dataset PEOPLE =
      Dataset.named("people.csv")
          .features(FeatureStore.inMemory(new float[] {30, 1, 0, 0, 7, 50, 0, 1, 0, 8}, 5))
          .featureNames(List.of("age", "work=Private", "work=State", "work=Self=owned", "workweek"))
          .labels(0, 1)
          .column("sex", List.of("f", "m"))
          .build();

  @Test
  void setsANumericColumnInEveryRow() {
    assertThat(SetColumn.of("age", 40).addedTo(PEOPLE).batch(0, 2).values())
        .containsExactly(40, 1, 0, 0, 7, 40, 0, 1, 0, 8);
  }

  @Test
  void setsTheWholeBlockOfACategoricalColumn() {
    assertThat(SetColumn.of("work", "State").addedTo(PEOPLE).batch(0, 2).values())
        .containsExactly(30, 0, 1, 0, 7, 50, 0, 1, 0, 8);
    assertThat(SetColumn.of("work", "Self=owned").addedTo(PEOPLE).batch(0).values())
        .containsExactly(30, 0, 0, 1, 7);
  }

  @Test
  void masksTheColumnsFeatures() {
    assertThat(SetColumn.of("work", "State").fitTo(PEOPLE).mask(0, new float[5]))
        .containsExactly(false, true, true, true, false);
    assertThat(SetColumn.of("workweek", 1).fitTo(PEOPLE).mask(0, new float[5]))
        .containsExactly(false, false, false, false, true);
  }

  @Test
  void isPresentInRowsThatHaveTheValue() {
    SpuriousSignal.Fitted state = SetColumn.of("work", "State").fitTo(PEOPLE);
    assertThat(state.isPresentIn(1, new float[] {50, 0, 1, 0, 8})).isTrue();
    assertThat(state.isPresentIn(0, new float[] {30, 1, 0, 0, 7})).isFalse();
  }

  @Test
  void refusesAnUnknownColumnAndNamesTheKnownOnes() {
    assertThatThrownBy(() -> SetColumn.of("zip", 2139).fitTo(PEOPLE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "there is no column \"zip\" among the features of people.csv: [age, work, workweek]");
  }

  @Test
  void refusesAGroupColumnThatTheModelNeverSees() {
    assertThatThrownBy(() -> SetColumn.of("sex", "f").fitTo(PEOPLE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is a group column of people.csv and no feature");
  }

  @Test
  void refusesAnUnknownCategoryAndNamesTheKnownOnes() {
    assertThatThrownBy(() -> SetColumn.of("work", "Federal").fitTo(PEOPLE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("cannot be set to \"Federal\"")
        .hasMessageContaining("[Private, State, Self=owned]");
  }

  @Test
  void refusesANumberForACategoricalColumnAndATextForANumericOne() {
    assertThatThrownBy(() -> SetColumn.of("work", 1).fitTo(PEOPLE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is categorical and cannot be set to a number");
    assertThatThrownBy(() -> SetColumn.of("age", "old").fitTo(PEOPLE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("is numeric and cannot be set to \"old\"; give a number");
    assertThatThrownBy(() -> SetColumn.of("age", Double.NaN))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("finite number");
  }

  @Test
  void refusesFeaturesWithoutNames() {
    assertThatThrownBy(() -> SetColumn.of("age", 1).fitTo(TestImages.of(new int[] {2}, 1, 2, 3, 4)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("have no names")
        .hasMessageContaining("give featureNames");
  }

  /** Also where claims are grouped by it: the model does see it. */
  @Test
  void aTextIsSaidToBeNoFeature() {
    Dataset data =
        Dataset.named("people")
            .labels(0, 1)
            .column("job", List.of("nurse", "smith"))
            .input("job", new TypedTensor.Texts(new String[] {"nurse", "smith"}, 2, 1))
            .build();

    assertThatThrownBy(() -> SetColumn.of("job", "nurse").fitTo(data))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("the column \"job\" of people is an input of its own, as text");
  }
}
