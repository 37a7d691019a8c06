package dev.touchstone.jupiter;

import static dev.touchstone.jupiter.Suites.failures;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.touchstone.runtime.Torch;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.Event;

class EnabledIfDeviceTest {

  static class OnProcessor {
    @Test
    @EnabledIfDevice("cpu")
    void test() {}
  }

  @Test
  void everyMachineHasAProcessor() {
    Suites.assertGreen(1, OnProcessor.class);
  }

  static class OnManyGpus {
    @Test
    @EnabledIfDevice("gpu:99")
    void test() {}
  }

  @Test
  void aTestForADeviceThatIsNotThereIsSkippedAndSaysWhy() {
    EngineExecutionResults results = Suites.run(OnManyGpus.class, Map.of());
    assertThat(results.testEvents().skipped().stream().map(Event::getPayload))
        .singleElement()
        .extracting(reason -> reason.orElseThrow().toString(), STRING)
        .isEqualTo("gpu:99 is not there: PyTorch sees " + Torch.gpus() + " GPUs");
  }

  @EnabledIfDevice("tpu")
  static class OnUnknownDevice {
    @Test
    void test() {}
  }

  @Test
  void anUnknownDeviceIsRefused() {
    assertThat(failures(OnUnknownDevice.class))
        .singleElement(STRING)
        .contains("@EnabledIfDevice(\"tpu\") names no device; write \"cpu\", \"gpu\" or \"gpu:1\"");
  }
}
