package dev.touchstone.runtime;

import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a device setting such as {@code auto} was resolved to on this machine.
 *
 * @param id as PyTorch calls it: {@code cpu} or {@code cuda:0}
 * @param details of an accelerator: its name, the version of CUDA, whether single precision may be
 *     rounded to TF32 on the way; empty for {@code cpu}
 */
public record ResolvedDevice(String id, String details) {
  /** NVIDIA's own switch, which no library can turn on again. */
  private static final String TF32_OVERRIDE = "NVIDIA_TF32_OVERRIDE";

  private static final Path DRIVER = Path.of("/proc/driver/nvidia/gpus");

  static ResolvedDevice cpu() {
    return new ResolvedDevice("cpu", "");
  }

  static ResolvedDevice cuda(int index) {
    List<String> details = new ArrayList<>();
    onlyModel(DRIVER).ifPresent(details::add);
    details.add("CUDA " + CudaUtils.getCudaVersionString());
    details.add("compute capability " + CudaUtils.getComputeCapability(index));
    details.add(tf32(System.getenv().getOrDefault(TF32_OVERRIDE, "")));
    return new ResolvedDevice("cuda:" + index, String.join(", ", details));
  }

  static String tf32(String override) {
    return override.equals("0") ? "TF32 off" : "TF32 as libtorch decides";
  }

  /** The driver's numbers are not CUDA's; where there is one GPU, it does not matter. */
  static Optional<String> onlyModel(Path driver) {
    if (!Files.isDirectory(driver)) {
      return Optional.empty();
    }
    try (Stream<Path> gpus = Files.list(driver)) {
      List<Path> all = gpus.toList();
      if (all.size() != 1) {
        return Optional.empty();
      }
      return Files.readAllLines(all.get(0).resolve("information")).stream()
          .filter(line -> line.startsWith("Model:"))
          .map(line -> line.substring("Model:".length()).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
