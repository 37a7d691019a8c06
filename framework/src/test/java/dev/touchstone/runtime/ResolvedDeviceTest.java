package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolvedDeviceTest {
  @TempDir Path driver;

  private void gpu(String place, String model) throws IOException {
    Files.writeString(
        Files.createDirectory(driver.resolve(place)).resolve("information"),
        "Model: \t\t %s\nIRQ:   \t\t 42\n".formatted(model));
  }

  @Test
  void theOnlyGpuHasTheNameThatTheDriverGivesIt() throws IOException {
    gpu("0000:01:00.0", "NVIDIA H200");
    assertThat(ResolvedDevice.onlyModel(driver)).contains("NVIDIA H200");
  }

  @Test
  void ofSeveralItIsNotSaidWhichOneCudaCountsFirst() throws IOException {
    gpu("0000:01:00.0", "NVIDIA H200");
    gpu("0000:02:00.0", "NVIDIA T4");
    assertThat(ResolvedDevice.onlyModel(driver)).isEmpty();
    assertThat(ResolvedDevice.onlyModel(driver.resolve("none"))).isEmpty();
  }

  @Test
  void tf32IsSaidToBeOffOnlyWhereItsOwnSwitchIs() {
    assertThat(ResolvedDevice.tf32("0")).isEqualTo("TF32 off");
    assertThat(ResolvedDevice.tf32("")).isEqualTo("TF32 as libtorch decides");
    assertThat(ResolvedDevice.tf32("1")).isEqualTo("TF32 as libtorch decides");
  }

  @Test
  void theProcessorNeedsNoEngine() {
    assertThat(Torch.resolved("cpu")).isEqualTo(new ResolvedDevice("cpu", ""));
  }
}
