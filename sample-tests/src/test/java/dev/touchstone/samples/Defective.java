package dev.touchstone.samples;

import dev.touchstone.runtime.RunContext;
import java.nio.file.Path;

/**
 * Where verdicts go that are meant to fail: out of the report on the models that ship, in which a
 * red line has to mean something.
 */
public final class Defective {
  /** The report directory of defective twins. */
  public static final Path REPORT = Path.of("target", "touchstone-defective");

  private Defective() {}

  /** Sends this thread's verdicts there until the binding is closed. */
  public static RunContext.Binding reports() {
    RunContext context = RunContext.current();
    return context.with(context.settings().reportingTo(REPORT)).bind();
  }
}
