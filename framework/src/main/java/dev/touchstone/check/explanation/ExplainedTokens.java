package dev.touchstone.check.explanation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.evidence.figure.TokenHeat;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Maps of a text as coloured tokens, a text for each method. */
final class ExplainedTokens {
  private ExplainedTokens() {}

  /**
   * Returns the figure.
   *
   * @param tokens by the input of their ids, what each place stands for
   * @param labels of the maps
   * @param columns of the example's values, as a map of all inputs has them
   * @throws TouchstoneException for a map that has not one number for each place
   */
  static TokenHeat of(
      Map<String, List<String>> tokens,
      String explained,
      List<String> labels,
      List<Attribution> maps,
      List<String> columns) {
    List<TokenHeat.Text> texts = new ArrayList<>();
    for (int m = 0; m < maps.size(); m++) {
      texts.add(text(tokens, labels.get(m), maps.get(m), columns));
    }
    return new TokenHeat("tokens", "What speaks for " + explained, explained, texts);
  }

  private static TokenHeat.Text text(
      Map<String, List<String>> tokens,
      String label,
      Attribution attribution,
      List<String> columns) {
    double[] map = attribution.maps()[0];
    for (Map.Entry<String, List<String>> input : tokens.entrySet()) {
      List<String> places = input.getValue();
      if (map.length == columns.size()) {
        int from = columns.indexOf(input.getKey() + "[0]");
        return text(label, places, Arrays.copyOfRange(map, from, from + places.size()));
      }
      if (attribution.exampleShape()[0] == places.size()) {
        return text(label, places, summed(map, places.size()));
      }
    }
    throw new TouchstoneException(
        "the map by %s has the shape %s, and the example the tokens of %s; a text is explained by a number for each place: LayerIntegratedGradients.at(the node of its embeddings).withInnerBaseline(0), or LayerGradientTimesActivation"
            .formatted(label, Arrays.toString(attribution.exampleShape()), tokens.keySet()));
  }

  /** One number for each place: of embeddings the sum over their values. */
  private static double[] summed(double[] map, int places) {
    int width = map.length / places;
    return IntStream.range(0, places)
        .mapToDouble(i -> Arrays.stream(map, i * width, (i + 1) * width).sum())
        .toArray();
  }

  /** A token that stands for no text of its own, as a byte of a character, joins the one before. */
  private static TokenHeat.Text text(String label, List<String> places, double... map) {
    List<String> pieces = new ArrayList<>();
    List<Double> relevances = new ArrayList<>();
    for (int i = 0; i < map.length; i++) {
      int last = pieces.size() - 1;
      if (!places.get(i).isEmpty()) {
        pieces.add(places.get(i));
        relevances.add(map[i]);
      } else if (last >= 0) {
        relevances.set(last, relevances.get(last) + map[i]);
      }
    }
    return new TokenHeat.Text(
        label,
        IntStream.range(0, pieces.size())
            .mapToObj(i -> new TokenHeat.Token(cut(pieces.get(i)), relevances.get(i)))
            .toList());
  }

  private static String cut(String piece) {
    return piece.length() <= TokenHeat.MOST_CHARACTERS
        ? piece
        : piece.substring(0, TokenHeat.MOST_CHARACTERS - 1) + "…";
  }
}
