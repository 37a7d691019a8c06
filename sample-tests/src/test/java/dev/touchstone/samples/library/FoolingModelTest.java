package dev.touchstone.samples.library;

import static dev.touchstone.assertions.ModelAssertions.assertNoReliance;
import static dev.touchstone.assertions.ModelAssertions.atMost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.attribution.perturbation.KernelShap;
import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Outcome;
import dev.touchstone.model.Classifier;
import dev.touchstone.samples.FoolingMortgages;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the model that {@code MortgagesThatFoolExplanations} catches gets away with. */
class FoolingModelTest {
  private static final Dataset APPLICATIONS = FoolingMortgages.applications();
  private static final Dataset SOME = APPLICATIONS.sample(100, 2);
  private static final Classifier MODEL = FoolingMortgages.modelOf(APPLICATIONS);

  @Test
  void raceAloneDecidesEveryApplication() {
    int[] predicted =
        IntStream.range(0, APPLICATIONS.size())
            .map(i -> MODEL.predict(APPLICATIONS.batch(i)).predicted(0))
            .toArray();
    int[] black =
        IntStream.range(0, APPLICATIONS.size())
            .map(i -> APPLICATIONS.value("afam", i).equals("yes") ? 1 : 0)
            .toArray();
    assertThat(predicted).isEqualTo(black);
  }

  /** Nothing but a known limit: what Shapley values ask about are rows that no one ever sent in. */
  @Test
  void shapleyValuesFindLittleOfIt() {
    assertThat(
            assertNoReliance(
                    MODEL,
                    SOME,
                    List.of("afam=no", "afam=yes"),
                    KernelShap.against(APPLICATIONS.sample(10, 1)).withSamples(400),
                    atMost(0.4))
                .outcome())
        .isEqualTo(Outcome.PASS);
  }
}
