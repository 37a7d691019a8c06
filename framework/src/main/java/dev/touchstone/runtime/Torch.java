package dev.touchstone.runtime;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.pytorch.jni.LibUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The door to DJL's PyTorch engine, and the only class that knows it.
 *
 * <p>Gradient mode is a property of a thread and differs between threads of one JVM, so every
 * evaluation sets it and puts it back. A fair lock admits one native evaluation at a time:
 * gradients are state of shared native tensors, and libtorch uses all cores for one evaluation
 * anyway.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class Torch {
  private static final ReentrantLock LEASE = new ReentrantLock(true);
  private static final Pattern NOT_DETERMINISTIC =
      Pattern.compile("(\\S+) does not have a deterministic implementation");

  private Torch() {}

  /**
   * Starting the engine is deferred to first use and done once. A failure is kept, not thrown: a
   * class whose initialiser throws hides the message, and the second user sees no reason at all.
   */
  private static final class Holder {
    static final @Nullable Engine ENGINE;
    static final int THREADS;
    static final @Nullable Throwable FAILURE;

    static {
      // A usage report and a download of natives would happen in the engine's constructor.
      Offline.keep();
      NativeThreads.sleepWhenIdle();
      CudaNumerics.askForTheSameNumbers();
      NativeMemory.keepWhatIsFreed();
      Engine started = null;
      Throwable failure = null;
      try {
        PyTorchNatives.found().refuseOtherVersion();
        started = Engine.getEngine("PyTorch");
      } catch (RuntimeException | LinkageError e) {
        failure = e;
      }
      ENGINE = started;
      THREADS = started == null ? 1 : JniUtils.getNumThreads();
      FAILURE = failure;
    }
  }

  private static Engine engine() {
    Engine started = Holder.ENGINE;
    if (started == null) {
      throw new MissingNativesException(PyTorchNatives.found().whyNotStarted(), Holder.FAILURE);
    }
    return started;
  }

  /** How many GPUs the engine sees. */
  public static int gpus() {
    return engine().getGpuCount();
  }

  /**
   * The device that a setting names.
   *
   * @param setting {@code cpu}, {@code gpu}, {@code gpu:0} or {@code auto}
   * @throws TouchstoneException if there is no such device
   */
  public static Device device(String setting) {
    int gpus = engine().getGpuCount();
    if (setting.equals("cpu") || (setting.equals("auto") && gpus == 0)) {
      return Device.cpu();
    }
    int index = setting.startsWith("gpu:") ? Integer.parseInt(setting.substring(4)) : 0;
    if (index >= gpus) {
      throw MissingDevice.of(setting, gpus);
    }
    Kernels.onGpus();
    return Device.gpu(index);
  }

  /** How libtorch is told to compute on GPUs, once, when the first run asks for one. */
  private static final class Kernels {
    private static final String TOLD =
        CudaNumerics.refuseOtherKernels(Path.of(LibUtils.getLibtorchPath()));

    static String onGpus() {
      return TOLD;
    }
  }

  /** A manager whose arrays live until it is closed. */
  public static NDManager manager(String deviceSetting) {
    Device device = device(deviceSetting);
    return engine().newBaseManager(device);
  }

  /**
   * Returns what a device setting stands for on this machine; of {@code cpu}, without starting the
   * engine.
   *
   * @param setting {@code cpu}, {@code gpu}, {@code gpu:0} or {@code auto}
   * @throws TouchstoneException if there is no such device
   */
  public static ResolvedDevice resolved(String setting) {
    if (setting.equals("cpu")) {
      return ResolvedDevice.cpu();
    }
    Device device = device(setting);
    return device.isGpu()
        ? ResolvedDevice.cuda(device.getDeviceId(), Kernels.onGpus())
        : ResolvedDevice.cpu();
  }

  /** Returns the engine and its version, such as {@code PyTorch 2.5.1}, and starts it. */
  public static String version() {
    return "PyTorch " + engine().getVersion();
  }

  /** Returns how many native threads the engine computes with. */
  public static int nativeThreads() {
    engine();
    return Holder.THREADS;
  }

  /** Runs an evaluation that needs no gradients, alone. */
  public static <T> T evaluate(Supplier<T> evaluation) {
    return leased(false, evaluation);
  }

  /** Runs an evaluation that records gradients, alone. */
  public static <T> T differentiate(Supplier<T> evaluation) {
    return leased(true, evaluation);
  }

  /**
   * Runs an evaluation that records gradients, alone and on one native thread: for many small
   * operations, whose sums then do not depend on the machine's number of processors, and whose
   * threads do not wait for each other at every operation on a busy machine.
   */
  public static <T> T differentiateOnOneThread(Supplier<T> evaluation) {
    return differentiate(
        () -> {
          int before = JniUtils.getNumThreads();
          JniUtils.setNumThreads(1);
          try {
            return evaluation.get();
          } finally {
            JniUtils.setNumThreads(before);
          }
        });
  }

  /**
   * OpenMP keeps a number of threads for every thread that calls it, and a thread's first is what
   * another one set last, perhaps to 1 for a moment. Numbers must not depend on who calls.
   */
  private static void useAllThreads() {
    if (LEASE.getHoldCount() == 1 && JniUtils.getNumThreads() != Holder.THREADS) {
      JniUtils.setNumThreads(Holder.THREADS);
    }
  }

  private static <T> T leased(boolean gradients, Supplier<T> evaluation) {
    Engine started = engine();
    LEASE.lock();
    boolean before = JniUtils.isGradMode();
    try {
      JniUtils.setGradMode(gradients);
      useAllThreads();
      return evaluation.get();
    } catch (EngineException e) {
      throw new TouchstoneException(refusal(started, e), e);
    } finally {
      JniUtils.setGradMode(before);
      LEASE.unlock();
    }
  }

  /** What libtorch would have one write is Python, and would let numbers differ between runs. */
  private static String refusal(Engine engine, EngineException e) {
    Matcher operation = NOT_DETERMINISTIC.matcher(String.valueOf(e.getMessage()));
    return operation.find()
        ? "%s has no kernel of %s on a GPU that gives the same numbers twice; run this suite with touchstone.device = cpu"
            .formatted(engine.getEngineName(), operation.group(1))
        : engine.getEngineName() + " refused an operation: " + e.getMessage();
  }

  /** Runs without recording gradients, inside {@link #differentiate}. */
  public static <T> T detached(Supplier<T> step) {
    return inMode(false, step);
  }

  /** Runs with gradients recorded, inside {@link #detached}. */
  public static <T> T recorded(Supplier<T> step) {
    return inMode(true, step);
  }

  private static <T> T inMode(boolean gradients, Supplier<T> step) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(gradients);
    try {
      return step.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** Makes an array a leaf whose gradient {@link #backward} accumulates. */
  public static NDArray leaf(NDArray array) {
    array.setRequiresGradient(true);
    return array;
  }

  /**
   * Accumulates d(Σ output · gradient)/d(leaf) into every leaf that the output depends on.
   *
   * @param keepGraph whether the recorded operations are needed again
   */
  public static void backward(NDArray output, NDArray gradient, boolean keepGraph) {
    JniUtils.backward((PtNDArray) output, (PtNDArray) gradient, keepGraph, false);
  }

  /** Calls of {@code torch.autograd.grad}, loaded once. */
  private static final class Autograd {
    static final Script SCRIPT =
        Script.load(new ByteArrayInputStream(AutogradScript.bytes()), manager("cpu"));
  }

  /** What becomes of the recorded operations when {@link #gradients} goes back through them. */
  public enum Recording {
    /** They are freed on the way. */
    RELEASED("forward"),
    /** They are kept, to go back through them again. */
    KEPT("again"),
    /** They are kept, and going back is recorded, too: the gradients have derivatives. */
    CONTINUED("recorded");

    private final String method;

    Recording(String method) {
      this.method = method;
    }
  }

  /**
   * Returns d(Σ output · arriving)/d(input) for some inputs, and leaves every other array's
   * gradient alone ({@code torch.autograd.grad}).
   *
   * @param output recorded; of one that is not, every gradient is zero
   * @param arriving of the output's shape; where going back is recorded, it may be a leaf itself
   * @param inputs recorded arrays or leaves that the output may depend on
   * @param scope what the gradients belong to
   * @return a gradient per input; zeros where the output does not depend on it
   */
  public static NDList gradients(
      NDArray output,
      NDArray arriving,
      List<NDArray> inputs,
      Recording recording,
      NDManager scope) {
    // Arrays of one such name are handed over as a list; no array can have two names.
    List<NDArray> others = inputs.stream().filter(input -> input != output).toList();
    NDList found = new NDList();
    if (!others.isEmpty()) {
      NDList arguments = new NDList(output, arriving);
      others.forEach(input -> input.setName("inputs[]"));
      arguments.addAll(others);
      found = Autograd.SCRIPT.invoke(recording.method, arguments);
      others.forEach(input -> input.setName(""));
    }
    int next = 0;
    NDList gradients = new NDList();
    for (NDArray input : inputs) {
      gradients.add(input == output ? arriving.duplicate() : found.get(next++));
    }
    gradients.attach(scope);
    return gradients;
  }

  /**
   * Seeds the engine's own generator, from which dropout draws; only inside {@link #differentiate},
   * where nobody else draws from it.
   */
  public static void seed(long seed) {
    JniUtils.setSeed(seed);
  }

  /**
   * A TorchScript module in evaluation mode, its weights frozen; to be used inside {@link
   * #evaluate} or {@link #differentiate}.
   */
  public static final class Script implements AutoCloseable {
    private final PtSymbolBlock module;

    private Script(PtSymbolBlock module) {
      this.module = module;
    }

    /**
     * Loads a module.
     *
     * @param file the file's bytes, which are read to their end
     * @param manager of the device to run on
     * @throws EngineException with libtorch's message
     */
    public static Script load(InputStream file, NDManager manager) {
      PtNDManager of = (PtNDManager) manager;
      try {
        PtSymbolBlock module = JniUtils.loadModule(of, file, true, false);
        JniUtils.enableInferenceMode(module);
        // Else a backward pass computes every weight's gradient too, and keeps it.
        try (NDList weights = JniUtils.moduleGetParams(module, of)) {
          weights.forEach(weight -> weight.setRequiresGradient(false));
        }
        return new Script(module);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * The module's outputs; batch norm and dropout as at inference, gradients recorded if asked.
     */
    public NDList forward(NDArray input) {
      // "training" is about recording here; the mode was set when the module was loaded
      return IValueUtils.forward(module, new NDList(input), true);
    }

    /**
     * What one of the module's methods makes of the input, as {@link #forward} does.
     *
     * @param method exported by the module, such as {@code encode}
     * @throws EngineException with libtorch's message, if there is no such method
     */
    public NDList call(String method, NDArray input) {
      // An array of this name is DJL's way to name a method; its value is not looked at.
      NDArray name = NativeArrays.of(input.getManager(), 0L);
      name.setName("module_method:" + method);
      return IValueUtils.forward(module, new NDList(input, name), true);
    }

    private NDList invoke(String method, NDList arguments) {
      try (NDArray name = NativeArrays.of(arguments.head().getManager(), 0L)) {
        name.setName("module_method:" + method);
        arguments.add(name);
        return IValueUtils.forward(module, arguments, true);
      }
    }

    @Override
    public void close() {
      module.close();
    }
  }
}
