package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetTest {

  /** Example i has the feature i, the label i mod 4 > 0, and one of five hospitals. */
  private static final Dataset HUNDRED =
      Dataset.named("hundred")
          .features(FeatureStore.inMemory(range(100), 1))
          .labels(IntStream.range(0, 100).map(i -> i % 4 > 0 ? 1 : 0).toArray())
          .classNames(List.of("no", "yes"))
          .column("hospital", IntStream.range(0, 100).mapToObj(i -> "h" + i % 5).toList())
          .build();

  private static float[] range(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = i;
    }
    return values;
  }

  private static void refused(ThrowingCallable mistake, String message) {
    assertThatExceptionOfType(TouchstoneException.class).isThrownBy(mistake).withMessage(message);
  }

  private static Set<String> ids(Dataset data) {
    return new HashSet<>(IntStream.range(0, data.size()).mapToObj(data::id).toList());
  }

  @Test
  void aSplitLosesNoExampleAndSharesNone() {
    Dataset.Split parts = HUNDRED.split(0.3, 1);

    assertThat(parts.first().size()).isEqualTo(30);
    assertThat(parts.second().size()).isEqualTo(70);
    Set<String> both = ids(parts.first());
    both.addAll(ids(parts.second()));
    assertThat(both).hasSize(100);
  }

  @Test
  void aSplitKeepsEachExamplesFeaturesLabelsAndGroups() {
    Dataset part = HUNDRED.split(0.3, 1).first();

    for (int i = 0; i < part.size(); i++) {
      int original = Integer.parseInt(part.id(i));
      assertThat(part.batch(i).row(0)).containsExactly(original);
      assertThat(part.label(i)).isEqualTo(HUNDRED.label(original));
      assertThat(part.value("hospital", i)).isEqualTo(HUNDRED.value("hospital", original));
    }
  }

  @Test
  void aStratifiedSplitKeepsTheSharesOfTheClasses() {
    Dataset.Split parts = HUNDRED.stratifiedSplit(0.2, 1);

    assertThat(parts.first().classCounts()).containsEntry("no", 5).containsEntry("yes", 15);
    assertThat(parts.second().classCounts()).containsEntry("no", 20).containsEntry("yes", 60);
  }

  @Test
  void theSeedAloneDecidesWhatIsDrawn() {
    assertThat(ids(HUNDRED.split(0.5, 1).first()))
        .isEqualTo(ids(HUNDRED.split(0.5, 1).first()))
        .isNotEqualTo(ids(HUNDRED.split(0.5, 2).first()));
    assertThat(HUNDRED.sample(10, 3).sha256())
        .isEqualTo(HUNDRED.sample(10, 3).sha256())
        .isNotEqualTo(HUNDRED.sample(10, 4).sha256());
  }

  @Test
  void aSampleIsDrawnWithoutReplacement() {
    assertThat(ids(HUNDRED.sample(60, 3))).hasSize(60);
    assertThat(HUNDRED.sample(100, 3).size()).isEqualTo(100);
  }

  @Test
  void aSplitWithAnEmptyPartIsRefused() {
    refused(
        () -> HUNDRED.split(0.001, 1), "hundred has 100 examples, too few for a split at 0.001");
  }

  @Test
  void aStratifiedSplitNeedsClasses() {
    Dataset amounts =
        Dataset.named("credit")
            .features(FeatureStore.inMemory(range(4), 1))
            .values(new double[] {1, 2, 3, 4}, "DM")
            .build();

    refused(
        () -> amounts.stratifiedSplit(0.5, 1),
        "credit has values to predict (DM) and no classes; claim it of a regressor, or name the"
            + " column of the classes: .label(\"column\", …)");
    assertThat(amounts.split(0.5, 1).first().targets()).hasSize(2);
  }

  @Test
  void asManyLabelsAsExamplesAreNeeded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HUNDRED.withLabels(new int[99], "lost one"))
        .withMessage("99 labels for 100 examples");
  }

  @Test
  void classesAndValuesTogetherAreRefused() {
    refused(
        () ->
            Dataset.named("both")
                .features(FeatureStore.inMemory(range(2), 1))
                .labels(0, 1)
                .values(new double[] {1, 2}, "DM")
                .build(),
        "both was given both classes and values to predict; give .labels(…) or .values(…)");
  }

  @Test
  void aBuilderGoesOnAfterItsFirstDataSet() {
    Dataset.Builder builder =
        Dataset.named("growing").features(FeatureStore.inMemory(range(2), 1)).labels(0, 1);
    Dataset two = builder.build();
    Dataset three = builder.features(FeatureStore.inMemory(range(3), 1)).labels(0, 1, 2).build();

    assertThat(two.classNames()).containsExactly("0", "1");
    assertThat(three.classNames()).containsExactly("0", "1", "2");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, Double.NaN})
  void aFractionThatIsNoneIsRefused(double fraction) {
    refused(
        () -> HUNDRED.split(fraction, 1),
        "a share of the data lies in (0, 1), and was " + fraction);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 101})
  void aSampleOfMoreThanAllOrNoneIsRefused(int n) {
    refused(
        () -> HUNDRED.sample(n, 1), "hundred has 100 examples, of which " + n + " cannot be drawn");
  }

  @Test
  void oneExamplePerClusterIsIndependentOfTheOthers() {
    Dataset drawn = HUNDRED.clusteredBy("hospital").onePerCluster(5);

    assertThat(IntStream.range(0, drawn.size()).mapToObj(i -> drawn.value("hospital", i)))
        .containsExactlyInAnyOrder("h0", "h1", "h2", "h3", "h4");
    assertThat(drawn.clustering()).isEmpty();
    assertThat(HUNDRED.clusteredBy("hospital").where(i -> true, "all").clustering())
        .contains("hospital");
  }

  @Test
  void oneExamplePerClusterNeedsClusters() {
    refused(
        () -> HUNDRED.onePerCluster(5),
        "hundred has no clusters; say .clusteredBy(\"column\") first");
  }

  @Test
  void howLargeAClusterCanBeIsDeclared() {
    Dataset clustered = HUNDRED.clusteredBy("hospital");
    assertThat(clustered.largestCluster()).isEmpty();
    assertThat(clustered.largestClusterSeen()).isEqualTo(20);
    Dataset bounded = clustered.withClustersOfAtMost(30);
    assertThat(bounded.largestCluster()).hasValue(30);
    assertThat(bounded.sha256()).isEqualTo(clustered.sha256());
    assertThat(bounded.first(10).largestCluster()).hasValue(30);
    assertThat(bounded.clusteredBy("hospital").largestCluster()).isEmpty();
    assertThat(bounded.onePerCluster(1).largestCluster()).isEmpty();
  }

  @Test
  void aClusterLargerThanDeclaredIsRefused() {
    refused(
        () -> HUNDRED.clusteredBy("hospital").withClustersOfAtMost(19),
        "hundred: clusters of at most 19 were declared, and hospital = [h0] has 20 examples;"
            + " declare the most that any cluster can have");
    refused(
        () ->
            HUNDRED
                .clusteredBy("hospital")
                .withClustersOfAtMost(30)
                .withMerged("hospital", "small", "h3", "h4"),
        "hundred: clusters of at most 30 were declared, and hospital = [small] has 40 examples;"
            + " declare the most that any cluster can have");
    refused(
        () -> HUNDRED.withClustersOfAtMost(30),
        "hundred has no clusters; say .clusteredBy(\"column\") first");
  }

  @Test
  void mergedGroupsAreOneSlice() {
    Dataset merged = HUNDRED.withMerged("hospital", "small", "h3", "h4").groupedBy("hospital");

    assertThat(merged.slices())
        .extracting(Dataset.Slice::name)
        .containsExactly("overall", "hospital=h0", "hospital=h1", "hospital=h2", "hospital=small");
    assertThat(merged.slices().get(4).examples()).hasSize(40);
  }

  @Test
  void mergedGroupsAreTheSameExamplesAndAFactBesideTheirHash() {
    Dataset merged = HUNDRED.withMerged("hospital", "small", "h4", "h3");

    assertThat(merged.sha256()).isEqualTo(HUNDRED.sha256());
    assertThat(merged.facts().merges())
        .containsExactly(Map.entry("hospital", "\"small\" for \"h3\", \"h4\""));
    assertThat(merged.where("hospital", "small").sha256())
        .isEqualTo(
            HUNDRED
                .where(i -> List.of("h3", "h4").contains(HUNDRED.value("hospital", i)), "both")
                .sha256())
        .isNotEqualTo(HUNDRED.sha256());
  }

  @Test
  void mergingTwiceSaysBoth() {
    assertThat(
            HUNDRED
                .withMerged("hospital", "small", "h3", "h4")
                .withMerged("hospital", "most", "small", "h2")
                .facts()
                .merges())
        .containsEntry("hospital", "\"small\" for \"h3\", \"h4\"; \"most\" for \"h2\", \"small\"");
  }

  @Test
  void aMergedGroupCannotGoByTheNameOfAnother() {
    refused(
        () -> HUNDRED.withMerged("hospital", "h1", "h3", "h4"),
        "hundred: the group column \"hospital\" has a value \"h1\" already, and several values"
            + " cannot go by its name; give them a name of their own, such as \"other\"");
  }

  /** Two steps do not give a group of the data to others, however the data are copied between. */
  @Test
  void aMergedGroupCannotGoByANameThatOneHadInTheData() {
    Dataset merged = HUNDRED.withMerged("hospital", "x", "h3", "h4");
    for (Dataset copy :
        List.of(merged, merged.groupedBy("hospital"), merged.where(i -> true, "all"))) {
      refused(
          () -> copy.withMerged("hospital", "h3", "x"),
          copy.name()
              + ": the group column \"hospital\" has a value \"h3\" in the data, and several values"
              + " cannot go by its name; give them a name of their own, such as \"other\"");
    }
    assertThat(merged.withMerged("hospital", "y", "x").facts().merges()).hasSize(1);
  }

  @Test
  void otherLabelsAreNotTakenForAChoiceOfExamples() {
    Dataset two =
        Dataset.named("two")
            .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
            .labels(0, 1)
            .build();
    assertThat(two.withLabels(new int[] {1, 0}, "swapped").sha256())
        .isNotEqualTo(two.select(new int[] {1, 0}, "swapped").sha256());
  }

  @Test
  void otherFeaturesInMemoryAreOtherDataWhateverTheyAreCalled() {
    Dataset one = HUNDRED.withFeatures(FeatureStore.inMemory(new float[100], 1), "new");
    float[] other = new float[100];
    other[99] = 1;
    assertThat(HUNDRED.withFeatures(FeatureStore.inMemory(other, 1), "new").sha256())
        .isNotEqualTo(one.sha256());
    assertThat(HUNDRED.withFeatures(FeatureStore.inMemory(new float[100], 1), "new").sha256())
        .isEqualTo(one.sha256());
  }

  @Test
  void aColumnIsNotTakenForNamesOfClasses() {
    Dataset.Builder column =
        Dataset.named("two")
            .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
            .labels(0, 1)
            .classNames(List.of("a", "b"))
            .column("sex", List.of("f", "m"));
    Dataset.Builder classes =
        Dataset.named("two")
            .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
            .labels(0, 1)
            .classNames(List.of("a", "b", "sex", "f", "m"));
    assertThat(column.build().sha256()).isNotEqualTo(classes.build().sha256());
  }

  @Test
  void mergingAValueThatDoesNotOccurIsRefused() {
    refused(
        () -> HUNDRED.withMerged("hospital", "small", "h9"),
        "hundred: the group column \"hospital\" has no value \"h9\"; its values are [h0, h1, h2,"
            + " h3, h4]");
  }

  @Test
  void scalingMultipliesAndIsPartOfTheProvenance() {
    Dataset scaled = HUNDRED.scaledBy(0.5);

    assertThat(scaled.batch(7, 9).values()).containsExactly(3.5f, 4);
    assertThat(scaled.facts().texts()).containsEntry("scaled by", "0.5");
    assertThat(scaled.sha256()).isNotEqualTo(HUNDRED.sha256());
    assertThat(scaled.scaledBy(2).facts().texts())
        .containsEntry("scaled by", "0.5")
        .containsEntry("scaled by (2)", "2.0");
  }

  @Test
  void normalisingWorksChannelByChannel() {
    Dataset images =
        Dataset.named("images")
            .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4, 10, 20, 30, 40}, 2, 1, 2))
            .labels(0, 1)
            .build()
            .normalising(new double[] {1, 2}, new double[] {2, 4});

    assertThat(images.batch(0, 2).values())
        .containsExactly(0, 0.5f, 0.25f, 0.5f, 4.5f, 9.5f, 7, 9.5f);
    assertThat(images.facts().texts())
        .containsEntry("normalised by", "mean [1.0, 2.0], deviation [2.0, 4.0]");
  }

  @Test
  void asManyMeansAsChannelsAreNeeded() {
    refused(
        () -> HUNDRED.normalising(new double[3], new double[] {1, 1, 1}),
        "hundred has examples of the shape [1] and was given 3 means and 3 deviations; give 1 of"
            + " each, or 1");
  }

  @Test
  void aDeviationOfZeroIsRefused() {
    refused(
        () -> HUNDRED.normalising(new double[1], new double[1]),
        "features cannot be normalised by the mean 0.0 and the deviation 0.0");
  }

  @Test
  void scalingByZeroIsRefused() {
    refused(() -> HUNDRED.scaledBy(0), "features cannot be scaled by 0.0");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void featuresThatAreNotFiniteAreRefused(float value) {
    refused(
        () ->
            Dataset.named("given")
                .features(FeatureStore.inMemory(new float[] {1, 2, 3, value}, 2))
                .featureNames(List.of("age", "height"))
                .ids(List.of("a", "b"))
                .labels(0, 1)
                .build(),
        "given: feature height of example b is " + value + "; impute or drop it before the test");
  }

  @Test
  void labelsOutsideTheClassesAreRefused() {
    refused(
        () ->
            Dataset.named("given")
                .features(FeatureStore.inMemory(range(2), 1))
                .labels(0, 2)
                .classNames(List.of("no", "yes"))
                .build(),
        "given: example 1 has the label 2, outside the classes [no, yes]");
  }

  @Test
  void idsThatOccurTwiceAreRefused() {
    refused(
        () ->
            Dataset.named("given")
                .features(FeatureStore.inMemory(range(2), 1))
                .ids(List.of("a", "a"))
                .labels(0, 1)
                .build(),
        "given: the id \"a\" occurs twice; ids have to be unique to be stable");
  }

  @Test
  void columnsOfAnotherLengthAreRefused() {
    refused(
        () ->
            Dataset.named("given")
                .features(FeatureStore.inMemory(range(2), 1))
                .labels(0, 1)
                .column("sex", List.of("f"))
                .build(),
        "given: 1 column sex for 2 labels");
  }

  @Test
  void anAuditSetThatSharesFeaturesWithTheTrainingSetIsRefused() {
    AuditSet audit = AuditSet.of(HUNDRED.select(new int[] {3, 50, 99}, "audit"));

    refused(
        () -> audit.checkedAgainst(HUNDRED),
        "the audit set hundred, audit overlaps the training set hundred: 3 of its 100 examples have"
            + " an id or features of the audit set, the first with the ids [3, 50, 99]; train on"
            + " audit.removedFrom(training)");
  }

  @Test
  void positionsInDifferentFilesAreNoSharedIds() {
    Dataset others = HUNDRED.normalising(new double[] {0.5}, new double[] {1});

    assertThat(AuditSet.of(HUNDRED.first(5)).checkedAgainst(others).data().size()).isEqualTo(5);
  }

  @Test
  void anAuditSetThatSharesIdsIsRefusedAlthoughTheFeaturesDiffer() {
    AuditSet audit = AuditSet.of(named("audit", 7, "x", "shared"));
    Dataset training = named("training", 0, "shared", "y");

    refused(
        () -> audit.checkedAgainst(training),
        "the audit set audit overlaps the training set training: 1 of its 2 examples have an id or"
            + " features of the audit set, the first with the ids [shared]; train on"
            + " audit.removedFrom(training)");
    assertThat(ids(audit.removedFrom(training))).containsExactly("y");
    assertThat(audit.checkedAgainst(audit.removedFrom(training))).isSameAs(audit);
  }

  private static Dataset named(String name, float offset, String... ids) {
    float[] values = range(ids.length);
    for (int i = 0; i < values.length; i++) {
      values[i] += offset;
    }
    return Dataset.named(name)
        .features(FeatureStore.inMemory(values, 1))
        .ids(Arrays.asList(ids))
        .labels(new int[ids.length])
        .build();
  }

  @Test
  void anAuditSetOfAnotherShapeIsRefused() {
    Dataset wide =
        Dataset.named("wide").features(FeatureStore.inMemory(range(4), 2)).labels(0, 1).build();

    refused(
        () -> AuditSet.of(wide).checkedAgainst(HUNDRED),
        "the audit set wide has examples of the shape [2] and the training set hundred of [1]; read"
            + " both in the same way");
  }

  @Test
  void anEmptyAuditSetIsRefused() {
    refused(
        () -> AuditSet.of(HUNDRED.where(i -> false, "none")),
        "hundred, none is empty; an audit set needs examples whose labels are trusted");
  }

  private static Dataset people() {
    return Dataset.named("people")
        .features(FeatureStore.inMemory(new float[4], 1))
        .labels(0, 1, 0, 1)
        .column("sex", List.of("f", "f", "m", "m"))
        .column("race", List.of("x", "y", "x", "z"))
        .build();
  }

  @Test
  void columnsJoinedByAnAmpersandAreOneOfPairs() {
    Dataset data = people().groupedBy("sex & race");

    assertThat(data.slices())
        .extracting(Dataset.Slice::name)
        .containsExactly(
            "overall",
            "sex & race=f & x",
            "sex & race=f & y",
            "sex & race=m & x",
            "sex & race=m & z");
    assertThat(data.value("sex & race", 3)).isEqualTo("m & z");
    assertThat(data.sha256()).isEqualTo(people().sha256());
  }

  @Test
  void pairsFollowWhatBecomesOfTheirColumns() {
    Dataset merged = people().groupedBy("sex & race").withMerged("race", "other", "y", "z");

    assertThat(merged.slices())
        .extracting(Dataset.Slice::value)
        .containsExactly("overall", "f & other", "f & x", "m & other", "m & x");
    Dataset ofPairs =
        people().groupedBy("sex & race").withMerged("sex & race", "few", "f & y", "m & z");
    assertThat(ofPairs.slices())
        .extracting(Dataset.Slice::value)
        .containsExactly("overall", "f & x", "few", "m & x");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> ofPairs.withMerged("race", "other", "y", "z"))
        .withMessageContaining("call .withMerged(\"race\", …) first");
  }

  @Test
  void anUnknownColumnOfAPairIsNamed() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> people().groupedBy("sex & age"))
        .withMessageContaining("has no group column \"age\"");
  }

  @Test
  void pairsThatWouldReadAlikeAreRefused() {
    Dataset data =
        Dataset.named("odd")
            .features(FeatureStore.inMemory(new float[2], 1))
            .labels(0, 1)
            .column("a", List.of("x & y", "x"))
            .column("b", List.of("z", "y & z"))
            .build();
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> data.groupedBy("a & b"))
        .withMessageContaining("would both be called \"x & y & z\"");
  }

  @Test
  void aGroupThatVanishedIsMissed() {
    Dataset data = people().groupedBy("race").expectingGroups("race", "x", "y", "z");

    assertThat(data.slices()).hasSize(4);
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> data.first(3).slices())
        .withMessageContaining("no example has the race [z], which .expectingGroups(…) asks for");
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> people().expectingGroups("sex", "f", "d"))
        .withMessageContaining("no example has the sex [d]");
  }

  private static double[] weights(int n) {
    return IntStream.range(0, n).mapToDouble(i -> i / 4.0).toArray();
  }

  /** Example i has the weight i/4, whatever is done to the data. */
  @Test
  void everyExampleKeepsItsTrainingWeight() {
    Dataset weighted = HUNDRED.withTrainingWeights(weights(100), "by age");
    List<Dataset> views =
        List.of(
            weighted.split(0.3, 1).first(),
            weighted.stratifiedSplit(0.3, 1).second(),
            weighted.sample(10, 1),
            weighted.where("hospital", "h2"),
            weighted.first(7),
            weighted.groupedBy("hospital").withMerged("hospital", "rest", "h0", "h1"),
            weighted.clusteredBy("hospital").onePerCluster(1),
            weighted.select(new int[] {5, 3}, "two").select(new int[] {1}, "one"));
    for (Dataset view : views) {
      double[] kept = view.trainingWeights().orElseThrow();
      for (int i = 0; i < view.size(); i++) {
        assertThat(kept[i]).isEqualTo(view.batch(i).values()[0] / 4.0);
      }
    }
    assertThat(weighted.scaledBy(2).trainingWeights().orElseThrow()).containsExactly(weights(100));
    assertThat(weighted.normalising(new double[] {1}, new double[] {2}).trainingWeights())
        .isPresent();
    assertThat(weighted.withLabels(new int[100], "all no").trainingWeights()).isPresent();
    assertThat(
            weighted.withFeatures(FeatureStore.inMemory(range(100), 1), "again").trainingWeights())
        .isPresent();
    assertThat(weighted.name()).isEqualTo("hundred");
    assertThat(HUNDRED.trainingWeights()).isEmpty();
    assertThat(weighted.withoutTrainingWeights().trainingWeights()).isEmpty();
  }

  @Test
  void trainingWeightsCannotBeChangedFromOutside() {
    double[] given = weights(100);
    Dataset weighted = HUNDRED.withTrainingWeights(given, "by age");
    given[1] = 9;
    weighted.trainingWeights().orElseThrow()[2] = 9;
    assertThat(weighted.trainingWeights().orElseThrow()).containsExactly(weights(100));
  }

  @Test
  void whereTrainingWeightsAreFromIsAFactOfTheData() {
    Dataset weighted = HUNDRED.withTrainingWeights(weights(100), "by age");
    assertThat(weighted.facts().texts()).containsEntry("training weights", "by age");
    assertThat(HUNDRED.facts().texts()).doesNotContainKey("training weights");
    Dataset built =
        Dataset.named("two")
            .features(FeatureStore.inMemory(range(2), 1))
            .labels(0, 1)
            .trainingWeights(1, 3)
            .build();
    assertThat(built.trainingWeights().orElseThrow()).containsExactly(1, 3);
    assertThat(built.facts().texts()).containsEntry("training weights", "given");
  }

  @Test
  void trainingWeightsByWhichNothingCanBeLearntAreRefused() {
    double[] weights = weights(100);
    weights[3] = -1;
    refused(
        () -> HUNDRED.withTrainingWeights(weights, "by age"),
        "hundred: example 3 has the training weight -1.0 (by age); give 0, which leaves it out of"
            + " the training, or a positive number");
    weights[3] = Double.NaN;
    refused(
        () -> HUNDRED.withTrainingWeights(weights, "by age"),
        "hundred: example 3 has the training weight NaN (by age); give 0, which leaves it out of"
            + " the training, or a positive number");
    refused(
        () -> HUNDRED.withTrainingWeights(new double[100], "by age"),
        "hundred: every example has the training weight 0 (by age), so that nothing could be"
            + " learnt; give one a positive number");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HUNDRED.withTrainingWeights(new double[] {1, 2}, "by age"))
        .withMessage("2 training weights for 100 examples");
    refused(
        () ->
            Dataset.named("two")
                .features(FeatureStore.inMemory(range(2), 1))
                .labels(0, 1)
                .trainingWeights(1, 3, 4)
                .build(),
        "two: 3 training weights for 2 labels");
  }

  @Test
  void anAuditSetHasNoTrainingWeights() {
    refused(
        () -> AuditSet.of(HUNDRED.withTrainingWeights(weights(100), "by age")),
        "hundred carries training weights, and an audit weighs examples by the expert's confidence"
            + " alone; give data.withoutTrainingWeights()");
  }

  @Test
  void aTableOfPixelsIsReshapedToImages() {
    Dataset table =
        Dataset.named("pixels")
            .features(FeatureStore.inMemory(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 4))
            .featureNames(List.of("a", "b", "c", "d"))
            .labels(0, 1)
            .build();
    Dataset images = table.reshapedTo(1, 2, 2);

    assertThat(images.shape()).containsExactly(1, 2, 2);
    assertThat(images.batch(1).shape()).containsExactly(1, 1, 2, 2);
    assertThat(images.batch(1).values()).containsExactly(5, 6, 7, 8);
    assertThat(images.featureNames()).isEmpty();
    assertThat(images.facts().texts()).containsEntry("reshaped to", "[1, 2, 2]");
    assertThat(images.sha256()).isNotEqualTo(table.sha256());
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> table.reshapedTo(1, 3, 3))
        .withMessage(
            "pixels has examples of the shape [4], 4 features each, which do not fill the shape [1,"
                + " 3, 3]");
  }
}
