package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.attribution.Target;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.InputTimesGradient;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Maps of a linear model, which are its weights, on images of 2 x 2 pixels. */
class ExplanationGridTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** The score of "shirt" is x0 - 3 x1 + 4 x2, and that of "coat" is 1. */
  private static final Classifier MODEL = linear();

  private static Classifier linear() {
    byte[] file =
        new OnnxBuilder()
            .input("x", 0, 1, 2, 2)
            .weights("w", new float[] {0, 1, 0, -3, 0, 4, 0, 0}, 4, 2)
            .weights("b", new float[] {1, 0}, 2)
            .node("Flatten", List.of("x"), "flat")
            .node("Gemm", List.of("flat", "w", "b"), "logits")
            .output("logits", 0, 2)
            .bytes();
    return Models.whiteBox("linear", OnnxFile.of(file, "linear").whiteBox("cpu")).emittingLogits();
  }

  /** A shirt that is taken for a coat, and one that is not. */
  private static Dataset images() {
    return Dataset.named("clothes")
        .features(FeatureStore.inMemory(new float[] {0, .5f, 0, 0, 0, 0, 1, .25f}, 1, 2, 2))
        .labels(1, 1)
        .classNames(List.of("coat", "shirt"))
        .ids(List.of("a", "b"))
        .build();
  }

  private static ExplanationGrid grid() {
    return ExplanationGrid.of(MODEL, images()).explaining(Target.ofClass(1));
  }

  @Test
  void aRowIsAnImageAndAColumnAMethod() {
    MapStrips strips =
        grid()
            .by(Gradient.withDefaults().keepingSign(), InputTimesGradient.withDefaults())
            .figure(context);
    assertThat(strips.columns()).containsExactly("Gradient", "InputTimesGradient");
    assertThat(strips.rows())
        .extracting(MapStrips.Strip::caption)
        .containsExactly("example a, predicted coat, label shirt", "example b, predicted shirt");
    MapStrips.Heat weights = strips.rows().get(1).maps().get(0);
    assertThat(weights.strongest()).isEqualTo(4);
    assertThat(weights.levels()).containsExactly(32, -95, 127, 0);
    assertThat(strips.rows().get(0).maps().get(1).levels()).containsExactly(0, -127, 0, 0);
    assertThat(strips.rows().get(1).maps().get(1).levels()).containsExactly(0, 0, 127, 0);
  }

  @Test
  void theReportIsToldWhatIsToBeSeenAndOfWhat() {
    Shown named = grid().by(Gradient.withDefaults()).titled("sees the tag").shown(context);
    assertThat(named.subject()).isEqualTo("sees the tag");
    assertThat(((MapStrips) named.figure()).title())
        .isEqualTo("sees the tag: what speaks for class 1");
    assertThat(named.provenance().subject().name()).isEqualTo("linear");
    assertThat(named.provenance().data().sha256()).isEqualTo(images().sha256());
    assertThat(named.provenance().settings())
        .containsEntry("explained", Target.ofClass(1).describe())
        .containsKey("Gradient");
    assertThat(grid().by(Gradient.withDefaults()).shown(context).subject())
        .isEqualTo("linear on clothes");
  }

  @Test
  void whatCannotBeShownIsRefusedBeforeAnythingIsExplained() {
    assertThatThrownBy(() -> grid().figure(context))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining(".by(IntegratedGradients.withDefaults())");
    assertThatThrownBy(() -> ExplanationGrid.of(MODEL, images().first(0)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("data.first(5)");
    Dataset table =
        Dataset.named("people").features(FeatureStore.inMemory(new float[4], 4)).labels(0).build();
    assertThatThrownBy(() -> ExplanationGrid.of(MODEL, table))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("ExplanationPanel.of(model, data, 0)");
    assertThatThrownBy(() -> grid().by(Gradient.withDefaults(), Gradient.withDefaults()))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("not all different");
    assertThatThrownBy(() -> grid().titled(" "))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("say what is to be seen");
    Classifier function =
        Models.function("rule", "1", rows -> new double[rows.rows()][2]).emittingLogits();
    assertThatThrownBy(
            () ->
                ExplanationGrid.of(function, images()).by(Gradient.withDefaults()).figure(context))
        .isInstanceOf(MissingCapabilityException.class);
  }
}
