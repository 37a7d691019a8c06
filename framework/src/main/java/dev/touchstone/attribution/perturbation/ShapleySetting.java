package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.InputMixture;
import dev.touchstone.data.Inputs;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What all methods of Shapley values share: who plays, and against what. Whatever makes the shares
 * is a {@link ShapleyEstimator}.
 *
 * @param background what stands in the place of values that are taken away
 * @param groups which of them are taken away together
 */
record ShapleySetting(Background background, FeatureGroups groups) {

  static ShapleySetting against(Background background) {
    return new ShapleySetting(background, FeatureGroups.none());
  }

  ShapleySetting grouping(FeatureGroups others) {
    return new ShapleySetting(background, others);
  }

  /** Returns what determines the maps, of what all methods share. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("background", background.describe());
    settings.put("groups", groups.describe());
    return settings;
  }

  /** Explains a batch by a method of this name. */
  Attribution attribute(
      String method,
      ShapleyEstimator estimator,
      Model model,
      Inputs batch,
      Quantity quantity,
      RunContext context) {
    QuantityOfInputs function = QuantityOfInputs.of(model, quantity, method, context);
    InputMixture mixture = InputMixture.of(batch, background.rows(batch), background.name());

    // Who plays is known of all examples before the model is asked about any.
    int[][][] players = new int[batch.rows()][][];
    Arrays.setAll(players, i -> players(batch, i, mixture.differing(i)));
    ShapleyEstimator[] estimators = new ShapleyEstimator[players.length];
    // Where nobody shares with another, nothing is drawn.
    Arrays.setAll(estimators, i -> players[i].length < 2 ? new AllCoalitions() : estimator);
    TreeSet<String> rules = new TreeSet<>();
    for (int i = 0; i < players.length; i++) {
      estimators[i].require(players[i].length);
      rules.add(estimators[i].rule(players[i].length));
    }

    CoalitionQueue queue =
        new CoalitionQueue(
            function,
            mixture,
            context.progress(),
            "coalitions of %s on %s".formatted(method, model.name()));
    CoalitionGame[] games = new CoalitionGame[players.length];
    Arrays.setAll(
        games,
        i -> CoalitionGame.of(queue, i, players[i], batch.rowSize(), batch.select(i).sha256()));

    // Rounds, of the examples whose shares do not suffice yet.
    Shares[] shares = new Shares[games.length];
    int[] left = IntStream.range(0, games.length).toArray();
    for (int round = 0; left.length > 0; round++) {
      int now = round;
      for (int i : left) {
        queue.expect(estimators[i].coalitions(players[i].length, now));
      }
      for (int i : left) {
        estimators[i].play(games[i], now, made -> shares[i] = made);
      }
      queue.flush();
      left =
          Arrays.stream(left)
              .filter(i -> !estimators[i].suffices(players[i].length, shares[i], now))
              .toArray();
    }

    double[][] maps = new double[games.length][];
    Arrays.setAll(maps, i -> games[i].map(shares[i].values()));
    double[] errors = Arrays.stream(shares).mapToDouble(Shares::standardError).toArray();
    return Attribution.of(maps, batch, quantity, String.join(", ", rules))
        .with(Fidelity.standardError(errors, maps));
  }

  /** The groups of an example that the background can change. */
  private int[][] players(Inputs batch, int example, boolean... differing) {
    int[] division = groups.of(batch, example);
    int number = Groups.count(division, batch, groups);
    int[] sizes = new int[number];
    boolean[] plays = new boolean[number];
    for (int value = 0; value < division.length; value++) {
      sizes[division[value]]++;
      plays[division[value]] |= differing[value];
    }
    int[][] members = new int[number][];
    Arrays.setAll(members, group -> new int[sizes[group]]);
    for (int value = division.length - 1; value >= 0; value--) {
      members[division[value]][--sizes[division[value]]] = value;
    }
    return IntStream.range(0, number)
        .filter(group -> plays[group])
        .mapToObj(group -> members[group])
        .toArray(int[][]::new);
  }
}
