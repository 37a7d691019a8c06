package dev.touchstone.attribution.perturbation;

import dev.touchstone.attribution.Attribution;
import dev.touchstone.attribution.AttributionMethod;
import dev.touchstone.attribution.Fidelity;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.linalg.DenseAlgebra;
import dev.touchstone.model.Model;
import dev.touchstone.runtime.RunContext;
import dev.touchstone.runtime.TouchstoneException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Kernel SHAP: Shapley values of any model that has scores, by the weighted regression of what the
 * model says of coalitions of an example's columns (Lundberg and Lee 2017, theorem 2). A coalition
 * S is worth {@code v(S)}, the mean of what is explained over the rows of a background, with the
 * values of S from the example.
 *
 * <p>Coalitions are drawn in pairs with their complements, without replacement, by leverage scores
 * (Musco and Witter 2025), which needs fewer of them at an equal error than drawing by the kernel.
 * That the shares sum to what the example scores more than the background is a constraint and holds
 * exactly; nothing is regularised away. Where all coalitions of an example are no more than may be
 * asked about, they all are, and the shares are exact.
 *
 * <p>The {@link Fidelity#STANDARD_ERROR standard error} of each map says how far other draws would
 * move it: over the coalitions alone, for the background that was given.
 *
 * <p>The model is asked about as many rows as coalitions times the background's; a background of
 * 100 rows, {@code training.sample(100, seed)}, is usual. Columns in which an example is like all
 * of the background have no share and cost nothing.
 *
 * <pre>{@code
 * KernelShap.against(training.sample(100, 1))
 * KernelShap.againstBaseline(0).grouping(FeatureGroups.patches(4, 4)).withSamples(1_000)
 * }</pre>
 */
public final class KernelShap implements AttributionMethod {
  /** Fewer leave the regression without residuals to tell its error by. */
  private static final int FEWEST_PER_PLAYER = 4;

  private static final int SAMPLES = 2_048;

  /** Of samples that were not chosen: {@link #SAMPLES} and some for each player. */
  private static final int BY_PLAYERS = 0;

  /** What the regression's matrices may have along each side. */
  private static final int MOST_PLAYERS = 2_048;

  private final ShapleySetting setting;
  private final int samples;
  private final Tolerance tolerance;

  private KernelShap(ShapleySetting setting, int samples, Tolerance tolerance) {
    this.setting = setting;
    this.samples = samples;
    this.tolerance = tolerance;
  }

  /**
   * Takes values away in favour of those of other examples, with 2,048 coalitions and 4 more for
   * each player.
   *
   * @param background with the columns of what will be explained; its rows count alike
   * @throws TouchstoneException for a background without examples
   */
  public static KernelShap against(Dataset background) {
    return new KernelShap(
        ShapleySetting.against(Background.of(background)), BY_PLAYERS, Tolerance.ANY);
  }

  /**
   * Takes values away in favour of a baseline's, of models that take features alone, with as many
   * coalitions.
   *
   * @param values one for all inputs, or as many as an example has
   * @throws IllegalArgumentException for no values, or one that is not finite
   */
  public static KernelShap againstBaseline(float... values) {
    return new KernelShap(ShapleySetting.against(Background.of(values)), BY_PLAYERS, Tolerance.ANY);
  }

  /** Takes values away in groups: columns of a table, or patches or superpixels of an image. */
  public KernelShap grouping(FeatureGroups groups) {
    return new KernelShap(setting.grouping(groups), samples, tolerance);
  }

  /**
   * Asks about another number of coalitions of each example.
   *
   * @throws IllegalArgumentException unless it is even, and at least 4: coalitions come in pairs
   */
  public KernelShap withSamples(int number) {
    if (number < 4 || number % 2 != 0) {
      throw new IllegalArgumentException(
          "samples are coalitions with their complements: an even number of at least 4, was "
              + number);
    }
    return new KernelShap(setting, number, tolerance);
  }

  /**
   * Doubles the coalitions of an example until the standard error of its map is small enough, up to
   * a million of them; the {@link Fidelity} says what was reached.
   *
   * @param share of the map's norm, between 0 and 1
   * @throws IllegalArgumentException for another number
   */
  public KernelShap withTolerance(double share) {
    return new KernelShap(setting, samples, Tolerance.of(share));
  }

  @Override
  public boolean signed() {
    return true;
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = setting.settings();
    settings.put(
        "samples",
        samples == BY_PLAYERS
            ? "%d and %d a player".formatted(SAMPLES, FEWEST_PER_PLAYER)
            : Integer.toString(samples));
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
   * @throws TouchstoneException for fewer than 4 samples a player, or a background of other columns
   */
  @Override
  public Attribution attribute(Model model, Inputs batch, Quantity quantity, RunContext context) {
    return setting.attribute(name(), new Sampling(context), model, batch, quantity, context);
  }

  /** Pairs by leverage, or all coalitions where they are as few. */
  private final class Sampling implements ShapleyEstimator {
    private final RunContext context;

    Sampling(RunContext context) {
      this.context = context;
    }

    private int samples(int players, int round) {
      int first = samples == BY_PLAYERS ? SAMPLES + FEWEST_PER_PLAYER * players : samples;
      return first << round;
    }

    private boolean all(int players, int round) {
      return players < Integer.SIZE - 2 && (1 << players) - 2 <= samples(players, round);
    }

    @Override
    public void require(int players) {
      if (players > MOST_PLAYERS) {
        throw new TouchstoneException(
            "KernelShap solves for the shares of at most %d players, and an example has %d; take columns or pixels together: .grouping(FeatureGroups.patches(8, 8)), or explain by PermutationShapley or Occlusion"
                .formatted(MOST_PLAYERS, players));
      }
      if (!all(players, 0) && samples(players, 0) < FEWEST_PER_PLAYER * players) {
        throw new TouchstoneException(
            "KernelShap tells %d players apart by %d coalitions, and needs at least %d for each of them; write .withSamples(%d) or more, or take columns or pixels together: .grouping(…)"
                .formatted(players, samples, FEWEST_PER_PLAYER, FEWEST_PER_PLAYER * players));
      }
    }

    @Override
    public long coalitions(int players, int round) {
      return all(players, round) ? 1L << players : samples(players, round) + 2L;
    }

    @Override
    public String rule(int players) {
      return all(players, 0) ? "all coalitions" : "pairs by leverage";
    }

    @Override
    public void play(CoalitionGame game, int round, Consumer<Shares> done) {
      int players = game.players();
      if (all(players, round)) {
        new AllCoalitions().play(game, round, done);
        return;
      }
      List<PairedCoalitions> sizes =
          PairedCoalitions.byLeverage(
              players,
              samples(players, round) / 2,
              context.random().of("KernelShap", game.sha256(), round));
      List<BitSet> drawn = sizes.stream().flatMap(size -> size.drawn().stream()).toList();
      game.ask(
          2 + 2 * drawn.size(),
          i -> i < 2 ? ofAll(players, i == 1) : ofPair(drawn.get(i / 2 - 1), players, i % 2 == 1),
          worth -> done.accept(regression(players, sizes).solve(worth)));
    }

    @Override
    public boolean suffices(int players, Shares shares, int round) {
      return tolerance.suffices(shares, 2L * samples(players, round));
    }

    private ShapleyRegression regression(int players, List<PairedCoalitions> sizes) {
      double flops = 3 * Math.pow(players, 3);
      return ShapleyRegression.on(
          players, sizes, DenseAlgebra.forWork(flops, context.settings().device()));
    }
  }

  private static BitSet ofAll(int players, boolean members) {
    BitSet coalition = new BitSet(players);
    coalition.set(0, players, members);
    return coalition;
  }

  private static BitSet ofPair(BitSet drawn, int players, boolean complement) {
    BitSet coalition = (BitSet) drawn.clone();
    if (complement) {
      coalition.flip(0, players);
    }
    return coalition;
  }

  @Override
  public String toString() {
    return name() + settings();
  }
}
