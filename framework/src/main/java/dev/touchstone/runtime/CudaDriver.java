package dev.touchstone.runtime;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * NVIDIA's driver, asked for what nobody else says: whether it is there at all, and what a GPU is
 * called. It counts GPUs in CUDA's order, which is PyTorch's.
 */
final class CudaDriver {
  private static final Logger LOG = LoggerFactory.getLogger(CudaDriver.class);
  private static final int SUCCESS = 0;
  private static final int LONGEST_NAME = 256;

  /** Functions of the driver's C interface; each returns 0, or the number of an error. */
  interface Calls extends Library {
    /** Has to be called first; flags are 0. */
    int cuInit(int flags);

    /** How many GPUs there are. */
    int cuDeviceGetCount(IntByReference count);

    /** The handle of the GPU at an index. */
    int cuDeviceGet(IntByReference device, int index);

    /** A name in ASCII that ends with a zero byte. */
    int cuDeviceGetName(byte[] name, int length, int device);

    /** The newest CUDA that the driver supports: 1000 · major + 10 · minor. */
    int cuDriverGetVersion(IntByReference version);
  }

  private final Calls calls;

  CudaDriver(Calls calls) {
    this.calls = calls;
  }

  /** Returns the driver of this machine; empty where it has none. */
  static Optional<CudaDriver> load() {
    try {
      return Optional.of(new CudaDriver(Native.load(library(), Calls.class)));
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("no driver of NVIDIA's can be loaded", e);
      return Optional.empty();
    }
  }

  /** A container is handed the driver under no other name than this one. */
  private static String library() {
    return Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
  }

  /** Returns how many GPUs the driver shows to this process; 0, too, where it reports an error. */
  int gpus() {
    IntByReference count = new IntByReference();
    return calls.cuInit(0) == SUCCESS && calls.cuDeviceGetCount(count) == SUCCESS
        ? count.getValue()
        : 0;
  }

  /**
   * Returns what a GPU is called, such as {@code NVIDIA H200}; empty if the driver reports an
   * error.
   */
  Optional<String> name(int index) {
    IntByReference device = new IntByReference();
    byte[] name = new byte[LONGEST_NAME];
    if (calls.cuInit(0) != SUCCESS
        || calls.cuDeviceGet(device, index) != SUCCESS
        || calls.cuDeviceGetName(name, name.length, device.getValue()) != SUCCESS) {
      return Optional.empty();
    }
    return Optional.of(Native.toString(name, StandardCharsets.US_ASCII)).filter(n -> !n.isEmpty());
  }

  /** Returns the newest CUDA that the driver supports, such as {@code 12.8}. */
  Optional<String> newestCuda() {
    IntByReference version = new IntByReference();
    return calls.cuDriverGetVersion(version) == SUCCESS
        ? Optional.of(version.getValue() / 1000 + "." + version.getValue() % 1000 / 10)
        : Optional.empty();
  }
}
