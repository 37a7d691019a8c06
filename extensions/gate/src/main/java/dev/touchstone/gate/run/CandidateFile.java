package dev.touchstone.gate.run;

import dev.touchstone.model.Models;
import dev.touchstone.runtime.Settings;
import dev.touchstone.runtime.TouchstoneException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model file that a suite is to be run against.
 *
 * @param key the setting by which the suite is told, such as {@code touchstone.model}
 * @param file where it lies
 * @param sha256 by which verdicts know it
 */
public record CandidateFile(String key, Path file, String sha256) {
  private static final Pattern NAMED = Pattern.compile("([\\w.-]+)=(.+)", Pattern.DOTALL);

  /**
   * Reads a file's digest.
   *
   * @param given a path or, where the suite has several models, {@code name=path}
   * @throws TouchstoneException if there is no such file, or it ends in {@code .onnx} and is no
   *     ONNX file; any other format is for the suite to know
   */
  public static CandidateFile of(String given) {
    Matcher named = NAMED.matcher(given);
    boolean hasName = named.matches() && !exists(given);
    Path file = path(hasName ? named.group(2) : given).toAbsolutePath().normalize();
    return new CandidateFile(
        hasName ? Settings.MODEL + "." + named.group(1) : Settings.MODEL,
        file,
        Models.sha256(file.toString()));
  }

  /** What is no path at all, as {@code name=C:\\m.onnx} is none on Windows, does not exist. */
  private static boolean exists(String given) {
    try {
      return Files.exists(Path.of(given));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Path path(String given) {
    try {
      return Path.of(given);
    } catch (InvalidPathException e) {
      throw new TouchstoneException("\"" + given + "\" is no path: " + e.getReason(), e);
    }
  }
}
