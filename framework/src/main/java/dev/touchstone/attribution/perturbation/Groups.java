package dev.touchstone.attribution.perturbation;

import dev.touchstone.data.Inputs;
import dev.touchstone.runtime.Digest;
import dev.touchstone.runtime.NearestName;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The divisions that there are. */
final class Groups {
  private Groups() {}

  /**
   * Returns how many groups there are.
   *
   * @param division a group of each value
   * @param by whose it is
   * @throws TouchstoneException unless it has a group for each value, counted from 0 without gaps
   */
  static int count(int[] division, Inputs batch, FeatureGroups by) {
    if (division.length != batch.rowSize()) {
      throw new TouchstoneException(
          "%s divides %d values, and an example has %d; give each value its group"
              .formatted(by.describe(), division.length, batch.rowSize()));
    }
    int most = Arrays.stream(division).max().orElse(-1);
    boolean[] seen = new boolean[Math.max(0, Math.min(most + 1, division.length))];
    for (int group : division) {
      if (group < 0 || group >= seen.length) {
        throw gaps(by, group, division.length);
      }
      seen[group] = true;
    }
    for (int group = 0; group < seen.length; group++) {
      if (!seen[group]) {
        throw gaps(by, group, division.length);
      }
    }
    return seen.length;
  }

  private static TouchstoneException gaps(FeatureGroups by, int group, int values) {
    return new TouchstoneException(
        "%s does not count its groups from 0 without gaps: look at group %d of %d values; number the groups 0, 1, 2, …, each with a value"
            .formatted(by.describe(), group, values));
  }

  record None() implements FeatureGroups {
    @Override
    public int[] of(Inputs batch, int example) {
      return IntStream.range(0, batch.rowSize()).toArray();
    }

    @Override
    public String describe() {
      return "each value by itself";
    }
  }

  record OfColumns(Map<String, List<String>> columns) implements FeatureGroups {

    static OfColumns checked(Map<String, List<String>> columns) {
      Map<String, List<String>> copy = new LinkedHashMap<>();
      Map<String, String> groupOf = new HashMap<>();
      columns.forEach(
          (group, names) -> {
            if (names.isEmpty()) {
              throw new IllegalArgumentException(
                  "the group \"%s\" has no columns; leave it out".formatted(group));
            }
            for (String name : names) {
              String before = groupOf.put(name, group);
              if (before != null) {
                throw new IllegalArgumentException(
                    "the column \"%s\" stands in the groups \"%s\" and \"%s\"; give each column one group"
                        .formatted(name, before, group));
              }
            }
            copy.put(group, List.copyOf(names));
          });
      return new OfColumns(copy);
    }

    @Override
    public int[] of(Inputs batch, int example) {
      List<String> all = batch.columns();
      if (all.isEmpty()) {
        throw new TouchstoneException(
            "groups of columns %s need columns with names, and the data have features of the shape %s without; name them, or group by FeatureGroups.segments(…)"
                .formatted(columns.keySet(), Arrays.toString(batch.shape())));
      }
      Map<String, String> groupOf = new HashMap<>();
      columns.forEach((group, names) -> names.forEach(name -> groupOf.put(name, group)));
      for (String name : groupOf.keySet()) {
        if (!all.contains(name)) {
          throw new TouchstoneException(
              "the group \"%s\" has the column \"%s\", which the data lack%s; they have %s"
                  .formatted(
                      groupOf.get(name),
                      name,
                      NearestName.of(name, all)
                          .map(" (did you mean \"%s\"?)"::formatted)
                          .orElse(""),
                      all));
        }
      }
      Map<String, Integer> numbers = new HashMap<>();
      List<Integer> division = new ArrayList<>();
      for (String column : all) {
        String group = groupOf.get(column);
        String key = group == null ? "column " + column : "group " + group;
        division.add(numbers.computeIfAbsent(key, unseen -> numbers.size()));
      }
      return division.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public String describe() {
      return "columns grouped as " + columns;
    }
  }

  record Patches(int height, int width) implements FeatureGroups {

    static Patches checked(int height, int width) {
      if (height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "patches of %d by %d pixels; give at least 1 by 1".formatted(height, width));
      }
      return new Patches(height, width);
    }

    @Override
    public int[] of(Inputs batch, int example) {
      int[] shape = batch.shape();
      if (shape.length != 3 || !batch.names().isEmpty()) {
        throw new TouchstoneException(
            "patches divide images, [channels, height, width], and an example has the shape %s%s; group by FeatureGroups.ofColumns(…) or .segments(…)"
                .formatted(
                    Arrays.toString(shape),
                    batch.names().isEmpty() ? "" : " and the inputs " + batch.names()));
      }
      int across = (shape[2] + width - 1) / width;
      int pixels = shape[1] * shape[2];
      int[] division = new int[shape[0] * pixels];
      Arrays.setAll(division, i -> i % pixels / shape[2] / height * across + i % shape[2] / width);
      return division;
    }

    @Override
    public String describe() {
      return "patches of %d × %d".formatted(height, width);
    }
  }

  record Segments(List<Integer> segments) implements FeatureGroups {

    static Segments checked(int... segments) {
      if (segments.length == 0) {
        throw new IllegalArgumentException("segments of no values; give each value its segment");
      }
      return new Segments(Arrays.stream(segments).boxed().toList());
    }

    @Override
    public int[] of(Inputs batch, int example) {
      int values = batch.rowSize();
      int[] shape = batch.shape();
      boolean ofPixels =
          shape.length == 3 && batch.names().isEmpty() && segments.size() == shape[1] * shape[2];
      if (!ofPixels && segments.size() != values) {
        throw new TouchstoneException(
            "there are segments of %d values, and an example has %d, of the shape %s; give a segment for each pixel, or for each value"
                .formatted(segments.size(), values, Arrays.toString(shape)));
      }
      int[] division = new int[values];
      Arrays.setAll(division, i -> segments.get(i % segments.size()));
      return division;
    }

    @Override
    public String describe() {
      int[] numbers = segments.stream().mapToInt(Integer::intValue).toArray();
      return "segments " + Digest.sha256().add(numbers).hex().substring(0, 16);
    }
  }
}
