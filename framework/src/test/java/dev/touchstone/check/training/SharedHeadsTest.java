package dev.touchstone.check.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.data.contamination.PlantedErrors;
import dev.touchstone.facts.TrainerFacts;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.HeadData;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.LabelIssues;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.influence.RidgeHead;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Trainer;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.training.LogisticRegressionTrainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No head is fitted twice. */
class SharedHeadsTest {
  private static final Dataset TRAINING =
      ReferenceData.of("bc", 0).cleanTrainingData("breast cancer").first(80);
  private static final PlantedErrors PLANTED = LabelNoise.uniform(0.2).plantedIn(TRAINING);

  private final List<FittedHead> trained = new ArrayList<>();
  private final Trainer trainer = new Recording();
  private final RunContext context =
      RunContext.of(
          new Settings("cpu", 1, Policy.STRICT, 64L << 20, Path.of("target")),
          RunSession.isolated());

  /** Keeps the heads of the logistic regressions that it trains. */
  private final class Recording implements Trainer {
    @Override
    public String name() {
      return "recording";
    }

    @Override
    public TrainerFacts facts() {
      return TrainerFacts.of(name());
    }

    @Override
    public Classifier train(Dataset data, String stream, RunContext run) {
      Classifier model = LogisticRegressionTrainer.withDefaults().train(data, stream, run);
      trained.add(model.capability(FittedHead.class).orElseThrow());
      return model;
    }
  }

  /** Ranks by loss, and keeps the heads that it sees. */
  private record Seeing(String name, List<FittedHead> seen) implements MislabelDetector {
    @Override
    public LabelIssues detect(InfluenceContext given) {
      seen.add(given.head());
      return LabelIssues.ranked(given.head().losses());
    }
  }

  private List<FittedHead> seenBy(String name, MislabelledDetection detection) {
    Seeing detector = new Seeing(name, new ArrayList<>());
    detection.evaluate(trainer, PLANTED, detector, context);
    return detector.seen();
  }

  @Test
  void aModelThatIsTheHeadIsNotFittedAgain() {
    List<FittedHead> seen = seenBy("first", MislabelledDetection.withDefaults());
    assertThat(seen).hasSize(6).isEqualTo(trained); // heads have no equals: the same objects
  }

  @Test
  void detectorsShareTheHeadsOfTheirPlantings() {
    List<FittedHead> first = seenBy("first", MislabelledDetection.withDefaults());
    List<FittedHead> second = seenBy("second", MislabelledDetection.withDefaults());
    assertThat(second).isEqualTo(first);
    assertThat(trained).hasSize(6);
  }

  /** Each planting's head is the one that is fitted here, to the same rows by the same weights. */
  @Test
  void aHeadWeighsByTheTrainingWeights() {
    double[] weights = new double[TRAINING.size()];
    Arrays.setAll(weights, i -> i % 3);
    RidgeHead ridge = RidgeHead.withDefaults();
    List<String> seen = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    List<String> unweighted = new ArrayList<>();
    MislabelDetector detector =
        new MislabelDetector() {
          @Override
          public String name() {
            return "fitting again";
          }

          @Override
          public LabelIssues detect(InfluenceContext given) {
            HeadData rows =
                HeadData.of(given.encoder().encode(given.training()), given.training().labels(), 2);
            seen.add(given.head().sha256());
            expected.add(ridge.fit(rows.weightedBy(weights)).sha256());
            unweighted.add(ridge.fit(rows).sha256());
            return LabelIssues.ranked(given.head().losses());
          }
        };
    MislabelledDetection.withDefaults()
        .using(ridge)
        .evaluate(
            LogisticRegressionTrainer.withDefaults(),
            LabelNoise.uniform(0.2).plantedIn(TRAINING.withTrainingWeights(weights, "every third")),
            detector,
            context);
    assertThat(seen).hasSize(6).isEqualTo(expected).doesNotContainAnyElementsOf(unweighted);
  }

  @Test
  void anotherHeadIsFittedToTheSameRepresentation() {
    LogisticHead wide = LogisticHead.withDefaults().withRidge(1);
    List<FittedHead> seen = seenBy("first", MislabelledDetection.withDefaults().using(wide));
    assertThat(seen).doesNotContainAnyElementsOf(trained);
    assertThat(seen).allSatisfy(head -> assertThat(head.fittedBy()).isEqualTo(wide));
    List<FittedHead> ridge =
        seenBy("first", MislabelledDetection.withDefaults().using(RidgeHead.withDefaults()));
    assertThat(ridge).allSatisfy(head -> assertThat(head.fittedBy()).isInstanceOf(RidgeHead.class));
    assertThat(trained).hasSize(6);
  }
}
