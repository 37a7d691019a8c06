package dev.touchstone.runtime;

import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why {@code touchstone.device} names a GPU that cannot be used, and what to do about it: all that
 * stands in the way at once, since each alone would be found only after the one before.
 */
final class MissingDevice {
  /** What stands in the way, and what takes it away. */
  private record Obstacle(String found, String cure) {}

  private MissingDevice() {}

  /**
   * Makes the refusal of a device that this machine was asked for.
   *
   * @param gpus how many PyTorch can use
   */
  static TouchstoneException of(String setting, int gpus) {
    return of(
        setting, gpus, PyTorchNatives.found(), CudaDriver.load(), cudaRuntime(), visibleDevices());
  }

  /** Returns what on this machine keeps natives from a GPU, for a sentence. */
  static String found(PyTorchNatives natives) {
    return found(obstacles(natives, CudaDriver.load(), cudaRuntime(), visibleDevices()));
  }

  private static String found(List<Obstacle> obstacles) {
    return obstacles.stream().map(Obstacle::found).collect(Collectors.joining("; and "));
  }

  private static Optional<String> visibleDevices() {
    return Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES"));
  }

  static TouchstoneException of(
      String setting,
      int gpus,
      PyTorchNatives natives,
      Optional<CudaDriver> driver,
      Optional<String> cudaRuntime,
      Optional<String> visible) {
    if (gpus > 0) {
      return new TouchstoneException(
          "touchstone.device = %s, but PyTorch can use %s here; use %s, cpu or auto"
              .formatted(
                  setting,
                  gpus == 1 ? "one GPU" : gpus + " GPUs",
                  gpus == 1 ? "gpu:0" : "gpu:0 to gpu:" + (gpus - 1)));
    }
    List<Obstacle> obstacles = obstacles(natives, driver, cudaRuntime, visible);
    return new TouchstoneException(
        "touchstone.device = %s, but PyTorch can use no GPU here: %s. Use cpu or auto; or %s. docs/accelerator.md says it step by step"
            .formatted(
                setting,
                found(obstacles),
                obstacles.stream().map(Obstacle::cure).collect(Collectors.joining("; and "))));
  }

  private static List<Obstacle> obstacles(
      PyTorchNatives natives,
      Optional<CudaDriver> driver,
      Optional<String> cudaRuntime,
      Optional<String> visible) {
    List<Obstacle> obstacles = new ArrayList<>();
    int gpus = driver.map(CudaDriver::gpus).orElse(0);
    if (driver.isEmpty()) {
      obstacles.add(
          new Obstacle(
              "no NVIDIA driver can be loaded (libcuda)",
              "run where an NVIDIA GPU and its driver are, in a container with the GPU handed in"));
    } else if (gpus == 0) {
      obstacles.add(
          new Obstacle(
              "the NVIDIA driver shows no GPU"
                  + visible.map(" (CUDA_VISIBLE_DEVICES = \"%s\")"::formatted).orElse(""),
              "hand one in" + visible.map(v -> ", or unset CUDA_VISIBLE_DEVICES").orElse("")));
    } else if (cudaRuntime.isEmpty()) {
      obstacles.add(
          new Obstacle(
              "CUDA's runtime library, by which DJL counts GPUs, cannot be loaded",
              "put the folder of a CUDA toolkit that holds libcudart.so, under this very name, on"
                  + " LD_LIBRARY_PATH (on Windows that of cudart64_*.dll on PATH)"));
    } else if (natives.refuses(cudaRuntime.get())) {
      obstacles.add(
          new Obstacle(
              "CUDA's runtime library is of version %s, and the natives are %s"
                  .formatted(cudaRuntime.get(), natives.inWords()),
              "put a libcudart.so of the natives' major version before it on LD_LIBRARY_PATH"));
    }
    if (!natives.mayBeForCuda()) {
      obstacles.add(
          new Obstacle(
              "the natives are " + natives.inWords(),
              "add %s in place of those for the CPU, or set PYTORCH_LIBRARY_PATH to the folder lib of libtorch %s for CUDA and PYTORCH_FLAVOR to %s"
                  .formatted(
                      Dependencies.nativesForCuda(),
                      Dependencies.pyTorchVersion(),
                      Dependencies.cudaFlavor())));
    }
    if (obstacles.isEmpty()) {
      obstacles.add(
          new Obstacle(
              "libtorch finds no CUDA (%s; the driver is for CUDA %s and older)"
                  .formatted(natives.inWords(), driver.flatMap(CudaDriver::newestCuda).orElse("?")),
              "install a driver for the natives' CUDA or a newer one"));
    }
    return obstacles;
  }

  /** Its version, such as {@code 12.4}; empty where it cannot be loaded. */
  private static Optional<String> cudaRuntime() {
    try {
      int version = CudaUtils.getCudaVersion();
      return Optional.of(version / 1000 + "." + version % 1000 / 10);
    } catch (IllegalStateException absent) {
      return Optional.empty();
    } catch (EngineException e) {
      return Optional.of("that it does not say");
    }
  }
}
