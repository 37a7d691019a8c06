package dev.touchstone.attribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.model.OutputKind;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributionTest {
  private static final Quantity FIRST = Quantity.ofClass(0);
  private static final Classifier MODEL =
      Models.function("two", "0", batch -> new double[batch.rows()][2]).emitting(OutputKind.LOGITS);

  /** Explains every value by itself. */
  private static final class Itself implements AttributionMethod {
    @Override
    public boolean signed() {
      return true;
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      double[][] maps = new double[batch.rows()][batch.rowSize()];
      for (int i = 0; i < maps.length; i++) {
        for (int j = 0; j < maps[i].length; j++) {
          maps[i][j] = batch.row(i)[j];
        }
      }
      return Attribution.of(maps, batch, quantity, "itself");
    }
  }

  private static Dataset.Builder table() {
    return Dataset.named("loans")
        .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4}, 2))
        .featureNames(List.of("income", "debt"))
        .labels(0, 1);
  }

  @Test
  void aMethodOfFeaturesExplainsATableAndNamesItsColumns() {
    Attribution attribution =
        new Itself()
            .attribute(
                MODEL, table().build().inputs(0, 2), FIRST, RunContext.of(Settings.fromSystem()));

    assertThat(attribution.columns()).containsExactly("income", "debt");
    assertThat(attribution.maps()).isDeepEqualTo(new double[][] {{1, 2}, {3, 4}});
  }

  @Test
  void aMethodOfFeaturesRefusesOtherInputsAndNamesOneThatTakesThem() {
    Inputs batch =
        table()
            .input("purpose", new TypedTensor.Texts(new String[] {"car", "house"}, 2, 1))
            .build()
            .inputs(0, 2);
    Itself method = new Itself();
    RunContext context = RunContext.of(Settings.fromSystem());

    assertThatThrownBy(() -> method.attribute(MODEL, batch, FIRST, context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "Itself explains features, as numbers in single precision, and the data have the inputs"
                + " [purpose] besides; leave them out of the data, or explain by KernelShap, which"
                + " takes inputs of every type");
  }

  @Test
  void mapsOfOtherInputsAreAsLongAsTheColumns() {
    Inputs batch =
        table()
            .input("purpose", new TypedTensor.Texts(new String[] {"car", "house"}, 2, 1))
            .build()
            .inputs(0, 2);

    Attribution attribution = Attribution.of(new double[2][3], batch, FIRST, "by hand");

    assertThat(attribution.exampleShape()).containsExactly(3);
    assertThat(attribution.columns()).containsExactly("income", "debt", "purpose");
  }

  @Test
  void moreFiguresKeepTheColumns() {
    Attribution attribution =
        Attribution.of(new double[2][2], table().build().inputs(0, 2), FIRST, "by hand")
            .with(Fidelity.surrogateFit(1, 1));

    assertThat(attribution.columns()).containsExactly("income", "debt");
  }

  @Test
  void columnsAreOneForEachValueOrNone() {
    Attribution pixels =
        Attribution.of(new double[1][4], Tensor.of(new float[4], 1, 1, 2, 2), FIRST, "by hand");
    List<String> three = List.of("a", "b", "c");

    assertThat(pixels.columns()).isEmpty();
    assertThatThrownBy(() -> pixels.ofColumns(three))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 columns for maps of 4 values; name each value, or none");
  }
}
