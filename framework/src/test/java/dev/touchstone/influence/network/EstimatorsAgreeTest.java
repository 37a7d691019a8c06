package dev.touchstone.influence.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.nn.Activation;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import dev.touchstone.data.Dataset;
import dev.touchstone.influence.Encoder;
import dev.touchstone.influence.FittedHead;
import dev.touchstone.influence.InfluenceContext;
import dev.touchstone.influence.InfluenceEstimator;
import dev.touchstone.influence.InfluenceFunctions;
import dev.touchstone.influence.InfluenceScores;
import dev.touchstone.influence.LogisticHead;
import dev.touchstone.influence.RankAgreement;
import dev.touchstone.influence.ReferenceData;
import dev.touchstone.influence.RepresenterPoints;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.linalg.RowSource;
import dev.touchstone.model.CheckedAnswers;
import dev.touchstone.model.Representation;
import dev.touchstone.model.TrainedModel;
import dev.touchstone.model.TrainingTask;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.training.DjlTrainer;
import dev.touchstone.training.Sgd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the thesis reports of its estimators (appendix A.1: .88 for TracIn and .76 for representer
 * points against influence functions), on a network of 24 units trained on 400 digits, and 30
 * others.
 */
class EstimatorsAgreeTest {
  private static final RunContext RUN = SmallNetwork.run(64L << 20);
  private static final Dataset ALL =
      ReferenceData.of("digits", 0).cleanTrainingData("digits").first(430);
  private static final Dataset TRAINING = ALL.first(400);
  private static final Dataset TEST = ALL.where(i -> i >= 400, "the last 30");

  private static TrainedModel trained;
  private static InfluenceContext context;

  @BeforeAll
  static void train() {
    DjlTrainer trainer =
        DjlTrainer.of(
                "small network",
                () ->
                    new SequentialBlock()
                        .add(Linear.builder().setUnits(24).build())
                        .add(Activation.reluBlock())
                        .add(Linear.builder().setUnits(10).build()))
            .withOptimiser(Sgd.withDefaults().withLearningRate(.05))
            .withBatchSize(10);
    trained = trainer.train(TrainingTask.of(TRAINING, "agreement", RUN).keepingCheckpoints(2));
    Representation representation =
        trained.model().require(Representation.class, "a test", "it has one");
    Encoder encoder =
        data ->
            RowSource.of(
                Matrix.ofRows(
                    CheckedAnswers.representation(representation, data.batch(0, data.size()))));
    FittedHead head =
        LogisticHead.withDefaults().fit(encoder.encode(TRAINING).toMatrix(), TRAINING.labels(), 10);
    context =
        new InfluenceContext(TRAINING, head, encoder, trained.checkpoints(), RUN)
            .withModel(trained::model);
  }

  @AfterAll
  static void release() {
    trained.release();
  }

  private static double agreement(InfluenceEstimator first, InfluenceEstimator second) {
    RankAgreement agreement =
        RankAgreement.of(first.scores(context, TEST), second.scores(context, TEST));
    assertThat(agreement.examples()).isEqualTo(30);
    assertThat(agreement.least()).isLessThanOrEqualTo(agreement.mean());
    return agreement.mean();
  }

  @Test
  void othersOrderAsInfluenceFunctionsOfTheHeadDo() {
    // Measured: .21, .21 and .56; another processor trains another network.
    InfluenceEstimator influence = InfluenceFunctions.withDefaults();
    assertThat(agreement(TracIn.withDefaults(), influence)).isBetween(.05, .95);
    assertThat(agreement(RepresenterPoints.withDefaults(), influence)).isBetween(.05, .95);
    assertThat(agreement(StudentInfluence.withDefaults().withDimensions(200), influence))
        .isBetween(.25, .95);
  }

  /**
   * Representer points are influence functions with the ridge in the place of the Hessian: how
   * alike they are is how much of the Hessian is ridge, and no property of model and data alone.
   * Measured: .21, .60 and .94.
   */
  @Test
  void theRidgeDecidesHowAlikeRepresenterPointsAre() {
    double before = -1;
    for (double ridge : new double[] {.01, .1, 1}) {
      FittedHead head =
          LogisticHead.withDefaults()
              .withRidge(ridge)
              .fit(context.encoder().encode(TRAINING).toMatrix(), TRAINING.labels(), 10);
      InfluenceContext other =
          new InfluenceContext(TRAINING, head, context.encoder(), trained.checkpoints(), RUN)
              .withModel(trained::model);
      InfluenceScores influence = InfluenceFunctions.withDefaults().scores(other, TEST);
      double alike =
          RankAgreement.of(RepresenterPoints.withDefaults().scores(other, TEST), influence).mean();
      assertThat(alike).isGreaterThan(before);
      before = alike;
    }
    assertThat(before).isGreaterThan(.8);
  }

  @Test
  void scoresOfOtherExamplesAreNotCompared() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RankAgreement.of(
                    InfluenceFunctions.withDefaults().scores(context, TEST),
                    InfluenceFunctions.withDefaults().scores(context, TRAINING)))
        .withMessageContaining("compare those of the same");
  }
}
