package dev.touchstone.samples.gallery;

import static dev.touchstone.assertions.ModelAssertions.assertLabelErrorRateAtMost;
import static dev.touchstone.assertions.ModelAssertions.assertMislabelledDetected;
import static dev.touchstone.assertions.ModelAssertions.assertNoShift;
import static dev.touchstone.assertions.ModelAssertions.aurocAtLeast;
import static dev.touchstone.assertions.ModelAssertions.columnDistanceAtMost;
import static dev.touchstone.assertions.ModelAssertions.toldApartAtMost;

import dev.touchstone.check.shift.DataShift;
import dev.touchstone.check.training.LabelAudit;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.LabelNoise;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.influence.ConfidentLearning;
import dev.touchstone.influence.MislabelDetector;
import dev.touchstone.influence.OutOfFold;
import dev.touchstone.runtime.RandomStreams;
import dev.touchstone.training.LogisticRegressionTrainer;
import dev.touchstone.training.XgboostTrainer;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/** What goes wrong with a table of incomes: other people, columns joined wrongly, wrong labels. */
final class BugsOfIncomes {
  /** What the claims' samples tolerate. */
  private static final double APART = 0.55;

  private static final double DISTANCE = 0.1;
  private static final double LABEL_ERRORS = 0.05;
  private static final double AUROC = 0.80;

  private static final LabelNoise BY_GROUP =
      LabelNoise.inGroups("sex", Map.of("Male", 0.1, "Female", 0.3));

  private static final int LABELLED = 1000;
  private static final int LOOKED_AT_AGAIN = 300;
  private static final int YOUNG = 40;

  private final Asking asking;
  private final long seed;
  private final RandomStreams random;
  private final Dataset people;

  BugsOfIncomes(Asking asking, long seed) {
    this.asking = asking;
    this.seed = seed;
    this.random = new RandomStreams(seed);
    this.people =
        Datasets.csv("classpath:data/adult/test.csv.gz")
            .schema("classpath:data/adult/schema.json")
            .load();
  }

  void ask() {
    shifted();
    mislabelled();
  }

  /** Compares one half of the table with the other: as it is, of other people, joined wrongly. */
  private void shifted() {
    Dataset.Split halves = people.split(0.5, seed);
    Dataset before = halves.first();
    Dataset now = halves.second();
    of("halves of one table", "shift: columns", () -> moved(before, now));
    of("more of the young", "shift: columns", () -> moved(before, moreOfTheYoung(now)));
    of("halves of one table", "shift: trees", () -> toldByTrees(before, now));
    of("hours by the wrong key", "shift: trees", () -> toldByTrees(before, joinedWrongly(now)));
  }

  private static Verdict moved(Dataset before, Dataset now) {
    return assertNoShift(before, now, columnDistanceAtMost(DISTANCE), toldApartAtMost(APART));
  }

  private static Verdict toldByTrees(Dataset before, Dataset now) {
    return assertNoShift(
        before, now, DataShift.by(XgboostTrainer.withDefaults()), toldApartAtMost(APART));
  }

  /** All who are younger than 40, and a third of the others. */
  private Dataset moreOfTheYoung(Dataset all) {
    int age = all.featureNames().indexOf("age");
    UniformRandomProvider thirds = random.of("gallery", "more of the young");
    int[] met =
        IntStream.range(0, all.size())
            .filter(i -> thirds.nextInt(3) == 0 || all.batch(i).values()[age] < YOUNG)
            .toArray();
    return all.select(met, "more of the young");
  }

  /** Each with the working hours of somebody else: every column is what it was. */
  private Dataset joinedWrongly(Dataset all) {
    int hours = all.featureNames().indexOf("hours_per_week");
    int[] others = PermutationSampler.natural(all.size());
    PermutationSampler.shuffle(random.of("gallery", "wrong key"), others);
    float[] values = all.batch(0, all.size()).values();
    float[] mixed = values.clone();
    int width = all.featureNames().size();
    for (int i = 0; i < others.length; i++) {
      mixed[i * width + hours] = values[others[i] * width + hours];
    }
    return all.withFeatures(FeatureStore.inMemory(mixed, width), "hours by the wrong key");
  }

  /** Gives more wrong labels to women than to men. */
  private void mislabelled() {
    Dataset some = people.sample(LABELLED, seed);
    Dataset wrong = BY_GROUP.plantedIn(some).draw(random).get(0).data();
    of("labels as given", "label errors", () -> fewErrors(some, some));
    of("labels wrong by group", "label errors", () -> fewErrors(wrong, some));
    LogisticRegressionTrainer trainer = LogisticRegressionTrainer.withDefaults();
    of(
        "healthy",
        "mislabelled by group: confident learning",
        () ->
            found(
                some, ConfidentLearning.withDefaults().on(OutOfFold.by(trainer)).pruningByBoth()));
    of(
        "detector ranks at random",
        "mislabelled by group: random",
        () -> found(some, new RandomDetector(seed)));
  }

  /** The labels before the noise stand for somebody who looks at some of them again. */
  private Verdict fewErrors(Dataset given, Dataset trusted) {
    LabelAudit audit = LabelAudit.ofRandom(given, LOOKED_AT_AGAIN, seed);
    return assertLabelErrorRateAtMost(audit.answeredBy(trusted), LABEL_ERRORS);
  }

  private static Verdict found(Dataset data, MislabelDetector detector) {
    return assertMislabelledDetected(
        LogisticRegressionTrainer.withDefaults(),
        BY_GROUP.plantedIn(data),
        detector,
        aurocAtLeast(AUROC));
  }

  private void of(String bug, String assertion, Supplier<Verdict> claim) {
    asking.of(bug, "table of incomes", assertion, seed, claim);
  }
}
