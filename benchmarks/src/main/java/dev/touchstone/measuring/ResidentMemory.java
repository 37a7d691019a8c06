package dev.touchstone.measuring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What Linux says about a process's memory in {@code /proc/pid/status}. */
final class ResidentMemory {
  private ResidentMemory() {}

  /** This process's resident bytes now. */
  static long now() {
    return read("self", "VmRSS").orElseThrow(() -> new IllegalStateException("no VmRSS"));
  }

  /** The most bytes that a process was ever resident with; empty if it has ended. */
  static OptionalLong peakOf(long pid) {
    return read(Long.toString(pid), "VmHWM");
  }

  private static OptionalLong read(String process, String field) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", process, "status"))) {
      return lines
          .filter(line -> line.startsWith(field + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst();
    } catch (UncheckedIOException | IOException e) {
      return OptionalLong.empty();
    }
  }

  /** In MiB, to one decimal. */
  static String mebibytes(long bytes) {
    return String.format("%.1f MiB", bytes / 1048576.0);
  }
}
