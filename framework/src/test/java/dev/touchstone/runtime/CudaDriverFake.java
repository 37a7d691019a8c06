package dev.touchstone.runtime;

import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A driver that shows GPUs of these names, as the documentation of CUDA's driver API says it. */
record CudaDriverFake(int initialised, List<String> names) implements CudaDriver.Calls {
  /** {@code CUDA_ERROR_NO_DEVICE}. */
  static final int NO_DEVICE = 100;

  private static final int INVALID_DEVICE = 101;
  private static final int FIRST_HANDLE = 40;

  static CudaDriver showing(String... names) {
    return new CudaDriver(new CudaDriverFake(0, List.of(names)));
  }

  static CudaDriver failing() {
    return new CudaDriver(new CudaDriverFake(NO_DEVICE, List.of()));
  }

  @Override
  public int cuInit(int flags) {
    return initialised;
  }

  @Override
  public int cuDeviceGetCount(IntByReference count) {
    count.setValue(names.size());
    return 0;
  }

  @Override
  public int cuDeviceGet(IntByReference device, int index) {
    if (index >= names.size()) {
      return INVALID_DEVICE;
    }
    device.setValue(FIRST_HANDLE + index);
    return 0;
  }

  @Override
  public int cuDeviceGetName(byte[] name, int length, int device) {
    byte[] ascii = names.get(device - FIRST_HANDLE).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, name, 0, ascii.length);
    name[ascii.length] = 0;
    return 0;
  }

  @Override
  public int cuDriverGetVersion(IntByReference version) {
    version.setValue(12080);
    return 0;
  }
}
