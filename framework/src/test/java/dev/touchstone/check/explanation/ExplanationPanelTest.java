package dev.touchstone.check.explanation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.attribution.Target;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.Tokenizer;
import dev.touchstone.data.TypedTensor;
import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.evidence.figure.MapStrips;
import dev.touchstone.evidence.figure.Panel;
import dev.touchstone.evidence.figure.Ranking;
import dev.touchstone.evidence.figure.Table;
import dev.touchstone.evidence.figure.TokenHeat;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.model.Regressor;
import dev.touchstone.model.Scores;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One example on one panel, by methods whose maps are known. */
class ExplanationPanelTest {
  @TempDir Path folder;

  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());

  /** Class 1 is a quarter likelier than class 0, whatever comes: 0.375 and 0.625. */
  private static final Classifier MODEL =
      Models.function(
              "constant.onnx",
              "1",
              batch ->
                  IntStream.range(0, batch.rows())
                      .mapToObj(i -> new double[] {0.375, 0.625})
                      .toArray(double[][]::new))
          .emittingProbabilities();

  /** The mean of a score that every token has, of those that are no padding. */
  private Classifier encoder(int length) throws IOException {
    float[] scores = new float[2000];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) Math.sin(i);
    }
    Path file = folder.resolve("encoder.onnx");
    Files.write(
        file,
        new OnnxBuilder()
            .opset(18)
            .input("input_ids", DataType.INT64, 0, length)
            .input("attention_mask", DataType.INT64, 0, length)
            .output("score", 0, 1)
            .weights("table", scores, scores.length)
            .integers("axis", 1)
            .node("Gather", List.of("table", "input_ids"), "each")
            .node("Cast", List.of("attention_mask"), "kept", OnnxBuilder.attribute("to", 1L))
            .node("Mul", List.of("each", "kept"), "own")
            .node("ReduceSum", List.of("own", "axis"), "sum")
            .node("ReduceSum", List.of("kept", "axis"), "count")
            .node("Div", List.of("sum", "count"), "score")
            .bytes());
    return Models.onnx(file.toString()).emittingMargin();
  }

  /** Gives each value its place, counted from 1, every other one with a minus. */
  private record Places(String name, int scale, int... shape) implements AttributionMethod {
    @Override
    public boolean signed() {
      return true;
    }

    @Override
    public Map<String, String> settings() {
      return Map.of("scale", Integer.toString(scale), "kind", "places");
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      return attribute(model, Inputs.of(batch), quantity, context);
    }

    @Override
    public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
      int[] one = shape.length > 0 ? shape : new int[] {batch.rowSize()};
      int size = Arrays.stream(one).reduce(1, Math::multiplyExact);
      double[][] maps = new double[batch.rows()][size];
      for (double[] map : maps) {
        Arrays.setAll(map, j -> scale * (j + 1) * (j % 2 == 0 ? 1 : -1));
      }
      return new Attribution(maps, one, quantity, "by place", List.of())
          .with(Fidelity.completenessResidual(new double[] {0.5}, maps));
    }
  }

  private static Dataset rows() {
    return Dataset.named("people")
        .features(FeatureStore.inMemory(new float[] {1, 2, 3, 40, 50.25f, 60}, 3))
        .featureNames(List.of("age", "income", "height"))
        .ids(List.of("ann", "bob"))
        .labels(1, 0)
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static Dataset images() {
    return Dataset.named("scans")
        .features(FeatureStore.inMemory(new float[] {0, 0.5f, 1, 0.25f}, 1, 2, 2))
        .labels(1)
        .classNames(List.of("no", "yes"))
        .build();
  }

  private static Dataset texts(String text, int length) {
    return Dataset.named("reviews")
        .input("review", new TypedTensor.Texts(new String[] {text}, 1, 1))
        .labels(1)
        .classNames(List.of("no", "yes"))
        .build()
        .tokenized("review", Tokenizer.of("classpath:tokens/bpe.json", length));
  }

  private static <F extends Figure> F part(Panel panel, int index, Class<F> type) {
    return type.cast(panel.parts().get(index));
  }

  @Test
  void aRowHasABarForEachColumnAndMethodTheStrongestFirst() {
    Panel panel =
        ExplanationPanel.of(MODEL, rows(), "bob")
            .by(new Places("First", 1), new Places("Second", 2))
            .figure(context);

    assertThat(panel.name()).isEqualTo("example bob");
    assertThat(panel.title()).isEqualTo("constant.onnx on example bob");
    assertThat(panel.facts())
        .containsExactly(
            "predicted: yes",
            "probabilities: yes 0.625, no 0.375",
            "label: no",
            "explained: the predicted class");
    Table columns = part(panel, 0, Table.class);
    assertThat(columns.columns())
        .extracting(Table.Column::head)
        .containsExactly("value", "First", "Second");
    assertThat(columns.columns()).extracting(Table.Column::bars).containsExactly(false, true, true);
    assertThat(columns.rows())
        .containsExactly(
            new Table.Row("height", Table.text("60"), Table.number(3), Table.number(6)),
            new Table.Row("income", Table.text("50.25"), Table.number(-2), Table.number(-4)),
            new Table.Row("age", Table.text("40"), Table.number(1), Table.number(2)));
  }

  /** 0.5 of the sum of magnitudes, 1 + 2 + 3 and 2 + 4 + 6. */
  @Test
  void everyMethodSaysByWhichRuleAndHowFarOffItIs() {
    Panel panel =
        ExplanationPanel.of(MODEL, rows(), 0)
            .by(new Places("First", 1), new Places("Second", 2))
            .figure(context);

    Table fidelity = part(panel, 1, Table.class);
    assertThat(fidelity.rows())
        .containsExactly(
            new Table.Row(
                "First",
                Table.text("by place"),
                Table.text("completeness residual 0.08333 of the map's sum of magnitudes")),
            new Table.Row(
                "Second",
                Table.text("by place"),
                Table.text("completeness residual 0.04167 of the map's sum of magnitudes")));
  }

  @Test
  void anImageHasTheMapsBesideItUnderTheNamesOfTheirMethods() {
    Panel panel =
        ExplanationPanel.of(MODEL, images(), 0)
            .by(new Places("Places", 1), new Places("Places", 2), new Places("Other", 1))
            .figure(context);

    MapStrips strips = part(panel, 0, MapStrips.class);
    assertThat(strips.columns()).containsExactly("Places (scale 1)", "Places (scale 2)", "Other");
    assertThat(strips.rows()).hasSize(1);
    MapStrips.Strip strip = strips.rows().get(0);
    assertThat(strip.input().level(0, 1, 0)).isEqualTo(255);
    assertThat(strip.maps().get(1)).isEqualTo(MapStrips.Heat.of(2, 2, 2, -4, 6, -8));
  }

  /** A smiling face is four bytes, and as many tokens; padding has no part in a text. */
  @Test
  void aTextHasItsTokensAndNoneOfTheirRelevanceIsLost() throws IOException {
    Classifier encoder = encoder(32);
    Dataset texts = texts("caf\u00E9 \uD83D\uDE00 and", 32);
    int tokens = (int) texts.tokens(0).get("input_ids").stream().filter("</s>"::equals).count();
    assertThat(tokens).isEqualTo(1);
    int last = texts.tokens(0).get("input_ids").indexOf("</s>");
    Panel panel =
        ExplanationPanel.of(encoder, texts, 0)
            .by(
                new Places("Tokens", 1, 32),
                new Places("Embeddings", 1, 32, 3),
                new Places("Inputs", 1))
            .figure(context);

    TokenHeat heat = part(panel, 0, TokenHeat.class);
    assertThat(heat.explained()).isEqualTo("the predicted class");
    assertThat(heat.texts())
        .extracting(TokenHeat.Text::caption)
        .containsExactly("Tokens", "Embeddings", "Inputs");
    for (TokenHeat.Text text : heat.texts()) {
      assertThat(String.join("", text.tokens().stream().map(TokenHeat.Token::text).toList()))
          .isEqualTo("<s>caf\u00E9 \uD83D\uDE00 and</s>");
    }
    double all =
        IntStream.rangeClosed(0, 31).mapToDouble(j -> (j + 1) * (j % 2 == 0 ? 1 : -1)).sum();
    assertThat(heat.texts().get(0).tokens().stream().mapToDouble(TokenHeat.Token::relevance).sum())
        .as("padding, which an empty text stands for, joins the last token")
        .isCloseTo(all, within(1e-9));
    assertThat(last).isLessThan(31);
    // Embeddings of three values each: (1 - 2 + 3), (-4 + 5 - 6), …
    assertThat(heat.texts().get(1).tokens().get(0).relevance()).isEqualTo(2);
    assertThat(heat.texts().get(1).tokens().get(1).relevance()).isEqualTo(-5);
    // Of all inputs, ids first, the share of the ids.
    assertThat(heat.texts().get(2).tokens().get(0).relevance()).isEqualTo(1);
  }

  @Test
  void concernsWhatItIsToldAndShowsWhatElseIsGiven() {
    Ranking proponents =
        new Ranking("proponents", "Training points", List.of(new Ranking.Item("4711", 2, false)));
    Panel panel =
        ExplanationPanel.of(MODEL, rows(), 0)
            .explaining(Target.trueLabel())
            .by(new Places("First", 1))
            .beside(proponents)
            .figure(context);

    assertThat(panel.facts()).contains("explained: the true label");
    assertThat(panel.parts()).hasSize(3).last().isEqualTo(proponents);
  }

  /** A value of 2 x₁ + x₂, explained by where its columns stand. */
  @Test
  void aRegressorsPanelExplainsItsValueInItsUnit() {
    Panel panel =
        ExplanationPanel.of(regressor(), homes(), "b")
            .by(InputTimesOutputs.INSTANCE)
            .figure(context);

    assertThat(panel.title()).isEqualTo("rent on example b");
    assertThat(panel.facts())
        .containsExactly("predicted: 10 EUR", "value: 9 EUR", "explained: the predicted value");
    Table columns = part(panel, 0, Table.class);
    assertThat(columns.rows())
        .containsExactly(
            new Table.Row("rooms", Table.text("3"), Table.number(6)),
            new Table.Row("age", Table.text("4"), Table.number(4)));
    Shown shown =
        ExplanationPanel.of(regressor(), homes(), 1).by(InputTimesOutputs.INSTANCE).shown(context);
    assertThat(shown.subject()).isEqualTo("rent on homes, example b");
    assertThat(shown.provenance().texts().settings())
        .containsEntry("explained", "the predicted value");
  }

  @Test
  void aRegressorHasNoClassToExplain() {
    ExplanationPanel panel = ExplanationPanel.of(regressor(), homes(), 0);

    assertRefused(
        () -> panel.explaining(Target.ofClass(1)),
        "rent predicts a value, which is what its panel explains, and was asked about class 1;");
    assertRefused(
        () -> ExplanationPanel.of(regressor(), homes(), "c"),
        "homes has no example \"c\"; the first is \"a\"");
  }

  private static Regressor regressor() {
    return Models.function(
            "rent",
            "1",
            batch ->
                IntStream.range(0, batch.rows())
                    .mapToObj(i -> new double[] {2 * batch.row(i)[0] + batch.row(i)[1]})
                    .toArray(double[][]::new))
        .emittingValues();
  }

  private static Dataset homes() {
    return Dataset.named("homes")
        .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4}, 2))
        .featureNames(List.of("rooms", "age"))
        .ids(List.of("a", "b"))
        .values(new double[] {5, 9}, "EUR")
        .build();
  }

  /** What each column adds to a sum: the answer to the row with that column alone. */
  private enum InputTimesOutputs implements AttributionMethod {
    INSTANCE;

    @Override
    public boolean signed() {
      return true;
    }

    @Override
    public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
      double[][] maps = new double[batch.rows()][batch.rowSize()];
      Scores scores = model.require(Scores.class, name(), "");
      for (int j = 0; j < batch.rowSize(); j++) {
        float[] alone = new float[batch.rowSize()];
        alone[j] = batch.row(0)[j];
        double[][] asked = scores.scores(Inputs.of(Tensor.of(alone, 1, batch.rowSize()))).rows();
        maps[0][j] = quantity.value(asked[0], 0);
      }
      return Attribution.of(maps, batch, quantity, "one by one");
    }
  }

  @Test
  void whatIsShownSaysWhereItComesFrom() {
    Shown shown =
        ExplanationPanel.of(MODEL, rows(), "bob").by(new Places("First", 1)).shown(context);

    assertThat(shown.subject()).isEqualTo("constant.onnx on people, example bob");
    assertThat(shown.provenance().texts().settings())
        .containsEntry("explained", "the predicted class")
        .containsKey("First");
  }

  private static void assertRefused(Runnable run, String message) {
    assertThatThrownBy(run::run)
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void refusesWhatCannotBeShown() throws IOException {
    ExplanationPanel panel = ExplanationPanel.of(MODEL, rows(), 0);
    Places first = new Places("First", 1);
    assertRefused(() -> panel.figure(context), "a panel of the example ann without a method;");
    assertRefused(
        () -> ExplanationPanel.of(MODEL, rows(), 2),
        "people has 2 examples, and none at place 2; count from 0, or give an id");
    assertRefused(
        () -> ExplanationPanel.of(MODEL, rows(), "carl"),
        "people has no example \"carl\"; the first is \"ann\"");
    assertRefused(
        () -> panel.by(first, first), "the methods [First, First] are not all different;");
    assertRefused(
        () -> panel.by(new Places("Inner", 1, 2)).figure(context),
        "the map by Inner has 2 values, and the example 3: it is of values inside the model");
    Dataset text = texts("and", 8);
    Classifier encoder = encoder(8);
    assertRefused(
        () -> ExplanationPanel.of(encoder, text, 0).by(new Places("Inner", 1, 5)).figure(context),
        "the map by Inner has the shape [5], and the example the tokens of [input_ids];");
  }
}
