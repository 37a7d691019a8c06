package dev.touchstone.runtime;

import ai.djl.util.cuda.CudaUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a device setting such as {@code auto} was resolved to on this machine.
 *
 * @param id as PyTorch calls it: {@code cpu} or {@code cuda:0}
 * @param details of an accelerator: its name, the versions of CUDA, whether single precision may be
 *     rounded to TF32 on the way, and whether kernels are deterministic; empty for {@code cpu}
 */
public record ResolvedDevice(String id, String details) {
  /** Returns the processor, which has no details. */
  public static ResolvedDevice cpu() {
    return new ResolvedDevice("cpu", "");
  }

  static ResolvedDevice cuda(int index, String kernels) {
    return cuda(
        index,
        CudaDriver.load(),
        PyTorchNatives.found().cuda(),
        CudaUtils.getComputeCapability(index),
        kernels);
  }

  static ResolvedDevice cuda(
      int index,
      Optional<CudaDriver> driver,
      Optional<String> cuda,
      String capability,
      String kernels) {
    List<String> details = new ArrayList<>();
    driver.flatMap(d -> d.name(index)).ifPresent(details::add);
    cuda.map("CUDA "::concat).ifPresent(details::add);
    driver.flatMap(CudaDriver::newestCuda).map("driver for CUDA "::concat).ifPresent(details::add);
    details.add("compute capability " + capability);
    details.add(CudaNumerics.tf32());
    details.add(kernels);
    return new ResolvedDevice("cuda:" + index, String.join(", ", details));
  }
}
