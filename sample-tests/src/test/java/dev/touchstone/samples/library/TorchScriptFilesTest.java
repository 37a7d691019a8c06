package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.script.ScriptModule;
import dev.touchstone.model.Classifier;
import dev.touchstone.model.InputGradients;
import dev.touchstone.model.MissingCapabilityException;
import dev.touchstone.model.Models;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TorchScript files that cannot be used, and what TorchScript models cannot do. */
@Tag("library")
class TorchScriptFilesTest {
  private static final String CNN = "classpath:models/fashion-cnn.pt";
  private static final Tensor IMAGE = Tensor.of(new float[784], 1, 1, 28, 28);

  @TempDir Path folder;

  private Classifier written(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("model.pt"), bytes);
    return Models.torchScript(file.toString()).emittingLogits();
  }

  private static byte[] cnn() {
    return Location.of(CNN).read(1 << 20);
  }

  @Test
  void aMissingFileIsNamedAtOnce() {
    assertThatThrownBy(() -> Models.torchScript("models/absent.pt"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("no readable file \"models/absent.pt\"; looked at /");
  }

  @Test
  void anotherFormatIsNoTorchScript() throws IOException {
    Classifier text = written("weights: 3".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> text.predict(IMAGE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "model.pt is not a TorchScript module; write one in Python with"
                + " torch.jit.trace(model.eval(), example).save(\"model.pt\")");
  }

  @Test
  void anEmptyFileIsNoTorchScript() throws IOException {
    Classifier empty = written(new byte[0]);
    assertThatThrownBy(() -> empty.predict(IMAGE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("model.pt is empty, not a TorchScript module");
  }

  @Test
  void aTruncatedFileIsCalledSo() throws IOException {
    Classifier half = written(Arrays.copyOf(cnn(), 60_000));
    assertThatThrownBy(() -> half.predict(IMAGE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "model.pt ends in the middle of a TorchScript module: it is truncated (60000 bytes);"
                + " copy or download it again");
  }

  /** libtorch itself loads such a file without a word, and predicts something else. */
  @Test
  void damagedWeightsAreFound() throws IOException {
    byte[] damaged = cnn();
    damaged[damaged.length / 2] ^= 0x40;
    Classifier model = written(damaged);
    assertThatThrownBy(() -> model.predict(IMAGE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageMatching(
            "model.pt is corrupt: fashion-cnn/data/\\d+ is damaged; copy or download it again");
  }

  @Test
  void weightsWithoutAProgramAreRefused() throws IOException {
    Path file = folder.resolve("state.pt");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(1);
      zip.closeEntry();
    }
    Classifier state = Models.torchScript(file.toString()).emittingLogits();
    assertThatThrownBy(() -> state.predict(IMAGE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("state.pt holds weights without a program, as torch.save writes");
  }

  /** A module whose program names what is not there. */
  private static final String UNDEFINED =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.M, x: Tensor) -> Tensor:
          return nothing
      """;

  /** An object of that class with {@code training} false. */
  private static final String OBJECT =
      "\u0080\u0002c__torch__\nM\nq\0)\u0081}X\b\0\0\0trainingq\u0001\u0089sbq\u0002.";

  private static void put(ZipOutputStream zip, String name, String content) throws IOException {
    zip.putNextEntry(new ZipEntry("archive/" + name));
    zip.write(content.getBytes(StandardCharsets.ISO_8859_1));
    zip.closeEntry();
  }

  @Test
  void aProgramThatLibtorchRefusesIsNamed() throws IOException {
    Path file = folder.resolve("broken.pt");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      put(zip, "code/__torch__.py", UNDEFINED);
      put(zip, "data.pkl", OBJECT);
      put(zip, "constants.pkl", "\u0080\u0002).");
      put(zip, "version", "3\n");
    }
    Classifier broken = Models.torchScript(file.toString()).emittingLogits();
    assertThatThrownBy(() -> broken.predict(IMAGE))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("broken.pt could not be read as a TorchScript module: ");
  }

  @Test
  void aWrongShapeIsExplainedInOneLine() {
    Classifier model = Models.torchScript(CNN).emittingLogits();
    assertThatThrownBy(() -> model.predict(Tensor.of(new float[784], 1, 784)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("fashion-cnn.pt refuses a batch of shape [1, 784]: RuntimeError: ")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    Models.release(model);
  }

  @Test
  void aWhiteBoxIsAskedForInVain() {
    Classifier model = Models.torchScript(CNN).emittingLogits();
    assertThatThrownBy(
            () -> model.require(WhiteBox.class, "GuidedBackprop", "use IntegratedGradients"))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessage(
            "GuidedBackprop needs a white box (layers, backward rules, weights); fashion-cnn.pt is"
                + " TorchScript, which does not show its layers (export the model to ONNX); use"
                + " IntegratedGradients");
  }

  @Test
  void behindASoftmaxThereAreNoGradientsOfScores() {
    Classifier model = Models.torchScript(CNN).emittingProbabilities();
    assertThatThrownBy(
            () -> model.require(InputGradients.class, "IntegratedGradients", "use KernelShap"))
        .isInstanceOf(MissingCapabilityException.class)
        .hasMessageContaining(
            "fashion-cnn.pt emits PROBABILITIES from TorchScript, where the scores before the"
                + " softmax cannot be reached");
  }

  @Test
  void aReleasedModuleSaysSoInPlaceOfComputing() {
    ScriptModule module =
        ScriptModule.read(Location.of(CNN).read(1 << 20), "fashion-cnn.pt", "cpu", 512L << 20);
    module.release();
    module.release();
    assertThatThrownBy(() -> module.outputs(IMAGE, 1 << 20))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("fashion-cnn.pt was released and cannot be evaluated any more");
    assertThatThrownBy(() -> module.inputGradients(IMAGE, Quantity.ofClass(0), 1 << 20))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("fashion-cnn.pt was released and cannot be evaluated any more");
  }

  @Test
  void aReleasedModelLoadsItselfAgain() {
    Classifier model = Models.torchScript(CNN).emittingLogits();
    double[] before = model.predict(IMAGE).probabilities(0);
    Models.release(model);
    assertThat(model.predict(IMAGE).probabilities(0)).containsExactly(before);
    Models.release(model);
  }
}
