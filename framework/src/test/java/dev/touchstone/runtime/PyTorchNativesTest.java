package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.runtime.PyTorchNatives.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyTorchNativesTest {
  private static final Build CPU = new Build("2.7.1", "cpu");
  private static final Build CUDA = new Build("2.5.1", "cu124");

  private static PyTorchNatives natives(String djl, String bridge, Build... builds) {
    return PyTorchNatives.of(List.of(builds), Map.<String, String>of()::get, djl, bridge);
  }

  private static PyTorchNatives folder(Path libraries, String flavor) {
    return PyTorchNatives.of(
        List.of(CPU),
        Map.of("PYTORCH_LIBRARY_PATH", libraries.toString(), "PYTORCH_FLAVOR", flavor)::get,
        "0.35.1",
        "2.7.1-0.35.1");
  }

  @Test
  void thoseOfThisBuildAreFoundAndFitEachOther() {
    PyTorchNatives found = PyTorchNatives.found();
    assertThat(found.builds()).extracting(Build::version).contains(Dependencies.pyTorchVersion());
    assertThat(found.bridge()).isEqualTo(Dependencies.pyTorchVersion() + "-" + found.djl());
  }

  @Test
  void ofWhichCudaTheyAreFollowsFromTheFlavor() {
    assertThat(natives("", "", CUDA).cuda()).contains("12.4");
    assertThat(natives("", "", CPU, new Build("2.7.1", "cu128")).cuda()).contains("12.8");
    assertThat(natives("", "", new Build("1.0.0", "cu92-precxx11")).cuda()).contains("9.2");
    assertThat(natives("", "", CPU).cuda()).isEmpty();
    assertThat(folder(Path.of("lib"), "cu128").cuda()).contains("12.8");
    assertThat(folder(Path.of("lib"), "cpu").cuda()).isEmpty();
  }

  @Test
  void djlTakesThemOnlyBesideARuntimeLibraryOfTheirMajorVersion() {
    assertThat(natives("", "", CUDA).refuses("12.8")).isFalse();
    assertThat(natives("", "", CUDA).refuses("13.0")).isTrue();
    assertThat(natives("", "", CPU).refuses("13.0")).as("there are none for CUDA").isFalse();
    assertThat(folder(Path.of("lib"), "cu128").refuses("13.0"))
        .as("a folder's are taken")
        .isFalse();
  }

  @Test
  void withNoneTheArtifactToAddIsNamed() {
    assertThat(natives("0.35.1", "2.7.1-0.35.1").whyNotStarted())
        .startsWith(
            "the PyTorch native library for this platform is not on the class path; add dev.")
        .contains(Dependencies.nativesForCpu(), Dependencies.pyTorchNative());
  }

  @Test
  void aMixtureOfTwoSetsIsSaidToBeOne() {
    assertThat(natives("0.35.1", "2.5.1-0.33.0", CUDA).whyNotStarted())
        .startsWith(
            "DJL 0.35.1 calls PyTorch 2.5.1 for CUDA 12.4 through pytorch-jni 2.5.1-0.35.1, and on"
                + " the class path is 2.5.1-0.33.0; give ai.djl:api, pytorch-engine")
        .contains(Dependencies.nativesForCuda());
    assertThat(natives("0.33.0", "2.5.1-0.33.0", CUDA, CPU).whyNotStarted())
        .startsWith("DJL 0.33.0 calls PyTorch 2.7.1 for the CPU through pytorch-jni 2.7.1-0.33.0,");
  }

  @Test
  void nativesForCudaAloneNeedAGpu() {
    assertThat(natives("0.33.0", "2.5.1-0.33.0", CUDA).whyNotStarted())
        .startsWith("the PyTorch natives on the class path are PyTorch 2.5.1 for CUDA 12.4, which")
        .contains(
            "loads only where it finds a GPU, and here ",
            "ai.djl.pytorch:pytorch-native-cpu:2.5.1 ");
  }

  @Test
  void aFolderOfAnotherVersionIsRefusedBeforeItEndsTheProcess(@TempDir Path libtorch)
      throws IOException {
    Path libraries = Files.createDirectory(libtorch.resolve("lib"));
    PyTorchNatives natives = folder(libraries, "cu124");
    assertThatCode(natives::refuseOtherVersion)
        .as("as wheels of Python do not say their version")
        .doesNotThrowAnyException();

    Files.writeString(libtorch.resolve("build-version"), "2.7.1+cu128\n");
    assertThatCode(natives::refuseOtherVersion).doesNotThrowAnyException();

    Files.writeString(libtorch.resolve("build-version"), "2.5.1+cu124\n");
    assertThatThrownBy(natives::refuseOtherVersion)
        .isInstanceOf(MissingNativesException.class)
        .hasMessageContainingAll(
            "PYTORCH_LIBRARY_PATH (" + libraries + "), PYTORCH_FLAVOR = cu124",
            "is of version 2.5.1+cu124",
            "name the folder lib of libtorch 2.7.1");
  }
}
