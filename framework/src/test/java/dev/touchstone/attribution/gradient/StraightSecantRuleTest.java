package dev.touchstone.attribution.gradient;

import static dev.touchstone.attribution.gradient.CaptumNumbers.distance;
import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.data.Tensor;
import dev.touchstone.graph.Quantity;
import dev.touchstone.graph.WhiteBox;
import dev.touchstone.graph.rule.SecantSums;
import dev.touchstone.runtime.RunContext;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link SecantRule} makes of all points, one by one, is the oracle. */
class StraightSecantRuleTest {
  private static final int STEPS = 10;

  private final RunContext context = RunContext.current();

  private record Network(InputSlice input, Tensor batch, int[] targets) {

    static Network of(String name, boolean inDouble) {
      CaptumFamily family = CaptumFamily.of(name);
      WhiteBox single = CaptumFamily.single(name);
      return new Network(
          new InputSlice(inDouble ? single.inDoublePrecision() : single),
          family.batch(),
          family.targets());
    }

    /** From zeros to all but the last example, from the last to all others. */
    List<Fan> fans() {
      int last = batch.rows() - 1;
      int[] others = IntStream.range(0, last).toArray();
      List<Fan> fromZeros = Fan.toEach(new float[batch.rowSize()], batch.select(others));
      List<Fan> fromLast = Fan.toEach(batch.row(last), batch.select(others));
      return List.of(fromZeros.get(0), fromLast.get(0));
    }

    double[][] maps(PathRule rule, Quantity quantity) {
      List<Fan> fans = fans();
      int each = fans.get(0).ends().length;
      double[][] maps = new double[2 * each][];
      rule.integrate(fans, quantity, STEPS, (fan, path, map) -> maps[fan * each + path] = map);
      return maps;
    }
  }

  private PathRule pointByPoint(Network network) {
    Slice input = network.input();
    return new SecantRule(
        input, () -> input.secants().orElseThrow(), Summand.alongTheWay(), 256, context.progress());
  }

  private PathRule straight(Network network, int rowsAtOnce) {
    return new StraightSecantRule(
        "network",
        () -> SecantSums.of(network.input().box()).orElseThrow(),
        Summand.alongTheWay(),
        rowsAtOnce,
        context.progress());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "mlp", "residual", "mobile"})
  void isThatOfAllPoints(String name) {
    Network network = Network.of(name, true);
    Quantity quantity = Quantity.ofClass(network.targets());
    // The oracle's points are rounded to single precision at the input.
    assertThat(
            distance(
                network.maps(straight(network, 256), quantity),
                network.maps(pointByPoint(network), quantity)))
        .isLessThan(1e-5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cnn", "mlp", "residual", "mobile"})
  void isTheSameInSinglePrecision(String name) {
    Network network = Network.of(name, false);
    Network inDouble = Network.of(name, true);
    Quantity quantity = Quantity.ofClass(network.targets());
    assertThat(
            distance(
                network.maps(straight(network, 256), quantity),
                inDouble.maps(straight(inDouble, 256), quantity)))
        .isLessThan(1e-4);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 10, 11, 12, 21, 22})
  void pathsMayBeCutAnywhere(int rowsAtOnce) {
    Network network = Network.of("residual", true);
    Quantity quantity = Quantity.ofClass(network.targets());
    assertThat(
            distance(
                network.maps(straight(network, rowsAtOnce), quantity),
                network.maps(straight(network, 256), quantity)))
        .isLessThan(1e-9);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 256})
  void aQuantityThatIsNoSumOfScoresIsMet(int rowsAtOnce) {
    Network network = Network.of("cnn", true);
    Quantity product =
        new Quantity() {
          @Override
          public double value(double[] scores, int example) {
            return scores[0] * scores[1];
          }

          @Override
          public double[] gradient(double[] scores, int example) {
            double[] gradient = new double[scores.length];
            gradient[0] = scores[1];
            gradient[1] = scores[0];
            return gradient;
          }
        };
    assertThat(
            distance(
                network.maps(straight(network, rowsAtOnce), product),
                network.maps(pointByPoint(network), product)))
        .isLessThan(1e-5);
  }

  @Test
  void nothingStaysBehind() {
    Network network = Network.of("mlp", true);
    PathRule rule = straight(network, 7);
    Quantity quantity = Quantity.ofClass(network.targets());
    double[][] first = network.maps(rule, quantity);
    assertThat(network.maps(rule, quantity)).isDeepEqualTo(first);
  }
}
