package dev.touchstone.gate;

import dev.touchstone.graph.onnx.FileDigests;
import dev.touchstone.model.Models;
import java.nio.file.Path;

/**
 * A model that asks to be shipped. Its files are read once: whatever is handed on says what was
 * decided on, even if somebody exchanged a file meanwhile.
 *
 * @param name what the policy calls it
 * @param file where it lies
 * @param digests of its files; verdicts know it by the one over all of them
 */
public record Candidate(String name, Path file, FileDigests digests) {

  /** A model of one file, whose SHA-256 is known. */
  public Candidate(String name, Path file, String sha256) {
    this(name, file, FileDigests.of(String.valueOf(file.getFileName()), sha256));
  }

  /**
   * Reads a model's digests.
   *
   * @param name what the policy calls the model, whatever the file is called
   * @throws dev.touchstone.runtime.TouchstoneException if there is no such file, or it ends in
   *     {@code .onnx} and is no ONNX file
   */
  public static Candidate of(String name, Path file) {
    return new Candidate(name, file, Models.digests(file.toString()));
  }

  /** By which verdicts know it. */
  public String sha256() {
    return digests.sha256();
  }
}
