package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.BitSet;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Shapley values of any model that has scores, by orders in which players join: each is given what
 * it adds to those before it, averaged over orders (Castro et al. 2009). Every order is walked
 * forwards and backwards (antithetic sampling; Mitchell et al. 2022), so that what two players do
 * together is shared exactly, and shares of models without interactions of three are exact.
 *
 * <p>The shares of every order sum to what the example scores more than the background. The {@link
 * Fidelity#STANDARD_ERROR standard error} of a map is the one over pairs of orders, for the
 * background that was given.
 */
public final class PermutationShapley implements AttributionMethod {
  private final ShapleySetting setting;
  private final int orders;
  private final Tolerance tolerance;

  private PermutationShapley(ShapleySetting setting, int orders, Tolerance tolerance) {
    this.setting = setting;
    this.orders = orders;
    this.tolerance = tolerance;
  }

  /**
   * Takes values away in favour of those of other examples, in 20 orders.
   *
   * @param background with the columns of what will be explained; its rows count alike
   * @throws TouchstoneException for a background without examples
   */
  public static PermutationShapley against(Dataset background) {
    return new PermutationShapley(
        ShapleySetting.against(Background.of(background)), 20, Tolerance.ANY);
  }

  /**
   * Takes values away in favour of a baseline's, of models that take features alone, in 20 orders.
   *
   * @param values one for all inputs, or as many as an example has
   * @throws IllegalArgumentException for no values, or one that is not finite
   */
  public static PermutationShapley againstBaseline(float... values) {
    return new PermutationShapley(ShapleySetting.against(Background.of(values)), 20, Tolerance.ANY);
  }

  /** Takes values away in groups: columns of a table, or patches or superpixels of an image. */
  public PermutationShapley grouping(FeatureGroups groups) {
    return new PermutationShapley(setting.grouping(groups), orders, tolerance);
  }

  /**
   * Takes another number of orders.
   *
   * @throws IllegalArgumentException unless it is even, and at least 4: orders are walked forwards
   *     and backwards, and one pair has no spread
   */
  public PermutationShapley withSamples(int number) {
    if (number < 4 || number % 2 != 0) {
      throw new IllegalArgumentException(
          "samples are orders, forwards and backwards: an even number of at least 4, was "
              + number);
    }
    return new PermutationShapley(setting, number, tolerance);
  }

  /**
   * Doubles the orders of an example until the standard error of its map is small enough, up to a
   * million of them; the {@link Fidelity} says what was reached.
   *
   * @param share of the map's norm, between 0 and 1
   * @throws IllegalArgumentException for another number
   */
  public PermutationShapley withTolerance(double share) {
    return new PermutationShapley(setting, orders, Tolerance.of(share));
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = setting.settings();
    settings.put("samples", Integer.toString(orders));
    tolerance.addTo(settings);
    return settings;
  }

  @Override
  public void require(Model model) {
    QuantityOfInputs.require(model, name());
  }

  @Override
  public Attribution attribute(Model model, Tensor batch, Quantity quantity, RunContext context) {
    return attribute(model, Inputs.of(batch), quantity, context);
  }

  /**
   * Explains a batch of any inputs.
   *
   * @throws TouchstoneException for a background of other columns
   */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    return setting.attribute(name(), new Orders(context), model, batch, quantity, context);
  }

  /** Walks through orders. */
  private final class Orders implements ShapleyEstimator {
    private final RunContext context;

    Orders(RunContext context) {
      this.context = context;
    }

    @Override
    public void require(int players) {
      // Every order gives every player a share.
    }

    @Override
    public long coalitions(int players, int round) {
      return 2 + ((long) orders << round) * (players - 1);
    }

    @Override
    public boolean suffices(int players, Shares shares, int round) {
      return tolerance.suffices(shares, (2L * orders) << round);
    }

    @Override
    public String rule(int players) {
      return "antithetic orders";
    }

    @Override
    public void play(CoalitionGame game, int round, Consumer<Shares> done) {
      int players = game.players();
      UniformRandomProvider random =
          context.random().of("PermutationShapley", game.sha256(), round);
      int[][] walks = new int[orders << round][];
      for (int pair = 0; pair < walks.length; pair += 2) {
        walks[pair] = PermutationSampler.natural(players);
        PermutationSampler.shuffle(random, walks[pair]);
        walks[pair + 1] = backwards(walks[pair]);
      }
      int inner = players - 1;
      game.ask(
          2 + walks.length * inner,
          i ->
              i < 2
                  ? first(walks[0], i * players)
                  : first(walks[(i - 2) / inner], (i - 2) % inner + 1),
          worth -> done.accept(shares(walks, worth)));
    }
  }

  private static int[] backwards(int... order) {
    int[] reversed = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      reversed[i] = order[order.length - 1 - i];
    }
    return reversed;
  }

  private static BitSet first(int[] order, int number) {
    BitSet members = new BitSet(order.length);
    for (int i = 0; i < number; i++) {
      members.set(order[i]);
    }
    return members;
  }

  /** The mean over pairs of orders, each of which is one sample. */
  private static Shares shares(int[][] walks, double... worth) {
    int players = walks[0].length;
    MeanOfSamples mean = new MeanOfSamples(players);
    for (int pair = 0; pair < walks.length; pair += 2) {
      double[] sample = new double[players];
      for (int walk = pair; walk < pair + 2; walk++) {
        double before = worth[0];
        for (int step = 0; step < players; step++) {
          boolean last = step == players - 1;
          double after = last ? worth[1] : worth[2 + walk * (players - 1) + step];
          sample[walks[walk][step]] += (after - before) / 2;
          before = after;
        }
      }
      mean.add(sample);
    }
    return new Shares(mean.mean(), mean.standardError());
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
