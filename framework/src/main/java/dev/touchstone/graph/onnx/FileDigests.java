package dev.touchstone.graph.onnx;

import dev.touchstone.runtime.Digest;
import java.util.List;
import org.apiguardian.api.API;

/**
 * The digests of the files that a model is made of.
 *
 * @param files the model's own file first, then those that it keeps weights in
 */
@API(status = API.Status.MAINTAINED, since = "0.1")
public record FileDigests(List<OfFile> files) {

  /**
   * One file.
   *
   * @param name relative to the model's folder, with slashes
   * @param sha256 of its bytes, as {@code sha256sum} prints it
   */
  public record OfFile(String name, String sha256) {}

  /** Copies the list. */
  public FileDigests {
    files = List.copyOf(files);
  }

  /** Returns a model of one file. */
  public static FileDigests of(String name, String sha256) {
    return new FileDigests(List.of(new OfFile(name, sha256)));
  }

  /**
   * Returns that by which verdicts know the model: its file's, or one over those of all its files.
   */
  public String sha256() {
    if (files.size() == 1) {
      return files.get(0).sha256();
    }
    Digest digest = Digest.sha256();
    files.forEach(file -> digest.add(file.sha256()));
    return digest.hex();
  }
}
