package dev.touchstone.assertions;

import static dev.touchstone.assertions.ModelAssertions.assertClaim;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.check.evaluation.Trace;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Claim;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.evidence.Measurement;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.Warning;
import dev.touchstone.metric.Rates;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A check of one's own that takes clustered examples for independent is told so. */
class OwnCheckTest {
  private static final Classifier MODEL =
      Models.function("f", "1", batch -> new double[batch.rows()][2]).emittingLogits();

  /** 400 examples of 100 persons. */
  private static final Dataset DATA =
      Dataset.named("persons")
          .features(FeatureStore.inMemory(new float[400], 1))
          .labels(IntStream.range(0, 400).map(i -> i % 2).toArray())
          .column("person", IntStream.range(0, 400).mapToObj(i -> "p" + i / 4).toList())
          .build();

  private static Verdict claimed(Dataset data, Function<Dataset, Estimate> measured) {
    return assertClaim(
        Claim.of("few", atMost(0.2)), context -> evidence(data, measured.apply(data), context));
  }

  private static Evidence evidence(Dataset data, Estimate estimate, RunContext context) {
    return Evidence.of("own", "f on persons")
        .measured(new Measurement("rate", Dataset.Slice.OVERALL, estimate))
        .from(Trace.start(context).end(MODEL, data));
  }

  @Test
  void aRateOfClusteredDataThatKnowsNoClustersIsWarnedOf() {
    Dataset clustered = DATA.clusteredBy("person").withClustersOfAtMost(4);

    assertThat(claimed(clustered, data -> Proportion.of(20, 400)).warnings())
        .singleElement()
        .satisfies(
            warning -> {
              assertThat(warning.kind()).isEqualTo(Warning.IGNORES_CLUSTERS);
              assertThat(warning.text())
                  .contains("clustered by person", "the rate takes", "Rates.of(data, slice");
            });
    assertThat(
            claimed(clustered, data -> Rates.of(data, data.slices().get(0), i -> i % 20 == 0))
                .warnings())
        .isEmpty();
    assertThat(claimed(DATA, data -> Proportion.of(20, 400)).warnings()).isEmpty();
  }
}
