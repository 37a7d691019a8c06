package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.gradient.Gradient;
import dev.touchstone.attribution.gradient.IntegratedGradients;
import dev.touchstone.check.explanation.HealthyModels;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.Tensor;
import dev.touchstone.data.contamination.SpuriousSignal;
import dev.touchstone.graph.Quantity;
import dev.touchstone.influence.KohLiangInfluence;
import dev.touchstone.metric.ErrorRate;
import dev.touchstone.metric.ModelBug;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Model;
import dev.touchstone.model.Models;
import dev.touchstone.model.Predictions;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.Torch;
import dev.touchstone.training.DjlTrainer;
import dev.touchstone.training.FrozenRepresentation;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Pairs that once shared a key, or could: what is told apart must not share a result. */
class KeysTest {
  private static final Dataset DATA = data(List.of("age", "income"));

  private static Dataset data(List<String> featureNames) {
    return Dataset.named("three")
        .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4, 5, -6}, 2))
        .featureNames(featureNames)
        .labels(0, 1, 1)
        .column("site", List.of("a", "b", "c"))
        .build();
  }

  private static RunContext context() {
    return RunContext.of(
        new Settings("cpu", 1, Policy.STRICT, 64L << 20, Path.of("target")), RunSession.isolated());
  }

  /** A network of one anonymous function, and no weights. */
  private static Classifier anonymous(UnaryOperator<NDArray> function) {
    LambdaBlock block = lambda(function);
    NDManager manager = Torch.manager("cpu");
    block.initialize(manager, DataType.FLOAT32, new Shape(1, 2));
    return Models.block("function", block, 2).emittingLogits();
  }

  private static LambdaBlock lambda(UnaryOperator<NDArray> function) {
    return new LambdaBlock(list -> new NDList(function.apply(list.singletonOrThrow())));
  }

  @Test
  void anonymousCodeSharesNoPredictionsWithOtherCode() {
    RunContext context = context();
    Predictions first = SharedPredictions.of(anonymous(NDArray::abs), DATA, context);
    Predictions second = SharedPredictions.of(anonymous(NDArray::neg), DATA, context);
    // |x| of (5, -6) prefers the second class, -x too; of (1, 2) -x prefers the first.
    assertThat(first.predicted(0)).isEqualTo(1);
    assertThat(second.predicted(0)).isZero();
  }

  @Test
  void healthyModelsOfAnonymousArchitecturesAreToldApart() {
    HealthyModels first =
        HealthyModels.trainedBy(DjlTrainer.of("net", () -> lambda(NDArray::abs)), DATA, 2);
    HealthyModels second =
        HealthyModels.trainedBy(DjlTrainer.of("net", () -> lambda(NDArray::neg)), DATA, 2);
    assertThat(first.key()).isNotEqualTo(second.key()).isEqualTo(first.key());
  }

  @Test
  void frozenModelsAreEqualWhereTheirModelsAre() {
    Classifier model = anonymous(NDArray::abs);
    assertThat(FrozenRepresentation.of(model))
        .isEqualTo(FrozenRepresentation.of(model))
        .hasSameHashCodeAs(FrozenRepresentation.of(model))
        .isNotEqualTo(FrozenRepresentation.of(anonymous(NDArray::neg)));
  }

  /** A method that does not say what it holds. */
  private static AttributionMethod constant(double value) {
    return new AttributionMethod() {
      @Override
      public boolean signed() {
        return true;
      }

      @Override
      public Attribution attribute(
          Model model, Tensor batch, Quantity quantity, RunContext context) {
        return Attribution.of(new double[][] {{value}}, batch, quantity, "constant");
      }
    };
  }

  @Test
  void aMethodThatDoesNotSayWhatItHoldsStandsForItself() {
    AttributionMethod one = constant(1);
    assertThat(Keys.of(one)).isEqualTo(Keys.of(one)).isNotEqualTo(Keys.of(constant(2)));
  }

  @Test
  void methodsAndDetectorsThatSayWhatTheyHoldStandForTheirSettings() {
    assertThat(Keys.of(Gradient.withDefaults()))
        .isEqualTo(Keys.of(Gradient.withDefaults()))
        .isNotEqualTo(Keys.of(Gradient.withDefaults().keepingSign()));
    assertThat(Keys.of(IntegratedGradients.withDefaults()))
        .isEqualTo(Keys.of(IntegratedGradients.withDefaults()))
        .isNotEqualTo(Keys.of(IntegratedGradients.withDefaults().withSteps(22)));
    assertThat(Keys.of(KohLiangInfluence.withDefaults()))
        .isEqualTo(Keys.of(KohLiangInfluence.withDefaults()));
  }

  @Test
  void modelBugsWhoseTolerancesAreAlmostEqualAreToldApart() {
    assertThat(Keys.inWords(ErrorRate.of(ModelBug.withNorm(2).tolerance(0.5))))
        .isNotEqualTo(Keys.inWords(ErrorRate.of(ModelBug.withNorm(2).tolerance(0.50001))))
        .isNotEqualTo(Keys.inWords(ErrorRate.of(ModelBug.withNorm(2.00001).tolerance(0.5))))
        .isEqualTo(Keys.inWords(ErrorRate.of(ModelBug.withNorm(2).tolerance(0.5))));
  }

  @Test
  void aMetricWithoutWordsStandsForItself() {
    Object wordless = new Object();
    assertThat(Keys.inWords(wordless))
        .isEqualTo(new Keys.Itself("", wordless))
        .isNotEqualTo(Keys.inWords(new Object()));
  }

  private record One(String describe) implements SpuriousSignal {
    @Override
    public Fitted fitTo(Dataset data) {
      throw new UnsupportedOperationException();
    }
  }

  private record Other(String describe) implements SpuriousSignal {
    @Override
    public Fitted fitTo(Dataset data) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void signalsOfOtherClassesAreToldApartWhateverTheyAreCalled() {
    assertThat(Keys.of(new One("mark"))).isNotEqualTo(Keys.of(new Other("mark")));
  }

  private record Sized(int size) implements SpuriousSignal {
    @Override
    public String describe() {
      return "mark";
    }

    @Override
    public Fitted fitTo(Dataset data) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void signalsThatAreRecordsAreToldApartByWhatTheyHold() {
    assertThat(Keys.of(new Sized(1)))
        .isEqualTo(Keys.of(new Sized(1)))
        .isNotEqualTo(Keys.of(new Sized(2)));
  }

  @Test
  void featuresOfOtherNamesAreOtherData() {
    assertThat(Keys.of(DATA)).isNotEqualTo(Keys.of(data(List.of("income", "age"))));
  }

  @Test
  void otherGroupsOfTheSameDataHaveOtherKeysAndOneHash() {
    Dataset two = DATA.withMerged("site", "rest", "b", "c").groupedBy("site");
    Dataset other = DATA.withMerged("site", "rest", "a", "b").groupedBy("site");
    assertThat(two.sha256()).isEqualTo(other.sha256());
    assertThat(Keys.of(two)).isNotEqualTo(Keys.of(other));
    assertThat(Keys.learntFrom(two)).isNotEqualTo(Keys.learntFrom(other));
    assertThat(Keys.of(two)).isNotEqualTo(Keys.of(two.clusteredBy("site")));
  }
}
