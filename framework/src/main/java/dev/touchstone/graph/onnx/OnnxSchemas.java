package dev.touchstone.graph.onnx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * What ONNX's own operator schemas demand of a node: a table that {@code
 * src/test/python/onnx_schemas.py} makes of the onnx package, whose header says how it is read.
 */
final class OnnxSchemas {
  private static final String TABLE = "onnx-schemas.txt.gz";
  private static final int MOST_RANKS = 6;

  private static final Map<String, TreeMap<Long, Schema>> BY_OPERATOR = read();

  private OnnxSchemas() {}

  /**
   * An operator as from one version on.
   *
   * @param mostInputs {@link Integer#MAX_VALUE} for any number
   * @param mostOutputs {@link Integer#MAX_VALUE} for any number
   */
  record Schema(
      String name,
      long since,
      boolean deprecated,
      int leastInputs,
      int mostInputs,
      int leastOutputs,
      int mostOutputs,
      Map<String, Attribute> attributes,
      List<Input> inputs) {

    /** What the input at a position is; the last one stands for any number where it is so. */
    Optional<Input> input(int position) {
      if (position < inputs.size()) {
        return Optional.of(inputs.get(position));
      }
      return inputs.isEmpty() || inputs.get(inputs.size() - 1).kind() != 'v'
          ? Optional.empty()
          : Optional.of(inputs.get(inputs.size() - 1));
    }
  }

  /**
   * An attribute.
   *
   * @param type by its name in {@code AttributeProto.AttributeType}
   */
  record Attribute(String type, boolean required) {}

  /**
   * An input.
   *
   * @param kind s for a required one, o for one that may be left out, v for any number
   * @param ranks digits, 6 standing for more as well; * for all
   */
  record Input(char kind, String ranks) {

    boolean admits(int rank) {
      return ranks.equals("*")
          || ranks.indexOf(Character.forDigit(Math.min(rank, MOST_RANKS), 10)) >= 0;
    }

    /** For messages, such as "3, 4 or more". */
    String described() {
      String list = String.join(", ", ranks.split(""));
      return ranks.endsWith(Integer.toString(MOST_RANKS)) ? list + " or more" : list;
    }
  }

  /**
   * The schema that holds for a version of the operator set; empty where the standard has none, as
   * for operators of other domains.
   *
   * @param domain empty for the standard's own
   */
  static Optional<Schema> of(String domain, String type, long version) {
    return Optional.ofNullable(BY_OPERATOR.get(domain + ":" + type))
        .map(versions -> versions.floorEntry(version))
        .map(Map.Entry::getValue);
  }

  private static Map<String, TreeMap<Long, Schema>> read() {
    Map<String, TreeMap<Long, Schema>> table = new HashMap<>();
    try (InputStream file =
            Objects.requireNonNull(OnnxSchemas.class.getResourceAsStream(TABLE), TABLE);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] fields = line.split("\t", -1);
          Schema schema = schema(fields);
          String domain = fields[0].equals("-") ? "" : fields[0];
          table
              .computeIfAbsent(domain + ":" + schema.name(), key -> new TreeMap<>())
              .put(schema.since(), schema);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }

  private static Schema schema(String[] fields) {
    Map<String, Attribute> attributes = new HashMap<>();
    for (String entry : list(fields[8])) {
      int colon = entry.lastIndexOf(':');
      boolean required = entry.endsWith("!");
      String type = entry.substring(colon + 1, entry.length() - (required ? 1 : 0));
      attributes.put(entry.substring(0, colon), new Attribute(type, required));
    }
    List<Input> inputs = new ArrayList<>();
    for (String entry : list(fields[9])) {
      inputs.add(new Input(entry.charAt(0), entry.substring(1)));
    }
    return new Schema(
        fields[1],
        Long.parseLong(fields[2]),
        fields[3].equals("d"),
        number(fields[4]),
        number(fields[5]),
        number(fields[6]),
        number(fields[7]),
        Map.copyOf(attributes),
        List.copyOf(inputs));
  }

  private static List<String> list(String field) {
    return field.equals("-") ? List.of() : List.of(field.split(","));
  }

  private static int number(String field) {
    int number = Integer.parseInt(field);
    return number < 0 ? Integer.MAX_VALUE : number;
  }
}
