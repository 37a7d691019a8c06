package dev.touchstone.samples.defective;

import static dev.touchstone.assertions.ModelAssertions.assertNoShift;
import static dev.touchstone.assertions.ModelAssertions.columnDistanceAtMost;
import static dev.touchstone.assertions.ModelAssertions.toldApartAtMost;

import dev.touchstone.check.shift.DataShift;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.jupiter.DatasetUnderTest;
import dev.touchstone.jupiter.ModelTest;
import dev.touchstone.training.XgboostTrainer;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** People unlike those whom the model was trained on. */
@ModelTest
@CaughtOnPurpose
public class IncomesOfAnotherTown {

  @DatasetUnderTest(
      value = "classpath:data/adult/train.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset train;

  @DatasetUnderTest(
      value = "classpath:data/adult/test.csv.gz",
      schema = "classpath:data/adult/schema.json")
  static Dataset test;

  /** A register that one office keeps, and the others do not: more of the young than elsewhere. */
  private static Dataset office() {
    int age = test.featureNames().indexOf("age");
    return test.where(i -> test.batch(i).values()[age] < 40 || i % 3 == 0, "one office");
  }

  /** Each person with the working hours of somebody else: every column is what it was. */
  private static Dataset joinedByTheWrongKey() {
    int hours = test.featureNames().indexOf("hours_per_week");
    int[] others = PermutationSampler.natural(test.size());
    PermutationSampler.shuffle(RandomSource.XO_SHI_RO_256_PP.create(3), others);
    float[] all = test.batch(0, test.size()).values().clone();
    float[] mixed = all.clone();
    int width = test.featureNames().size();
    for (int i = 0; i < others.length; i++) {
      mixed[i * width + hours] = all[others[i] * width + hours];
    }
    return test.withFeatures(FeatureStore.inMemory(mixed, width), "hours by the wrong key");
  }

  @Test
  void hasNotMoved() {
    assertNoShift(train, office(), columnDistanceAtMost(0.1));
  }

  @Test
  void cannotBeToldFromBefore() {
    assertNoShift(train, office(), toldApartAtMost(0.55));
  }

  @Test
  void columnsStillBelongTogether() {
    assertNoShift(
        train,
        joinedByTheWrongKey(),
        DataShift.by(XgboostTrainer.withDefaults()),
        toldApartAtMost(0.55));
  }
}
