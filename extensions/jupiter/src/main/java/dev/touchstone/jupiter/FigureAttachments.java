package dev.touchstone.jupiter;

import dev.touchstone.evidence.Shown;
import dev.touchstone.evidence.Verdict;
import dev.touchstone.evidence.VerdictListener;
import dev.touchstone.evidence.figure.Figure;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apiguardian.api.API;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws a verdict's figures, and what tests show without one, as PNG into the report directory and
 * publishes them as attachments of the test that asked.
 */
@API(status = API.Status.INTERNAL, since = "0.1")
public final class FigureAttachments implements VerdictListener {
  private static final Logger LOG = LoggerFactory.getLogger(FigureAttachments.class);

  // JUnit 5.13 and 6 have their MediaType in different packages: the method is found by its name.
  private static final Method PUBLISH = publishFile();
  private static final Object PNG = png(PUBLISH.getParameterTypes()[1]);

  /** The pictures of this session, in lower case, as some file systems take names. */
  private final Set<String> taken = ConcurrentHashMap.newKeySet();

  private static Method publishFile() {
    return Arrays.stream(ExtensionContext.class.getMethods())
        .filter(method -> method.getName().equals("publishFile"))
        .filter(method -> method.getParameterCount() == 3)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("JUnit 5.13 or later is needed"));
  }

  private static Object png(Class<?> mediaType) {
    try {
      return mediaType.getField("IMAGE_PNG").get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("JUnit 5.13 or later is needed", e);
    }
  }

  @Override
  public void verdictReached(Verdict verdict, RunContext context) {
    String check = verdict.evidence().check();
    for (Figure figure : verdict.evidence().figures()) {
      publish(check, figure, () -> FigurePainter.png(figure, verdict), context);
    }
  }

  @Override
  public void figureShown(Shown shown, RunContext context) {
    publish("shown", shown.figure(), () -> FigurePainter.png(shown), context);
  }

  private void publish(String check, Figure figure, Supplier<byte[]> drawing, RunContext context) {
    try {
      publish(fileName(check + "-" + figure.name()), drawing.get(), context);
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (Throwable e) {
      // A machine without fonts, or one picture that cannot be drawn, takes no other with it.
      LOG.warn("the figure {} was not drawn: {}", figure.name(), e.toString(), e);
    }
  }

  private void publish(String called, byte[] png, RunContext context) {
    Path file = free(directory(context), called);
    write(png, file);
    String name = file.getFileName().toString();
    context.test().flatMap(Invocations::underWay).ifPresent(test -> attach(test, name, png));
  }

  /** A test may reach several verdicts, and its invocations may share a name. */
  private Path free(Path directory, String name) {
    Path file = directory.resolve(name + ".png");
    for (int number = 2; !taken.add(file.toString().toLowerCase(Locale.ROOT)); number++) {
      file = directory.resolve(name + "-" + number + ".png");
    }
    return file;
  }

  private static void attach(ExtensionContext test, String name, byte[] png) {
    try {
      PUBLISH.invoke(test, name, PNG, (ThrowingConsumer<Path>) path -> Files.write(path, png));
    } catch (ReflectiveOperationException e) {
      // Some launchers take no files; the picture lies in the report directory all the same.
      LOG.debug("{} was not attached", name, e);
    }
  }

  private static Path directory(RunContext context) {
    Path figures = context.settings().reportDirectory().resolve("figures");
    if (context.test().isEmpty()) {
      return figures;
    }
    TestIdentity test = context.test().get();
    return figures
        .resolve(fileName(test.className()))
        .resolve(fileName(test.methodName() + suffix(test)));
  }

  /** Distinguishes the invocations of a parameterized test or factory. */
  private static String suffix(TestIdentity test) {
    boolean plain = test.displayName().startsWith(test.methodName() + "(");
    return plain ? "" : " " + test.displayName();
  }

  private static void write(byte[] png, Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, png);
    } catch (IOException e) {
      throw new UncheckedIOException("the figure could not be written to " + file, e);
    }
  }

  /** Names may come from data; what is no letter, digit, dot, dash or equals sign becomes "_". */
  private static String fileName(String text) {
    String safe = text.replaceAll("[^\\p{Alnum}.=-]+", "_");
    return safe.substring(0, Math.min(100, safe.length()));
  }
}
