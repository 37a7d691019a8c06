package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResolvedDeviceTest {
  private static ResolvedDevice second(CudaDriver driver) {
    return ResolvedDevice.cuda(
        1, Optional.of(driver), Optional.of("12.4"), "90", "deterministic kernels");
  }

  @Test
  void aGpuIsSaidByNameWithTheVersionsOfCudaAndHowItComputes() {
    assertThat(second(CudaDriverFake.showing("NVIDIA T4", "NVIDIA H200")))
        .isEqualTo(
            new ResolvedDevice(
                "cuda:1",
                "NVIDIA H200, CUDA 12.4, driver for CUDA 12.8, compute capability 90, %s, deterministic kernels"
                    .formatted(CudaNumerics.tf32())));
  }

  @Test
  void whatTheDriverDoesNotSayIsLeftOut() {
    assertThat(second(CudaDriverFake.showing("NVIDIA T4")).details())
        .startsWith("CUDA 12.4, driver for CUDA 12.8,");
    assertThat(
            ResolvedDevice.cuda(0, Optional.empty(), Optional.empty(), "75", "kernels").details())
        .startsWith("compute capability 75, TF32 ");
  }

  @Test
  void theProcessorNeedsNoEngine() {
    assertThat(Torch.resolved("cpu")).isEqualTo(new ResolvedDevice("cpu", ""));
  }
}
