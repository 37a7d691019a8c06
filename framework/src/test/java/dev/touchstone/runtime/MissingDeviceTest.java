package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.touchstone.runtime.PyTorchNatives.Build;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MissingDeviceTest {
  private static final PyTorchNatives FOR_CPU = natives(Map.of(), "2.7.1", "cpu");
  private static final PyTorchNatives FOR_CUDA = natives(Map.of(), "2.5.1", "cu124");
  private static final Optional<CudaDriver> DRIVER =
      Optional.of(CudaDriverFake.showing("NVIDIA T4"));
  private static final String TWELVE = "12.6";
  private static final String NONE = "";
  private static final Optional<CudaDriver> NO_GPU = Optional.of(CudaDriverFake.failing());

  private static PyTorchNatives natives(Map<String, String> given, String version, String flavor) {
    return PyTorchNatives.of(
        List.of(new Build(version, flavor)), given::get, "0.35.1", version + "-0.35.1");
  }

  private static String message(
      PyTorchNatives natives, Optional<CudaDriver> driver, String runtime, String... visible) {
    return MissingDevice.of(
            "gpu",
            0,
            natives,
            driver,
            Optional.of(runtime).filter(v -> !v.isEmpty()),
            List.of(visible).stream().findFirst())
        .getMessage();
  }

  @Test
  void aMachineWithoutADriverIsToldSoAndWhatElseIsMissing() {
    assertThat(message(FOR_CPU, Optional.empty(), NONE))
        .isEqualTo(
            ("touchstone.device = gpu, but PyTorch can use no GPU here: no NVIDIA driver can be"
                 + " loaded (libcuda); and the natives are PyTorch 2.7.1 for the CPU. Use cpu or"
                 + " auto; or run where an NVIDIA GPU and its driver are, in a container with the"
                 + " GPU handed in; and add %s in place of those for the CPU, or set"
                 + " PYTORCH_LIBRARY_PATH to the folder lib of libtorch %s for CUDA and"
                 + " PYTORCH_FLAVOR to cu128. docs/accelerator.md says it step by step")
                .formatted(Dependencies.nativesForCuda(), Dependencies.pyTorchVersion()));
  }

  @Test
  void withTheRightNativesTheDriverAloneIsNamed() {
    assertThat(message(FOR_CUDA, Optional.empty(), NONE))
        .contains("here: no NVIDIA driver can be loaded (libcuda). Use cpu or auto; or run where")
        .doesNotContain("natives");
  }

  @Test
  void aDriverThatShowsNoGpuIsToldApartFromNone() {
    assertThat(message(FOR_CUDA, NO_GPU, TWELVE))
        .contains("here: the NVIDIA driver shows no GPU. Use cpu or auto; or hand one in.");
    assertThat(message(FOR_CUDA, NO_GPU, TWELVE, "-1"))
        .contains("shows no GPU (CUDA_VISIBLE_DEVICES = \"-1\")", "or unset CUDA_VISIBLE_DEVICES");
  }

  @Test
  void theLibraryByWhichDjlCountsIsNamedWhereItAloneIsMissing() {
    assertThat(message(FOR_CUDA, DRIVER, NONE))
        .contains("here: CUDA's runtime library, by which DJL counts GPUs, cannot be loaded. Use")
        .contains("holds libcudart.so, under this very name, on LD_LIBRARY_PATH")
        .doesNotContain("natives");
  }

  @Test
  void aRuntimeLibraryOfAnotherMajorVersionIsNamedWithTheNatives() {
    assertThat(message(FOR_CUDA, DRIVER, "13.0"))
        .contains(
            "here: CUDA's runtime library is of version 13.0, and the natives are PyTorch 2.5.1 for"
                + " CUDA 12.4. Use");
  }

  @Test
  void nativesForTheProcessorOnAMachineWithAGpuAreAllThatIsNamed() {
    assertThat(message(FOR_CPU, DRIVER, TWELVE))
        .contains("here: the natives are PyTorch 2.7.1 for the CPU. Use cpu or auto; or add dev.");
  }

  @Test
  void aFolderGoesBeforeTheClassPath() {
    PyTorchNatives folder =
        natives(
            Map.of("PYTORCH_LIBRARY_PATH", "/opt/torch/lib", "PYTORCH_FLAVOR", "cpu"),
            "2.7.1",
            "cu128");
    assertThat(message(folder, DRIVER, TWELVE))
        .contains(
            "the natives are the libtorch of PYTORCH_LIBRARY_PATH (/opt/torch/lib), PYTORCH_FLAVOR"
                + " = cpu");
  }

  @Test
  void whereEverythingIsThereTheVersionsAreNamed() {
    assertThat(message(FOR_CUDA, DRIVER, TWELVE))
        .contains("(PyTorch 2.5.1 for CUDA 12.4; the driver is for CUDA 12.8 and older)");
  }

  @Test
  void anIndexBehindTheLastIsToldTheFirstAndTheLast() {
    assertThat(
            MissingDevice.of("gpu:2", 1, FOR_CUDA, DRIVER, Optional.of(TWELVE), Optional.empty()))
        .hasMessage(
            "touchstone.device = gpu:2, but PyTorch can use one GPU here; use gpu:0, cpu or auto");
    assertThat(
            MissingDevice.of("gpu:7", 2, FOR_CUDA, DRIVER, Optional.of(TWELVE), Optional.empty()))
        .hasMessageContaining("can use 2 GPUs here; use gpu:0 to gpu:1, cpu or auto");
  }

  @Test
  void theSettingItselfIsRefusedWithIt() {
    assumeThat(Torch.gpus()).isZero();
    assertThatThrownBy(() -> Torch.device("gpu"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("touchstone.device = gpu, but PyTorch can use no GPU here: ")
        .hasMessageContainingAll("natives are PyTorch", "touchstone-natives-cu124", "cpu or auto");
    assertThat(Torch.device("auto").isGpu()).isFalse();
  }
}
