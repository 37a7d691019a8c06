package dev.touchstone.measuring;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs started by this one, with its class path, and what they did. */
final class Children {
  private Children() {}

  /**
   * What became of a program.
   *
   * @param exit its exit code
   * @param output standard output and error
   * @param seconds wall time of the whole process
   */
  record Ended(int exit, String output, double seconds) {

    Ended orFail() {
      if (exit != 0) {
        throw new IllegalStateException("the program ended with " + exit + ":\n" + output);
      }
      return this;
    }
  }

  /** Runs a main class in a JVM of its own, with this one's class path, in the samples' folder. */
  static Ended java(Class<?> main, List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Djava.awt.headless=true", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(arguments);
    return run(command);
  }

  /**
   * Runs Java.
   *
   * @param launch options, and the main class or {@code -jar} and a jar
   */
  static Ended java(List<String> launch, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(launch);
    command.addAll(arguments);
    return run(command);
  }

  private static Ended run(List<String> command) {
    long start = System.nanoTime();
    try {
      // Where Maven runs the samples too: some of them read files beside the module.
      Process process =
          new ProcessBuilder(command)
              .directory(new File("sample-tests"))
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output, (System.nanoTime() - start) / 1e9);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
