package dev.touchstone.runtime;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How NVIDIA's libraries compute: in single precision where single precision is asked for, and in
 * one order of summation, so that a run gives the same numbers twice.
 *
 * <p>cuBLAS and cuDNN read their switches from the environment when they are loaded. libtorch has
 * further ones ({@link LibtorchContext}), of which DJL hands none through.
 */
final class CudaNumerics {
  /** NVIDIA's own switch, which no library can turn on again: 0 forbids TF32. */
  private static final String TF32 = "NVIDIA_TF32_OVERRIDE";

  /** Room of a fixed size for cuBLAS, without which it may choose another order of summation. */
  private static final String WORKSPACE = "CUBLAS_WORKSPACE_CONFIG";

  private static final Logger LOG = LoggerFactory.getLogger(CudaNumerics.class);

  private CudaNumerics() {}

  /**
   * Turns TF32 off and fixes cuBLAS's room, unless the environment says otherwise; where the
   * environment of a process can be changed from within. To be called before libtorch is loaded.
   */
  static void askForTheSameNumbers() {
    if (Platform.isLinux()) {
      try {
        CLibrary library = Native.load("c", CLibrary.class);
        library.setenv(TF32, "0", 0);
        library.setenv(WORKSPACE, ":4096:8", 0);
      } catch (UnsatisfiedLinkError e) {
        LOG.debug("the environment cannot be changed", e);
      }
    }
  }

  /** Returns whether products may be rounded to TF32 on the way, for provenance. */
  static String tf32() {
    return "0".equals(inEnvironment(TF32)) ? "TF32 off" : "TF32 as libtorch decides";
  }

  private static String inEnvironment(String name) {
    Optional<String> value = Optional.empty();
    if (Platform.isLinux()) {
      try {
        value = Optional.ofNullable(Native.load("c", CLibrary.class).getenv(name));
      } catch (UnsatisfiedLinkError e) {
        LOG.debug("the environment cannot be read", e);
      }
    }
    return value.or(() -> Optional.ofNullable(System.getenv(name))).orElse("");
  }

  /**
   * Makes libtorch refuse what it cannot compute in one order of summation.
   *
   * @param libtorch the folder of its libraries
   * @return for provenance
   */
  static String refuseOtherKernels(Path libtorch) {
    Optional<LibtorchContext> context = LibtorchContext.of(libtorch);
    context.ifPresent(LibtorchContext::refuseOtherThanDeterministic);
    return context.filter(LibtorchContext::isDeterministic).isPresent()
        ? "deterministic kernels"
        : "kernels as libtorch decides";
  }
}
