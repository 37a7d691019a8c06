package dev.touchstone.check.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.evidence.Provenance;
import dev.touchstone.facts.Comparison;
import dev.touchstone.facts.Comparison.Role;
import dev.touchstone.facts.DataFacts.Clustering;
import dev.touchstone.facts.Fact;
import dev.touchstone.facts.ModelFacts;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Policy;
import dev.touchstone.runtime.ResolvedDevice;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.RunSession;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceTest {
  private static final Dataset DATA =
      Dataset.named("two")
          .features(FeatureStore.inMemory(new float[] {1, 2}, 1))
          .labels(0, 1)
          .column("patient", List.of("a", "b"))
          .build();
  private static final Classifier MODEL =
      Models.function("half", "1", batch -> new double[batch.rows()][2]).emittingLogits();

  private static RunContext on(String device) {
    return RunContext.of(
        new Settings(device, 1, Policy.STRICT, 64L << 20, Path.of("target")),
        RunSession.isolated());
  }

  @Test
  void labelsAreDataAndNoTrainer() {
    Provenance labels = Trace.start(on("cpu")).end(DATA);
    assertThat(labels.isAboutData()).isTrue();
    assertThat(labels.isAboutTrainer()).isFalse();
    assertThat(labels.trainerSha256()).isEmpty();
    assertThat(labels.modelSha256()).isEmpty();
    assertThat(labels.sourceSha256()).contains(DATA.sha256());
    assertThat(labels.texts().model())
        .isEqualTo(Map.of("name", "labels of two", "of the data", DATA.sha256()));
    assertThat(labels.pinned().model()).isEmpty();
  }

  @Test
  void theDeviceIsTheOneThatTheSettingStandsFor() {
    Provenance provenance = Trace.start(on("auto")).end(MODEL, DATA);
    assertThat(provenance.environment().device())
        .isEqualTo(Torch.resolved("auto").id())
        .matches("cpu|cuda:\\d");
    assertThat(Keys.of(on("auto")).device()).isEqualTo(Torch.resolved("auto"));
    assertThat(Trace.start(on("cpu")).end(MODEL, DATA).texts().environment())
        .containsEntry("device", "cpu")
        .doesNotContainKey("device details");
  }

  @Test
  void onnxRuntimeIsSaidToHaveRunOnTheProcessorWhereTheDeviceIsAnotherOne() {
    ResolvedDevice gpu = new ResolvedDevice("cuda:0", "NVIDIA H200");
    ModelFacts box = ModelFacts.of("net.onnx", "1", "ONNX", "LOGITS").runningOn("white box");
    ModelFacts trees =
        ModelFacts.of("trees.onnx", "2", "ONNX", "LOGITS")
            .runningOn("ONNX Runtime")
            .withRuntimeThreads(1);
    List<Fact> onProcessor = List.of(Fact.of("ONNX Runtime device", "cpu"));
    assertThat(Trace.elsewhere(gpu, trees, List.of())).isEqualTo(onProcessor);
    assertThat(Trace.elsewhere(gpu, box.withLabelOutput("label"), List.of()))
        .isEqualTo(onProcessor);
    assertThat(Trace.elsewhere(gpu, box, List.of(Comparison.with(Role.APPROVED, trees))))
        .isEqualTo(onProcessor);
    assertThat(Trace.elsewhere(gpu, box, List.of())).isEmpty();
    assertThat(Trace.elsewhere(ResolvedDevice.cpu(), trees, List.of())).isEmpty();
  }

  @Test
  void howDataAreClusteredIsRecordedWhateverTheCheck() {
    Dataset clustered = DATA.clusteredBy("patient").withClustersOfAtMost(7);
    Provenance provenance = Trace.start(on("cpu")).with("bins", 10).end(MODEL, clustered);
    assertThat(provenance.data().clustering())
        .contains(new Clustering("patient", OptionalInt.of(7)));
    assertThat(provenance.texts().settings())
        .containsOnly(
            Map.entry("bins", "10"),
            Map.entry("clustered by", "patient"),
            Map.entry("clusters of at most", "7"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"clustered by", "clusters of at most", "approved sha256"})
  void aChecksSettingCannotPassForWhatIsRecordedOfDataOrAComparedModel(String name) {
    assertThatThrownBy(() -> Trace.start(on("cpu")).with(name, "x"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContainingAll("\"" + name + "\"", "another name");
  }
}
