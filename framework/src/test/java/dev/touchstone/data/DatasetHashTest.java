package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Policies pin the hash of data, and caches go by it: the same examples have the same hash in every
 * release. The hashes are those of {@code src/test/python/dataset_hashes.py}, but for random draws,
 * which are those of the first release.
 */
class DatasetHashTest {
  private static final List<String> SEX = List.of("w", "m", "w", "m", "w", "m");

  private static final Dataset PATIENTS =
      Dataset.named("patients")
          .features(FeatureStore.inMemory(rows(), 2))
          .featureNames(List.of("age", "weight"))
          .ids(List.of("a", "b", "c", "d", "e", "f"))
          .labels(0, 1, 0, 1, 1, 0)
          .classNames(List.of("no", "yes"))
          .column("ward", List.of("north", "north", "east", "east", "s\u00fcd", "s\u00fcd"))
          .column("sex", SEX)
          .build();

  @TempDir Path folder;

  private static float[] rows() {
    float[] rows = new float[12];
    for (int i = 0; i < 6; i++) {
      rows[2 * i] = i;
      rows[2 * i + 1] = i * i / 4f;
    }
    return rows;
  }

  private static void hasHash(Dataset data, String sha256) {
    assertThat(data.sha256()).as(data.name()).isEqualTo(sha256);
  }

  @Test
  void dataWithClassesHaveTheHashOfEveryRelease() {
    hasHash(PATIENTS, "462b9bcaf7f33e81ebe242f46bae0553110bf022cbfa57e4a881cd59e0c11175");
    hasHash(
        Dataset.named("without names, ids and columns")
            .features(FeatureStore.inMemory(new float[] {0, 1, 2}, 1))
            .labels(0, 1, 2)
            .build(),
        "8f835f6f854ec1d17d43311ffcdc9300a42b74469ca95b428fda3726159ca3c4");
    hasHash(
        Dataset.named("more classes than examples")
            .features(FeatureStore.inMemory(new float[] {3, 4}, 1, 2))
            .labels(0)
            .classNames(List.of("a", "b", "c", "d"))
            .build(),
        "0613d718fbe39d48a0ae9fb4d9ef369dfd2b791c0ef81306e1f03930c175845e");
  }

  @Test
  void dataWithValuesHaveTheHashOfEveryRelease() {
    hasHash(
        Dataset.named("costs")
            .features(FeatureStore.inMemory(rows(), 2))
            .values(new double[] {1.5, -2, 0, 7, 0.1, 1e9}, "EUR")
            .column("sex", SEX)
            .build(),
        "098ab94a4f644d4444cce19e653454f506c4178a6d1aeb2be47b5fb5597af1c2");
  }

  @Test
  void aTableHasTheHashOfItsExamplesInMemory() throws IOException {
    Path file = folder.resolve("a.csv");
    Files.writeString(file, "key,height,sex,weight,ill\nx,1.5,f,60,no\ny,-2e1,m,0,yes\n");
    hasHash(
        Datasets.csv(file.toString()).id("key").label("ill", "no", "yes").groups("sex").load(),
        "ffa3096e980a33e0d0b99e83e59a5a2ca231de31e31c202ec7cee685309dbb32");
  }

  @Test
  void chosenExamplesHaveTheHashOfEveryRelease() {
    hasHash(
        PATIENTS.select(new int[] {4, 0}, "two"),
        "7941366477e4ea3478452aab94b04b48d2cc74b8f3f22658284a68c4b9543126");
    hasHash(
        PATIENTS.where("ward", "east"),
        "dd7cf8050700e717fad0d8133803220f0f12bc61b042cb986262fa535240fd68");
  }

  @Test
  void preparedExamplesHaveTheHashOfEveryRelease() {
    hasHash(
        PATIENTS.scaledBy(0.5), "ccb02fd5db07764bc0526c4d015efd2983ca8b5e04549dd82d54b647b3e76b63");
    hasHash(
        PATIENTS.normalising(new double[] {1, 2}, new double[] {3, 4}),
        "4703380a8bbc55e4c6f4b04ecf3076524b8a0bdb563196c5b8e6a28a4b606817");
    hasHash(
        PATIENTS.withFeatures(FeatureStore.inMemory(new float[] {9, 9, 9, 9, 9, 9}, 1), "other"),
        "5139175dd31bef2a16f48c589c85f3b4bfa6b1fa70bff3b14b8723b1a909260c");
    hasHash(
        PATIENTS.withLabels(new int[] {1, 1, 1, 0, 0, 0}, "turned"),
        "4a5d9ebb4c217a2ebd15f5d8c42937ee1f56dbd20cc810647b0edd754f93277d");
  }

  @Test
  void whatASuiteSetsIsNoPartOfTheHash() {
    hasHash(
        PATIENTS
            .withMerged("ward", "rest", "east", "s\u00fcd")
            .groupedBy("sex & ward")
            .expectingGroups("sex", "w")
            .clusteredBy("ward")
            .withClustersOfAtMost(4),
        PATIENTS.sha256());
  }

  @Test
  void aSeedDrawsTheSameExamplesInEveryRelease() {
    hasHash(
        PATIENTS.sample(3, 7), "b56c824dc2898ff08af3a206fb13f4b96789fa39c1e3124d4b5a629313a273bc");
    hasHash(
        PATIENTS.split(0.4, 7).first(),
        "f137cf4f01531c18d10bc025feb6b18226b4cf3af36fddcb0dad223b8b33c1d5");
    hasHash(
        PATIENTS.split(0.4, 7).second(),
        "75634850b3f9e9b7117b60e6ba565adc94570d45b100d8eed58b535ac551449a");
    hasHash(
        PATIENTS.stratifiedSplit(0.4, 7).first(),
        "ef4cb7a4e9dda96d67bda07d7ea0132481d171519c81571e1f0da8bd1232a474");
    hasHash(
        PATIENTS.stratifiedSplit(0.4, 7).second(),
        "8f1760ac7ea817ac8852e18bc1288cb75c26da239c51d0cb49d5960e41286ba6");
    hasHash(
        PATIENTS.clusteredBy("ward").onePerCluster(7),
        "fa97752d66e7af1d80aa1dc71b98fdf7b41a7464f0ecdb3eb6f23340b71fd6a9");
  }

  @Test
  void trainingWeightsArePartOfTheHashAndLeaveThatOfOtherDataAsItIs() {
    Dataset weighted = PATIENTS.withTrainingWeights(new double[] {1, 0, 0.5, 2, 1, 1}, "by hand");
    hasHash(weighted, "3d778c4b1a31e813a057bd81708068859d71103e7223de81adc6a17704ed7231");
    hasHash(
        weighted.select(new int[] {4, 0}, "two"),
        "1fe7974ee9cf5a96213041d52a28f0f423dda17bb27732775cf35d25e709adaf");
    hasHash(weighted.withoutTrainingWeights(), PATIENTS.sha256());
    hasHash(
        weighted.where("ward", "east").withoutTrainingWeights(),
        PATIENTS.where("ward", "east").sha256());
  }
}
