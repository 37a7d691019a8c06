package dev.touchstone.graph.script;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.FixedBatch;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.Rows;
import dev.touchstone.runtime.NativeArrays;
import dev.touchstone.runtime.Torch;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;

/**
 * A TorchScript module in evaluation mode: it predicts and can be differentiated, but not looked
 * into. Its weights never change.
 *
 * <p>Safe for use by several threads; native evaluation takes turns. Results are plain Java values.
 */
public final class ScriptModule {
  /**
   * TorchScript does not say how much memory a module needs. Activations of common networks are
   * within this many times the input, and gradients keep all of them.
   */
  private static final long BYTES_PER_INPUT_BYTE = 64;

  private static final long GRADIENTS = 3;
  private static final int MOST_ROWS = 256;

  private final String name;
  private final NDManager manager;
  private final Torch.Script script;
  private final UnsteadyCalls calls;

  private ScriptModule(ScriptFile file, String name, String device) {
    this.name = name;
    this.calls = UnsteadyCalls.in(file.program());
    this.manager = Torch.manager(device);
    try {
      this.script = Torch.Script.load(file.checked(), manager);
    } catch (EngineException e) {
      manager.close();
      throw new TouchstoneException(
          name + " could not be read as a TorchScript module: " + lastLine(e), e);
    }
  }

  /**
   * Reads a module.
   *
   * @param file the file's bytes
   * @param name what to call it in messages
   * @param device as in {@code touchstone.device}
   * @param budgetBytes what an evaluation may take: what the file asks for is held against it
   * @throws TouchstoneException if the file is no TorchScript module, is truncated or corrupt
   */
  public static ScriptModule read(byte[] file, String name, String device, long budgetBytes) {
    ScriptFile checked = ScriptFile.read(file, name, budgetBytes);
    return Torch.evaluate(() -> new ScriptModule(checked, name, device));
  }

  /**
   * Returns the calls that draw at random or are made in training mode, so that an answer depends
   * on chance or on the other examples of its batch.
   */
  public List<String> unsteadyCalls() {
    return calls.unsteady();
  }

  /** Returns the calls that take one scale of quantisation for a whole batch. */
  public List<String> quantisingCalls() {
    return calls.quantising();
  }

  /**
   * Returns the module's output.
   *
   * @param budgetBytes working memory; the batch is computed in portions that fit it
   * @return n × k, one row per example
   */
  public double[][] outputs(Tensor batch, long budgetBytes) {
    return portions(batch, budgetBytes)
        .apply(
            batch,
            portion ->
                Torch.evaluate(
                    () -> {
                      try (NDManager scope = scope()) {
                        NDArray output = forward(input(scope, portion), portion);
                        return Rows.ofScores(name, output, portion.rows());
                      }
                    }));
  }

  /**
   * Returns what one of the module's own methods makes of a batch, such as the input of its last
   * layer.
   *
   * @param method exported by the module
   * @param budgetBytes working memory; the batch is computed in portions that fit it
   * @return n × d, one row per example
   * @throws TouchstoneException if the module has no such method, or it does not make one tensor
   */
  public double[][] outputsOf(String method, Tensor batch, long budgetBytes) {
    return portions(batch, budgetBytes)
        .apply(
            batch,
            portion ->
                Torch.evaluate(
                    () -> {
                      try (NDManager scope = scope()) {
                        NDArray output = call(method, input(scope, portion), portion);
                        return Rows.of(name + "." + method + "(x)", output, portion.rows());
                      }
                    }));
  }

  /**
   * Returns the gradient of a quantity of the outputs with respect to each example.
   *
   * @param quantity what is differentiated, example by example
   * @return one row per example, as long as the example
   */
  public double[][] inputGradients(Tensor batch, Quantity quantity, long budgetBytes) {
    return portions(batch, budgetBytes / GRADIENTS)
        .apply(
            batch,
            (portion, examples) ->
                Torch.differentiate(
                    () -> {
                      try (NDManager scope = scope()) {
                        NDArray x = Torch.leaf(input(scope, portion));
                        NDArray output = forward(x, portion);
                        NDArray chosen = Rows.derivatives(name, scope, output, quantity, examples);
                        Torch.backward(output, chosen, false);
                        return Rows.of(name, x.getGradient(), portion.rows());
                      }
                    }));
  }

  private FixedBatch portions(Tensor batch, long budgetBytes) {
    if (!calls.quantising().isEmpty()) {
      // The batch decides the scale, and so the answers; the memory must not.
      return FixedBatch.of(Math.max(1, batch.rows()));
    }
    long perExample = Math.max(1, batch.rowSize() * Float.BYTES * BYTES_PER_INPUT_BYTE);
    long rows = Math.max(1, Math.min(MOST_ROWS, budgetBytes / perExample));
    return FixedBatch.of((int) Math.max(1, Math.min(rows, batch.rows())));
  }

  private static NDArray input(NDManager scope, Tensor batch) {
    return NativeArrays.of(
        scope, batch.values(), new Shape(Arrays.stream(batch.shape()).asLongStream().toArray()));
  }

  private NDArray forward(NDArray x, Tensor batch) {
    NDList outputs;
    try {
      outputs = script.forward(x);
    } catch (EngineException e) {
      throw new TouchstoneException(
          name + " refuses a batch of shape " + Arrays.toString(batch.shape()) + ": " + lastLine(e),
          e);
    }
    if (outputs.size() != 1) {
      throw new TouchstoneException(
          name
              + " makes "
              + outputs.size()
              + " outputs; export a module that returns the class scores alone");
    }
    return outputs.get(0);
  }

  private NDArray call(String method, NDArray x, Tensor batch) {
    NDList outputs;
    try {
      outputs = script.call(method, x);
    } catch (EngineException e) {
      throw new TouchstoneException(
          name
              + " does not answer "
              + method
              + "(x) for a batch of shape "
              + Arrays.toString(batch.shape())
              + ": "
              + lastLine(e)
              + "; mark the method with @torch.jit.export and save the module again",
          e);
    }
    if (outputs.size() != 1) {
      throw new TouchstoneException(
          name
              + "."
              + method
              + "(x) makes "
              + outputs.size()
              + " outputs; let it return what the last layer takes in, and nothing else");
    }
    return outputs.get(0);
  }

  /** libtorch's messages quote the program first and say what is wrong last. */
  private static String lastLine(EngineException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .filter(line -> !line.isBlank())
        .reduce((first, second) -> second)
        .orElse("")
        .strip();
  }

  /**
   * The memory of one evaluation. It is asked for inside the engine's lease, so that no release
   * comes between the question and the evaluation's end.
   */
  private NDManager scope() {
    if (!manager.isOpen()) {
      throw new TouchstoneException(
          name
              + " was released and cannot be evaluated any more; release a model when its last"
              + " evaluation has ended");
    }
    return manager.newSubManager();
  }

  /** Frees the native memory when evaluations under way have ended; later ones are refused. */
  public void release() {
    Torch.evaluate(
        () -> {
          if (manager.isOpen()) {
            script.close();
            manager.close();
          }
          return true;
        });
  }

  @Override
  public String toString() {
    return name;
  }
}
