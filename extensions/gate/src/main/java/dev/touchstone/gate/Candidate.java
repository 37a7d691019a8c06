package dev.touchstone.gate;

import dev.touchstone.model.Models;
import java.nio.file.Path;

/**
 * A model that asks to be shipped.
 *
 * @param name what the policy calls it
 * @param file where it lies
 * @param sha256 by which verdicts know it
 */
public record Candidate(String name, Path file, String sha256) {

  /**
   * Reads a file's digest.
   *
   * @param name what the policy calls the model, whatever the file is called
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file, or it ends in
   *     {@code .onnx} and is no ONNX file
   */
  public static Candidate of(String name, Path file) {
    return new Candidate(name, file, Models.sha256(file.toString()));
  }
}
