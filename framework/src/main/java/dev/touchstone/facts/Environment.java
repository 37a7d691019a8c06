package dev.touchstone.facts;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Where an evaluation ran. Numbers depend on it, no policy holds a claim to it. Immutable.
 *
 * @param device what it was resolved to, never a setting such as {@code auto}: {@code cpu} or
 *     {@code cuda:0}
 * @param deviceDetails what an accelerator is, and how it computes: its name, the versions of CUDA,
 *     whether TF32 is on, whether kernels are deterministic; empty for {@code cpu}
 * @param memoryBudget {@code touchstone.memory} in bytes
 * @param engine such as {@code "PyTorch 2.5.1"}
 * @param nativeThreads of the engine
 * @param processor its architecture, such as {@code "amd64"}
 * @param java the version of the JVM
 * @param circumstances how it was evaluated, in the words of the check
 */
public record Environment(
    String device,
    String deviceDetails,
    OptionalLong memoryBudget,
    String engine,
    OptionalInt nativeThreads,
    String processor,
    String java,
    List<Fact> circumstances) {

  /** Copies the list. */
  public Environment {
    circumstances = List.copyOf(circumstances);
  }

  /** Returns the environment with more circumstances of an evaluation. */
  public Environment with(List<Fact> more) {
    List<Fact> all = new ArrayList<>(circumstances);
    all.addAll(more);
    return new Environment(
        device, deviceDetails, memoryBudget, engine, nativeThreads, processor, java, all);
  }
}
