package dev.touchstone.runtime;

import java.io.Console;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far long work has come, on one line that overwrites itself; only where a person watches
 * a terminal, never on CI or where output goes to a file.
 *
 * <pre>{@code
 * for (int draw = 0; draw < draws; draw++) {
 *   …
 *   context.progress().step("re-initialised networks", draw + 1, draws);
 * }
 * }</pre>
 */
public final class Progress {
  private static final long BETWEEN_LINES = TimeUnit.MILLISECONDS.toNanos(200);

  private static final Progress QUIET = new Progress(null, () -> 0);

  private final @Nullable PrintStream terminal;
  private final LongSupplier nanoTime;
  private long lastShown;
  private int lastLength;

  Progress(@Nullable PrintStream terminal, LongSupplier nanoTime) {
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.lastShown = nanoTime.getAsLong() - BETWEEN_LINES;
  }

  /** The terminal's line, shared by all threads. */
  private static final class OfTerminal {
    static final Progress PROGRESS = new Progress(System.err, System::nanoTime);
  }

  /** Shows it on a terminal of one's own, whoever watches. */
  public static Progress on(PrintStream terminal) {
    return new Progress(terminal, System::nanoTime);
  }

  static Progress of(Settings settings) {
    return settings.ci() || !someoneWatches() ? QUIET : OfTerminal.PROGRESS;
  }

  /** Since Java 22 there is a console even where there is no terminal. */
  private static boolean someoneWatches() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }

  /**
   * Notes that some steps are done.
   *
   * @param what the work, in a few words
   * @param done how many steps
   * @param total of how many
   */
  public synchronized void step(String what, long done, long total) {
    if (terminal == null) {
      return;
    }
    long now = nanoTime.getAsLong();
    boolean last = done >= total;
    if (!last && now - lastShown < BETWEEN_LINES) {
      return;
    }
    lastShown = now;
    String line = last ? "" : what + " " + done + "/" + total;
    // Blanks wipe what a longer line left behind; after the last step nothing stays.
    terminal.print("\r" + line + " ".repeat(Math.max(0, lastLength - line.length())));
    if (last) {
      terminal.print("\r");
    }
    terminal.flush();
    lastLength = line.length();
  }
}
