package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.LibUtils;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** In processes of their own: the switches are those of a whole process. */
@EnabledOnOs(OS.LINUX)
class CudaNumericsTest {
  @Test
  void tf32IsOffBeforeNativeCodeIsLoadedAndCublasHasItsRoom() throws Exception {
    assertThat(printed(Map.of()))
        .contains("NVIDIA_TF32_OVERRIDE=0", "CUBLAS_WORKSPACE_CONFIG=:4096:8", "TF32 off");
  }

  @Test
  void whatTheUserSetIsKeptAndSaid() throws Exception {
    assertThat(printed(Map.of("NVIDIA_TF32_OVERRIDE", "1", "CUBLAS_WORKSPACE_CONFIG", ":16:8")))
        .contains("NVIDIA_TF32_OVERRIDE=1", "CUBLAS_WORKSPACE_CONFIG=:16:8")
        .contains("TF32 as libtorch decides");
  }

  /** {@code put_} is one of the operations that PyTorch documents to have no deterministic form. */
  @Test
  void whatHasNoDeterministicKernelRunsBeforeAndIsRefusedAfter() throws Exception {
    assertThat(printed(Map.of()))
        .contains("before: 7.0")
        .contains("told: deterministic kernels")
        .contains("after: PyTorch has no kernel of put_ on a GPU that gives the same numbers twice")
        .contains("touchstone.device = cpu")
        .contains("new memory is left as it is: true");
  }

  private static String printed(Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Switches.class.getName());
    builder.environment().keySet().removeIf(name -> name.matches("NVIDIA_.*|CUBLAS_.*"));
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** Prints the switches, and what an operation does before and after libtorch was told. */
  static final class Switches {
    private Switches() {}

    public static void main(String[] arguments) {
      Torch.version();
      CLibrary c = com.sun.jna.Native.load("c", CLibrary.class);
      for (String name : new String[] {"NVIDIA_TF32_OVERRIDE", "CUBLAS_WORKSPACE_CONFIG"}) {
        System.out.println(name + "=" + c.getenv(name));
      }
      System.out.println(CudaNumerics.tf32());
      System.out.println("before: " + Torch.evaluate(Switches::put));
      System.out.println(
          "told: " + CudaNumerics.refuseOtherKernels(Path.of(LibUtils.getLibtorchPath())));
      try {
        System.out.println("after: " + Torch.evaluate(Switches::put));
      } catch (TouchstoneException e) {
        System.out.println("after: " + e.getMessage());
      }
      System.out.println("new memory is left as it is: " + Torch.evaluate(Switches::isLeft));
    }

    private static float put() {
      try (NDManager scope = Torch.manager("cpu")) {
        NDArray numbers = scope.zeros(new Shape(3));
        NDArray changed = numbers.put(scope.create(new long[] {1}), scope.create(new float[] {7}));
        return changed.getFloat(1);
      }
    }

    /** Filled memory is NaN throughout; so much of it, new from the system, is zero. */
    private static boolean isLeft() {
      try (NDManager scope = Torch.manager("cpu")) {
        return !scope.create(new Shape(1 << 24)).isNaN().all().getBoolean();
      }
    }
  }
}
