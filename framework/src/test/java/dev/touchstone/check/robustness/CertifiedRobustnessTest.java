package dev.touchstone.check.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.evidence.Evidence;
import dev.touchstone.model.Classifier;
import dev.touchstone.robustness.Certifier;
import dev.touchstone.robustness.IntervalBounds;
import dev.touchstone.robustness.LinearBounds;
import dev.touchstone.robustness.ProjectedGradientDescent;
import dev.touchstone.robustness.RobustnessOracle;
import dev.touchstone.robustness.ThreatModel;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.statistics.Estimate;
import dev.touchstone.statistics.Proportion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CertifiedRobustnessTest {
  private final RunContext context = RunContext.of(Settings.fromSystem(), RunSession.isolated());
  private final Classifier model = RobustnessOracle.model();
  private final Dataset digits = RobustnessOracle.digits();

  private static ThreatModel box(double epsilon) {
    return ThreatModel.linf(epsilon).inRange(0, 1);
  }

  /** Says of the first three of ten that they are proven, and nothing of the others. */
  private record FirstThree(boolean provesTheModelItself, Status ofOthers) implements Certifier {
    @Override
    public String name() {
      return "first three";
    }

    @Override
    public Map<String, String> settings() {
      return Map.of("others", ofOthers.name());
    }

    @Override
    public ThreatModel threat() {
      return box(1e-6);
    }

    @Override
    public String restsOn() {
      return "nothing";
    }

    @Override
    public void check(Classifier model, Dataset data) {}

    @Override
    public Status[] certify(Classifier model, Dataset data, int[] examples, RunContext context) {
      Status[] statuses = new Status[examples.length];
      for (int i = 0; i < statuses.length; i++) {
        statuses[i] = i < 3 ? Status.PROVEN : ofOthers;
      }
      return statuses;
    }
  }

  private static Estimate only(Evidence evidence) {
    return evidence.measurements().get(0).estimate();
  }

  /** 7.5 % of the digits are wrong as they are; a change of 1e-6 turns none of the others. */
  @Test
  void whatIsNeitherProvenNorRefutedIsOpen() {
    Evidence evidence =
        CertifiedRobustness.by(new FirstThree(true, Certifier.Status.OPEN))
            .evaluate(model, digits, context);
    assertThat(only(evidence).value()).isEqualTo(3 / 200.0);
    assertThat(only(evidence).interval(.95).lower())
        .isEqualTo(Proportion.of(3, 200).interval(.95).lower());
    assertThat(only(evidence).interval(.95).upper())
        .isEqualTo(Proportion.of(185, 200).interval(.95).upper());
    assertThat(only(evidence).examplesToDecide(.5, .95)).isEmpty();
  }

  @Test
  void whoProvesAnotherModelSaysWhatIsRefuted() {
    Evidence evidence =
        CertifiedRobustness.by(new FirstThree(false, Certifier.Status.REFUTED))
            .evaluate(model, digits, context);
    assertThat(only(evidence).interval(.95)).isEqualTo(Proportion.of(3, 200).interval(.95));
  }

  /** What was proven has no counterexample, and both shares lie on their sides of the truth. */
  @Test
  void noProofIsRefuted() {
    Evidence proof =
        CertifiedRobustness.by(LinearBounds.within(box(.03)))
            .evaluate(model, digits.first(60), context);
    Evidence attack =
        Robustness.to(ProjectedGradientDescent.within(box(.03)))
            .evaluate(model, digits.first(60), context);
    double stands = 1 - attack.measurements().get(0).estimate().value();
    assertThat(only(proof).value()).isBetween(.5, stands);
    assertThat(proof.figures()).extracting("name").contains("certified");
    assertThat(proof.notes())
        .anyMatch(note -> note.startsWith("a proof has to leave as much to spare"));
    Evidence intervals =
        CertifiedRobustness.by(IntervalBounds.within(box(.03)))
            .evaluate(model, digits.first(60), context);
    assertThat(only(intervals).value()).isLessThan(only(proof).value());
  }

  @Test
  void clustersAreRefused() {
    Dataset clustered =
        digits.withFeatures(digits.features(), "the same").select(new int[] {0, 1, 2}, "three");
    Dataset data =
        Dataset.named("clustered")
            .features(clustered.features())
            .labels(clustered.labels())
            .classNames(clustered.classNames())
            .column("writer", List.of("a", "a", "b"))
            .build()
            .clusteredBy("writer");
    assertThatThrownBy(
            () ->
                CertifiedRobustness.by(LinearBounds.within(box(.03)))
                    .evaluate(model, data, context))
        .hasMessageContaining("give data.onePerCluster(seed)");
  }
}
