package dev.touchstone.guiding.repair;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.Tensor;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model was carved into: concepts, read off what it computes, and a layer on these.
 *
 * @param names of the concepts
 * @param alike of each concept, those that its examples do not tell from it
 * @param joined all of it as one layer
 * @param examplesSha256 of what it was carved with, whatever the model
 * @param digest of the layer and how it came about
 */
record CarvedConcepts(
    Represented represented,
    List<String> names,
    List<List<String>> alike,
    Carving.Parts parts,
    LinearLayer joined,
    String how,
    String examplesSha256,
    String digest) {

  /**
   * Of annotated concepts.
   *
   * @param examples a digest that has what it was carved with
   */
  static CarvedConcepts of(
      Represented represented,
      AnnotatedConcepts concepts,
      Carving.Parts parts,
      String how,
      Digest examples) {
    LinearLayer joined = parts.joined();
    return new CarvedConcepts(
        represented,
        concepts.names(),
        IntStream.range(0, concepts.size()).mapToObj(concepts::alike).toList(),
        parts,
        joined,
        how,
        examples.hex(),
        joined.addTo(Digest.sha256().add(how)).hex());
  }

  /**
   * The concepts that examples do not tell from one.
   *
   * @param whose the model's name
   * @throws TouchstoneException for a name that no concept has
   */
  List<String> alike(String concept, String whose) {
    int at = names.indexOf(concept);
    if (at < 0) {
      throw new TouchstoneException(
          "there is no concept \"%s\"; those of %s are %s".formatted(concept, whose, names));
    }
    return alike.get(at);
  }

  /** The z-scored concepts of every example, n × q. */
  Matrix values(Dataset data) {
    return parts.scaling().apply(parts.concepts().scores(represented.of(data)));
  }

  /** What the layer makes of every example, n × k. */
  Matrix scores(Dataset data) {
    return joined.scores(represented.of(data));
  }

  /** What the layer makes of a batch, n × k. */
  double[][] scores(Tensor batch) {
    return joined.scores(represented.of(batch));
  }
}
