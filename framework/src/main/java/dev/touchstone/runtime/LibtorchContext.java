package dev.touchstone.runtime;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code torch.use_deterministic_algorithms} sets in Python, set in libtorch itself: DJL's
 * native part hands it not through. C++ functions are found under the names that GCC and Clang give
 * them; where a compiler gave others, as on Windows, there is no context.
 */
final class LibtorchContext {
  private static final Logger LOG = LoggerFactory.getLogger(LibtorchContext.class);
  private static final int NO = 0;
  private static final int YES = 1;

  private final NativeLibrary library;
  private final Pointer context;

  private LibtorchContext(NativeLibrary library, Pointer context) {
    this.library = library;
    this.context = context;
  }

  /**
   * Returns the one of this process; empty where it cannot be found.
   *
   * @param folder of the libraries that the engine has loaded
   */
  static Optional<LibtorchContext> of(Path folder) {
    try {
      NativeLibrary library =
          NativeLibrary.getInstance(folder.resolve(System.mapLibraryName("torch_cpu")).toString());
      // at::globalContext()
      Pointer context = library.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);
      return Optional.of(new LibtorchContext(library, context));
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("libtorch's switches cannot be found", e);
      return Optional.empty();
    }
  }

  /**
   * Makes every operation run on a deterministic kernel, or be refused. New memory is not filled
   * with NaN, which this would bring along: nothing here reads what it has not written.
   */
  void refuseOtherThanDeterministic() {
    try {
      // at::Context::setDeterministicAlgorithms(bool on, bool warnOnly)
      set("_ZN2at7Context26setDeterministicAlgorithmsEbb", YES, NO);
      // at::Context::setDeterministicFillUninitializedMemory(bool)
      set("_ZN2at7Context39setDeterministicFillUninitializedMemoryEb", NO);
    } catch (UnsatisfiedLinkError e) {
      LOG.debug("libtorch's switches cannot be set", e);
    }
  }

  /** Returns whether every operation runs on a deterministic kernel or is refused. */
  boolean isDeterministic() {
    try {
      // at::Context::deterministicAlgorithms() const, and whether it only warns
      return is("_ZNK2at7Context23deterministicAlgorithmsEv")
          && !is("_ZNK2at7Context31deterministicAlgorithmsWarnOnlyEv");
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /** A bool is handed over as 0 or 1: JNA's own true is -1, which is no bool of C++'s. */
  private void set(String function, int... values) {
    Object[] arguments = new Object[1 + values.length];
    arguments[0] = context;
    for (int i = 0; i < values.length; i++) {
      arguments[1 + i] = values[i];
    }
    library.getFunction(function).invokeVoid(arguments);
  }

  /** Of the register that returns a bool, one byte counts. */
  private boolean is(String function) {
    return (library.getFunction(function).invokeInt(new Object[] {context}) & 0xff) != 0;
  }
}
