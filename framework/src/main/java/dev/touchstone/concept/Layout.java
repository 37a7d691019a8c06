package dev.touchstone.concept;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.RunContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Where concepts' examples and pools stand among all that a network is asked about: data that
 * several concepts share stand once.
 *
 * @param first where the examples of a group begin
 */
record Layout(List<TapProducts.Group> groups, Map<String, Integer> byDigest, List<Integer> first) {

  /**
   * Lays out the data of concepts.
   *
   * @param againstPool whether vectors are learnt from concepts' examples against the pool's, too
   */
  static Layout of(List<ConceptExamples> concepts, boolean againstPool) {
    List<Dataset> data = new ArrayList<>();
    List<Set<Integer>> with = new ArrayList<>();
    Map<String, Integer> byDigest = new LinkedHashMap<>();
    for (ConceptExamples concept : concepts) {
      List<Dataset> together = new ArrayList<>(List.of(concept.positives()));
      concept.negatives().ifPresent(together::add);
      concept.pool().filter(pool -> againstPool || together.size() == 1).ifPresent(together::add);
      List<Integer> numbers =
          together.stream().map(part -> numbered(part, data, with, byDigest)).toList();
      numbers.forEach(a -> numbers.forEach(b -> with.get(Math.max(a, b)).add(Math.min(a, b))));
      concept.pool().ifPresent(pool -> numbered(pool, data, with, byDigest));
    }
    List<TapProducts.Group> groups = new ArrayList<>();
    List<Integer> first = new ArrayList<>();
    int next = 0;
    for (int g = 0; g < data.size(); g++) {
      groups.add(new TapProducts.Group(data.get(g), List.copyOf(with.get(g))));
      first.add(next);
      next += data.get(g).size();
    }
    return new Layout(groups, byDigest, first);
  }

  /** The number of a group, which is asked about together with itself. */
  private static int numbered(
      Dataset part, List<Dataset> data, List<Set<Integer>> with, Map<String, Integer> byDigest) {
    return byDigest.computeIfAbsent(
        part.sha256(),
        key -> {
          int number = data.size();
          data.add(part);
          with.add(new LinkedHashSet<>(List.of(number)));
          return number;
        });
  }

  /** The places of some data's examples. */
  int[] places(Dataset part) {
    Integer group = byDigest.get(part.sha256());
    if (group == null) {
      throw new IllegalArgumentException("no place was laid out for " + part.name());
    }
    int from = first.get(group);
    return IntStream.range(from, from + part.size()).toArray();
  }

  ConceptVectors vectors(
      ConceptExamples concept, TapProducts at, double ridge, RunContext context) {
    return new ConceptVectors(
        at,
        places(concept.positives()),
        concept.negatives().map(this::places).orElse(null),
        concept.isPaired(),
        concept.pool().map(this::places).orElse(new int[0]),
        ridge,
        new ConceptVectors.Names(
            concept.digest(), concept.pool().map(Dataset::sha256).orElse("none")),
        context.random());
  }
}
